"""What is shipped into PostgreSQL: each event once, with the sums that a file has."""

import json
import threading
from pathlib import Path

import psycopg
import pytest
from collecting import DAY, NOW, event, rollups
from postgres import PROGRAMS
from shipping import OneCollector, some_events

from analytics.collector import _limits
from analytics.collector._export import events
from analytics.collector._store import Post
from analytics.collector.relay import _care, _postgres, _words
from analytics.collector.relay import _connect as postgres
from analytics.collector.relay._fold import Portable
from analytics.collector.relay._postgres import Postgres
from analytics.collector.relay._sink import SinkError

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL: apt-get install postgresql")


@pytest.fixture
def site(dsn, tmp_path):
    made = []

    def make(name="spool", dsn=dsn):
        made.append(OneCollector(Postgres(dsn), tmp_path / name))
        return made[-1]

    yield make
    for one in made:
        one.sink.close()


def contents(db):
    """Times and events, in an order of their own."""
    return sorted((time, body.replace(b"\\u0000", "\ufffd".encode())) for _, time, body in events(db))


def sums(db):
    """`rollups` by names that PostgreSQL can hold."""
    return json.loads(json.dumps(rollups(db), default=bytes.decode).replace("\\u0000", "\\ufffd"))


def refused(db):
    return sorted(db.execute("SELECT day, reason, events FROM refused_count").fetchall())


def test_the_same_events_are_the_same_in_a_file_and_in_postgresql(store, db, site, look):
    posts = some_events(1, 400)
    store.write(posts)
    store.settle()
    one = site()
    for start in range(0, len(posts), 7):
        one.put(*posts[start : start + 7])
    there = Portable(look)
    assert contents(there) == contents(db)
    assert sums(there) == sums(db)
    assert refused(there) == refused(db)


def test_a_block_that_comes_again_is_refused_and_what_follows_is_kept(site, look):
    one = site()
    one.intake.write([Post([event(machine="a")], NOW)])
    (block,) = one.blocks()
    one.sink.ship(block)
    with pytest.raises(SinkError, match="another collector ships from the same spool"):
        one.sink.ship(block)
    one.sink.open()
    assert one.sink.position(block.segment) == block.end
    one.put(Post([event(machine="b")], NOW))
    assert [json.loads(body)["machine"] for _, body in contents(Portable(look))] == ["a", "b"]


def test_an_id_is_kept_once_across_collectors(site, look):
    first, second = site("1"), site("2")
    first.put(Post([event(), event()], NOW, [b"1", b"2"], [NOW] * 2))
    second.put(Post([event(), event(), event()], NOW, [b"2", b"3", b"3"], [NOW] * 3))
    assert len(contents(Portable(look))) == 3
    assert (first.sink.doubles, second.sink.doubles) == (0, 2)


def test_many_collectors_at_once_add_up_to_the_same(store, db, site, look):
    posts = [Post(post.bodies, post.time, times=post.times) for post in some_events(2, 800, machines=40)]
    store.write(posts)
    store.settle()
    sites = [site(str(n)) for n in range(4)]

    def work(n):
        for start in range(n * 5, len(posts), 20):
            sites[n].put(*posts[start : start + 5])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sites[0].sink.settle()
    assert contents(Portable(look)) == contents(db)
    assert sums(Portable(look)) == sums(db)
    assert refused(look) == refused(db)


def test_rebuilt_sums_are_what_they_were(site, look):
    site().put(*some_events(3, 200))
    before = sums(Portable(look))
    look.execute("DELETE FROM sum_machines")
    look.execute("UPDATE sum_count SET count = 7")
    _care.rebuild(look)
    assert sums(Portable(look)) == before


def test_a_collector_goes_on_after_another_has_erased(store, db, site, look):
    one = site()
    posts = some_events(4, 200)
    one.put(*posts)
    gone = sum(b'"machine":"m2"' in body for _, body in contents(Portable(look)))
    assert _care.erase(look, "m2") == gone > 0
    one.put(Post([event(machine="m2", calls={"a": 1})], NOW))
    machines = [json.loads(body).get("machine") for _, body in contents(Portable(look))]
    assert machines.count("m2") == 1
    before = sums(Portable(look))
    _care.rebuild(look)
    assert sums(Portable(look)) == before


