"""The same events give the same answers, wherever they are kept."""

import pytest
from collecting import DAY, NOW, event
from shipping import OneCollector, some_events

from analytics.collector import _store
from analytics.collector._days import Days
from analytics.collector._file_sums import FileSums
from analytics.collector._questions import Questions
from analytics.collector._store import Post
from analytics.collector.relay import _postgres
from analytics.collector.relay._engine import engine_at

NAMES = {"r1": "web", "r2": "web"}
POSTS = [
    *(Post([b.replace(b"\\u0000", b"") for b in post.bodies], post.time, post.ids, post.times) for post in some_events(5, 600)),
    *(Post([event(git__origin=f"r{n % 4}", subcommand=["up", "ci"][n % 2], env="kind")], NOW - n * DAY) for n in range(20)),
    *(Post([event(name="tilt.tiltfile.load", duration=n * 10**7, version="9", machine=f"l{n % 7}")], NOW - n % 9 * DAY) for n in range(300)),
    Post([event(machine="last")], NOW + 1, times=[NOW - DAY]),
]  # fmt: skip


def answers(sums):
    """All tables of two spans of days, and one built-in's arguments."""
    tables = {}
    for span in (2, 30):
        questions = Questions(sums, Days(NOW // DAY - span + 1, NOW // DAY), ["a", "a.arg.y", "unused"])
        asked = {slug: ask() for slug, ask in questions.tables().items()}
        asked["arguments"] = questions.arguments("a")
        tables.update(
            {(span, slug): (table.columns, list(map(tuple, table.rows))) for slug, table in asked.items()}
        )
    return tables


@pytest.fixture
def in_a_file(store, db, monkeypatch):
    for module in (_store, _postgres):  # which counts are beyond the limit depends on the blocks
        monkeypatch.setattr(module, "PROFILES_A_DAY", 10_000)
    store.write(POSTS)
    store.settle()
    return answers(FileSums(db, NAMES))


def shipped(address, directory):
    engine = engine_at(address, repositories=NAMES)
    one = OneCollector(engine.sink, directory)
    for start in range(0, len(POSTS), 50):
        one.put(*POSTS[start : start + 50])
    one.sink.close()
    with engine.read() as reading:
        return answers(reading.sums)


def test_postgresql_answers_as_a_file_does(in_a_file, dsn, tmp_path):
    assert shipped(dsn, tmp_path / "spool") == in_a_file


def test_clickhouse_answers_as_a_file_does(in_a_file, clickhouse, tmp_path):
    there = shipped(clickhouse, tmp_path / "spool")
    assert there.keys() == in_a_file.keys()
    for question, (columns, rows) in in_a_file.items():
        assert there[question][0] == columns
        assert [alike(row) for row in there[question][1]] == [alike(row) for row in rows], question


def alike(row):
    """*row*; percentiles need only be within a hundredth."""
    return tuple(pytest.approx(cell, rel=0.01) if isinstance(cell, float) else cell for cell in row)
