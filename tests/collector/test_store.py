"""What is kept, once, and what is summed up of it."""

import json
import sqlite3

import pytest
from collecting import DAY, NOW, event, rollups
from hypothesis import given
from hypothesis import strategies as st

from analytics.collector import _limits, _store
from analytics.collector._days import monday
from analytics.collector._export import Part, events, lines, records
from analytics.collector._import import posts
from analytics.collector._maintenance import backup, erase, forget_events, rebuild
from analytics.collector._store import CollectorError, Post, Store, connect


def test_events_come_out_as_they_went_in(db, put):
    sent = [
        event(
            version="0.37.6", git__origin="r", subcommand="up", env="kind", calls={"load": 1, "load.arg.x": 2}
        ),
        event(name="tilt.tiltfile.load", duration=17, user=None, machine=None, os=None),
        event(name="tilt.tiltfile.custom.report", team="web", n=5),
    ]
    assert put(*sent).stored == 3
    assert [(time, json.loads(body)) for _, time, body in events(db)] == [(NOW, json.loads(s)) for s in sent]


def test_an_id_is_kept_once(db, put):
    assert put(event(), event(), ids=[b"1", b"2"], times=[NOW, NOW]).stored == 2
    receipt = put(event(), event(), ids=[b"2", b"3"], times=[NOW, NOW])
    assert (receipt.stored, receipt.doubles) == (1, 1)
    assert len(list(events(db))) == 3


def test_what_is_refused_is_kept_apart_and_spoils_nothing(db, put):
    receipt = put(event(), b"poison", event())
    assert (receipt.stored, [reason[:9] for reason in receipt.refused]) == (2, ["not JSON:"])
    assert db.execute("SELECT body FROM refused").fetchall() == [(b"poison",)]


def test_of_many_refused_the_latest_are_kept_and_all_are_counted(db, put, monkeypatch):
    monkeypatch.setattr(_store, "REFUSED_KEPT", 3)
    put(*[b"%d" % number for number in range(10)])
    assert [body for (body,) in db.execute("SELECT body FROM refused")] == [b"7", b"8", b"9"]
    assert db.execute("SELECT sum(events) FROM refused_count").fetchone() == (10,)


_SENT = st.builds(
    lambda day, machine, name, calls, duration: (
        event(
            name=name, machine=machine, duration=duration, calls=calls, version=f"0.{day}", ext_name=machine
        ),
        NOW - day * DAY,
    ),
    st.integers(0, 9),
    st.sampled_from([None, "m1", "m2", "m3"]),
    st.sampled_from(["tilt.tiltfile.loaded", "tilt.tiltfile.load", "x"]),
    st.dictionaries(st.sampled_from(["a", "b", "b.arg.c"]), st.integers(0, 5)),
    st.sampled_from([None, 0, 1, 10**9, 2 * 10**9]),
)
_DONE = st.sampled_from(["write", "settle", "crash", "rebuild", "erase", "retain"])


@given(st.lists(st.tuples(_DONE, st.lists(_SENT, max_size=4)), max_size=8))
def test_the_sums_are_those_of_the_events_whatever_happens(tmp_path_factory, steps):
    db = connect(str(tmp_path_factory.mktemp("db") / "c.db"))
    store, first = Store(db), 0
    for done, sent in steps:
        store.write([Post([body], NOW, times=[time]) for body, time in sent])
        if done == "settle":
            store.settle()
        elif done == "crash":
            store = Store(db)
        elif done == "rebuild":
            rebuild(store)
        elif done == "erase":
            erase(store, "m2")
        elif done == "retain":
            forget_events(store, 19_998)
            first = monday(19_998)
    store.settle()
    counted = rollups(db)
    assert [[row for row in part if row[1] >= first] for part in counted] == _recount(db, tmp_path_factory)
    db.close()


def _recount(db, tmp_path_factory):
    """The sums of the same events in a file that never saw anything else."""
    fresh = connect(str(tmp_path_factory.mktemp("db") / "fresh.db"))
    store = Store(fresh)
    store.write([Post([body], time) for _, time, body in events(db)])
    store.settle()
    try:
        return list(rollups(fresh))
    finally:
        fresh.close()