def test_erased_means_that_no_file_of_a_table_has_it(cluster, site, look):
    digest = "feedfacefeedfacefeedfacefeedface"
    bodies = [
        event(machine=digest),
        event(user=digest),
        event(note=digest),
        digest.encode(),
        event(machine="other"),
    ]
    site().put(Post(bodies, NOW))
    look.execute("CHECKPOINT")
    tables = Path(cluster.data, "base")

    def found():
        files = (path for path in tables.rglob("*") if path.is_file())
        return [path for path in files if digest.encode() in path.read_bytes()]

    assert found()
    assert _care.erase(look, digest) == 3
    look.execute("CHECKPOINT")
    assert found() == []
    assert [json.loads(body)["machine"] for _, body in contents(Portable(look))] == ["other"]


def test_old_months_are_dropped_and_their_sums_stay(site, look):
    one = site()
    old, new = NOW - 100 * DAY, NOW
    one.put(Post([event(machine="a", calls={"f": 1})], old), Post([event(machine="b")], new))
    before = sums(Portable(look))
    dropped = _care.forget_events(look, NOW // DAY - 30)
    assert len(dropped) == 1
    assert [json.loads(body)["machine"] for _, body in contents(Portable(look))] == ["b"]
    assert sums(Portable(look)) == before
    _care.rebuild(look)
    assert sums(Portable(look)) == before


def test_an_event_of_a_day_that_was_let_go_counts_on_the_day_it_came(site, look):
    one = site()
    one.put(Post([event()], NOW - 100 * DAY))
    _care.forget_events(look, NOW // DAY - 30)
    one.put(Post([event(machine="late")], NOW, [b"late"], [NOW - 100 * DAY]))
    assert [time for time, _ in contents(Portable(look))] == [NOW]


def test_old_events_are_let_go_by_the_collector_itself(dsn, site, look):
    one = site()
    one.put(Post([event(machine="a")], NOW - 100 * DAY))
    keeper = Postgres(dsn, keep_days=1)
    keeper.open()
    keeper.settle()
    keeper.close()
    assert contents(Portable(look)) == []


def test_names_without_end_count_together(site, look, monkeypatch):
    monkeypatch.setattr(_words, "FACETS_OF_A_KIND", 5)
    monkeypatch.setattr(_postgres, "PROFILES_A_DAY", 1000)
    site().put(*(Post([event(calls={f"f{n}": 1, f"g{n}": 2})], NOW) for n in range(20)))
    values = {value for (value,) in look.execute("SELECT value FROM facet WHERE kind = 'builtin'")}
    assert len(values) == 6
    assert _limits.OTHER in values


def test_a_machine_whose_counts_are_always_new_is_one_profile_after_a_while(site, look, monkeypatch):
    monkeypatch.setattr(_postgres, "PROFILES_A_DAY", 3)
    one = site()
    one.put(*(Post([event(calls={"f": n})], NOW) for n in range(10)))
    assert look.execute("SELECT count(*) FROM profile").fetchone() == (4,)
    again = site("again")  # what is known already is not new
    again.put(*(Post([event(calls={"f": n})], NOW) for n in range(3)))
    assert look.execute("SELECT count(DISTINCT profile) FROM event").fetchone() == (4,)


def test_machines_without_end_count_together(site, look, monkeypatch):
    monkeypatch.setattr(_words, "MACHINES", 3)
    one = site()
    for n in range(8):
        one.put(Post([event(machine=f"m{n}")], NOW))
    assert look.execute("SELECT count(*) FROM machine").fetchone() == (4,)


def test_tables_of_another_program_are_left_alone(dsn):
    with psycopg.connect(dsn) as db:
        db.execute(f"CREATE SCHEMA {postgres.SCHEMA}")
        db.execute(f"CREATE TABLE {postgres.SCHEMA}.meta (key text, value text)")
    sink = Postgres(dsn)
    with pytest.raises(SinkError, match="another version of the collector made the tables of the schema"):
        sink.open()


def test_a_database_with_another_encoding_is_refused(cluster):
    with psycopg.connect(cluster.dsn, autocommit=True) as db:
        db.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(SinkError, match="must be one in UTF8"):
        Postgres(cluster.dsn_of("latin")).open()


def test_the_tables_are_those_of_a_file(db, look):
    ours = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in ours - {"token", "sqlite_sequence"}:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        there = [column.name for column in look.execute(f"SELECT * FROM {table} LIMIT 0").description]
        assert there == columns, table
