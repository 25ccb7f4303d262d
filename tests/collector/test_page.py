"""The page: whatever was sent is text on it, and nothing acts."""

import gzip
import html
import json
import re
from urllib.parse import quote

import pytest
from collecting import NOW, event

from analytics.collector._days import DAY_MS, Days
from analytics.collector._file_sums import FileSums
from analytics.collector._page import POLICY
from analytics.collector._questions import Questions

HOSTILE = [
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "=1+1",
    "${7*7}{{7*7}}",
    "a\u202eb",
    "'; DROP TABLE event; --",
]


def fill(running):
    """Hostile text in every field that can hold it."""
    for text in HOSTILE:
        body = event(
            name=text, machine=text, user=text, os=text, version=text, git__origin=text, subcommand=text,
            ext_name=text, env=text, note=text, calls={text: 1, f"{text}.arg.{text}": 2},
        )  # fmt: skip
        assert running.call(body=body)[0] == 200
    assert running.call(body=HOSTILE[0].encode())[0] == 400
    running.settle()


def test_hostile_text_is_inert_everywhere(collector):
    running = collector()
    fill(running)
    tables = Questions(None, Days(0, 0)).tables()  # asks nothing yet
    paths = ["/", f"/me?hash={quote(HOSTILE[0])}", *(f"/t/{slug}" for slug in tables)]
    for path in [*paths, "/builtin/%3Cscript%3Ealert(1)%3C%2Fscript%3E"]:
        status, headers, body = running.call(path)
        text = body.decode()
        assert status == 200
        assert headers["Content-Security-Policy"] == POLICY
        assert "<script" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert not re.search(r"<[^>]*\son\w+=", text)
    assert html.escape(HOSTILE[0]) in running.call("/")[2].decode()


def test_no_cell_is_a_formula(collector):
    running = collector()
    fill(running)
    assert "'=1+1" in running.call("/t/builtins.csv")[2].decode()


def test_the_page_is_small_and_without_scripts(collector):
    running = collector()
    for number in range(60):
        calls = {f"builtin_{n}": n for n in range(number)}
        running.call(
            body=event(machine=f"m{number}", version=f"0.{number}", git__origin=f"r{number}", calls=calls)
        )
    running.settle()
    body = running.call("/")[2]
    assert len(gzip.compress(body)) <= 20_000
    assert body.count(b"<table") >= 5


@pytest.mark.parametrize("path", ["/nothing", "/t/nothing", "/t/nothing.csv", "/builtin/", "/../etc/passwd"])
def test_there_is_no_such_page(collector, path):
    assert collector().call(path)[0] == 404


def test_what_one_hash_sent_is_shown_as_it_was_sent(collector):
    running = collector()
    running.call(body=event(machine="mine", note="n1"))
    running.call(body=event(machine="other", note="n2"))
    text = html.unescape(running.call("/me?hash=mine")[2].decode())
    assert '"note":"n1"' in text
    assert "n2" not in text


@pytest.fixture
def ask(db, store, put):
    """Questions about the month that ends with the events' day."""
    today = NOW // DAY_MS

    def about(days=30, known=(), names=None):
        store.settle()
        return Questions(FileSums(db, names), Days(today - days + 1, today), known)

    return about


def test_builtins_are_ranked_by_machines(put, ask):
    put(
        event(machine="a", calls={"load": 3, "local": 1}),
        event(machine="b", calls={"load": 2, "load.arg.x": 2}),
    )
    put(event(machine="c", calls={"local": 1}), time=NOW - 40 * DAY_MS)
    assert ask().builtins().records() == [
        {
            "built-in": "load",
            "machines": 2,
            "share %": 100.0,
            "change": 100.0,
            "machines before": 0,
            "calls": 5,
        },
        {
            "built-in": "local",
            "machines": 1,
            "share %": 50.0,
            "change": -50.0,
            "machines before": 1,
            "calls": 1,
        },
    ]


def test_arguments_are_counted_by_week(put, ask):
    put(event(machine="a", calls={"load": 3, "load.arg.x": 1}))
    put(event(machine="b", calls={"load": 3}), time=NOW - 7 * DAY_MS)
    table = ask(10).arguments("load")
    assert [row[0] for row in table.rows] == ["(called)", "x"]
    assert [row[-2:] for row in table.rows] == [(1, 1), (0, 1)]


def test_what_nobody_uses_is_listed(put, ask):
    put(event(calls={"load": 1}))
    assert ask(known=["load", "load.arg.x", "local", "local.arg.x"]).unused().rows == [
        ("load.arg.x",),
        ("local",),
    ]


def test_percentiles_are_off_by_a_hundredth_at_most(put, ask):
    durations = [round(1.013**n * 10**6) for n in range(1, 1001)]
    put(*[event(name="tilt.tiltfile.load", version="0.37", duration=d) for d in durations])
    (row,) = ask().tables()["load-times"]().records()
    exact = {"p50 ms": sorted(durations)[499] / 10**6, "p95 ms": sorted(durations)[949] / 10**6}
    assert row["loads"] == 1000
    for name, value in exact.items():
        assert row[name] == pytest.approx(value, rel=0.0101)


def test_the_api_gives_what_the_page_shows(collector):
    running = collector()
    running.call(body=event(calls={"load": 1}))
    running.settle()
    shown = json.loads(running.call("/t/builtins.json?days=7")[2])
    assert (shown["days"], shown["rows"][0]["built-in"]) == (7, "load")
