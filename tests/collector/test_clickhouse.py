"""What is shipped into ClickHouse: each event once, however it is cut into blocks and sent again."""

import json

import attrs
import pytest
from collecting import DAY, NOW, event
from shipping import OneCollector

from analytics.collector._days import Days
from analytics.collector._store import Post
from analytics.collector.relay._engine import engine_at
from analytics.collector.relay._sink import SinkError

TODAY = NOW // DAY
DAYS = Days(TODAY - 200, TODAY)


@pytest.fixture
def site(clickhouse, tmp_path):
    made = []

    def make(name="spool", **options):
        made.append(OneCollector(engine_at(clickhouse, **options).sink, tmp_path / name))
        return made[-1]

    yield make
    for one in made:
        one.sink.close()


@pytest.fixture
def engine(clickhouse):
    return engine_at(clickhouse)


def count(engine):
    with engine.read() as reading:
        return reading.sums.all_events(DAYS)


def test_a_block_that_comes_again_is_kept_once(site, engine):
    one = site()
    one.intake.write([Post([event(machine="a"), b"poison", event(machine="a")], NOW)])
    (block,) = one.blocks()
    for _ in range(3):
        one.sink.ship(block)
    assert count(engine) == 2
    assert one.sink.position(block.segment) == block.end
    with engine.read() as reading:
        assert sum(reading.sums.refused(DAYS).values()) == 1


def test_a_block_that_comes_again_cut_elsewhere_is_kept_once(site, engine):
    one = site()
    one.intake.write([Post([event(machine=f"m{n}") for n in range(10)], NOW)])
    (block,) = one.blocks()
    one.sink.ship(block)
    for cut in (3, 7):
        part = attrs.evolve(block, events=block.events[:cut], ends=block.ends[:cut], end=block.ends[cut - 1])
        one.sink.ship(part)
    assert count(engine) == 10


def test_an_id_is_kept_once_across_collectors_and_the_first_counts(site, engine):
    own = bytes.fromhex("019abcdef0120000000000000000abcd")
    for name, came in (("1", NOW), ("2", NOW + 5)):
        site(name).put(Post([event(machine=name), event(machine=name)], came, [own, b"other"], [NOW, NOW]))
    with engine.read() as reading:
        assert [json.loads(body)["machine"] for _, body in reading.sent_by("1")] == ["1", "1"]
        assert reading.sent_by("2") == []


def test_erased_is_gone(site, engine):
    site().put(
        Post([event(machine="feedface"), event(user="feedface"), event(machine="other"), b"feedface"], NOW)
    )
    assert engine.erase("feedface") == 2
    with engine.read() as reading:
        assert reading.sums.all_events(DAYS) == 1
        assert reading.sums.refused(DAYS) == {}


def test_old_months_are_dropped(site, engine):
    one = site(keep_days=30)
    one.put(Post([event()], NOW - 100 * DAY), Post([event()], 9_999_999_999_000))
    with engine.read() as reading:
        assert reading.sums.first_day() == 9_999_999_999_000 // DAY


@pytest.mark.parametrize(
    ("scheme", "protocol"), [("clickhouse", "HTTPConnection"), ("clickhouses", "HTTPSConnection")]
)
def test_a_server_that_is_away_is_a_message_and_is_asked_with_the_protocol_that_was_said(scheme, protocol):
    sink = engine_at(f"{scheme}://127.0.0.1:9/tilt").sink
    with pytest.raises(SinkError, match=protocol):
        sink.open()