def test_a_disk_that_fails_leaves_nothing_half_done(db, store):
    store.write([Post([event(machine="before")], NOW)])
    size = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {size}")
    big = [event(machine=f"m{n}", note="x" * 900) for n in range(500)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.write([Post(big, NOW)])
    db.execute("PRAGMA max_page_count = 1000000")
    assert store.write([Post(big, NOW)])[0].stored == 500
    store.settle()
    assert db.execute("SELECT count(*) FROM event").fetchone() == (501,)
    assert db.execute("SELECT count FROM sum_count WHERE facet = 0").fetchall() == [(501,), (501,)]


def test_names_without_end_count_together(db, store, monkeypatch):
    monkeypatch.setattr("analytics.collector._dictionary.FACETS_OF_A_KIND", 5)
    monkeypatch.setattr(_store, "PROFILES_A_DAY", 1000)
    store.write([Post([event(calls={f"f{n}": 1, f"g{n}": 2})], NOW) for n in range(20)])
    values = {value for (value,) in db.execute("SELECT value FROM facet WHERE kind = 'builtin'")}
    assert len(values) == 6
    assert _limits.OTHER in values


def test_a_machine_whose_counts_are_always_new_is_one_profile_after_a_while(db, store, monkeypatch):
    monkeypatch.setattr(_store, "PROFILES_A_DAY", 3)
    store.write([Post([event(calls={"f": n})], NOW) for n in range(10)])
    assert db.execute("SELECT count(*) FROM profile").fetchone() == (4,)
    assert db.execute("SELECT count(*) FROM event").fetchone() == (10,)


def test_erased_means_that_no_byte_of_the_hash_is_left(db, store, tmp_path):
    digest = "feedfacefeedfacefeedfacefeedface"
    store.write([Post([event(machine=digest), event(user=digest), event(note=digest), digest.encode()], NOW)])
    store.write([Post([event(machine="other", calls={"a": 1})], NOW)])
    assert erase(store, digest) == 3
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert digest.encode() not in kept
    assert b"other" in kept
    assert [json.loads(body)["machine"] for *_, body in events(db)] == ["other"]


def test_what_is_exported_is_imported_once(db, put, tmp_path):
    put(event(machine="a"), event(machine="b"), time=NOW - 5 * DAY)
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"".join(lines(db)))
    other = Store(connect(str(tmp_path / "other.db")))
    for expected in ((2, 0), (0, 2)):
        (receipt,) = other.write(posts([str(file)], NOW))
        assert (receipt.stored, receipt.doubles) == expected
    assert [row[1:] for row in events(other.db)] == [row[1:] for row in events(db)]
    other.db.close()


def test_a_backup_is_whole(db, put, tmp_path):
    put(event())
    backup(db, str(tmp_path / "copy.db"))
    copy = connect(str(tmp_path / "copy.db"))
    assert list(events(copy)) == list(events(db))
    copy.close()


@pytest.mark.parametrize("content", [b"not a database at all", None])
def test_a_file_of_another_program_is_left_alone(tmp_path, content):
    path = tmp_path / "other.db"
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE theirs (x)")
        other.close()
    else:
        path.write_bytes(content * 100)
    before = path.read_bytes()
    with pytest.raises(CollectorError, match=r"other\.db cannot be used as a collector's file"):
        connect(str(path))
    assert path.read_bytes()[100:] == before[100:]


def test_a_number_is_never_given_to_two_events(db, store):
    def numbers():
        return [number for number, *_ in events(db)]

    store.write([Post([event(machine="a"), event(machine="b"), event(machine="b")], NOW)])
    erase(store, "b")
    erase(store, "nobody")
    Store(db).write([Post([event(machine="c"), event(machine="d")], NOW)])
    assert numbers() == [1, 4, 5]
    forget_events(store, 30_000)
    store.write([Post([event(machine="e")], NOW)])
    assert numbers() == [6]


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        (Part(), [1, 2, 3, 4]),
        (Part(after=1, most=2), [2, 3]),
        (Part(since=NOW + 1), [2, 3]),
        (Part(until=NOW + 2), [1, 2, 4]),
        (Part(since=NOW + 1, until=NOW + 2), [2]),
        (Part(digest="m2"), [3, 4]),
    ],
)
def test_events_are_had_by_number_time_and_sender(db, put, part, numbers):
    bodies = [event(), event(), event(machine="m2"), event(user="m2")]
    put(*bodies, ids=[b"1", b"2", b"3", b"4"], times=[NOW, NOW + 1, NOW + 2, NOW])
    assert [record.number for record in records(db, part)] == numbers
