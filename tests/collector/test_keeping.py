"""How long what is kept, how much one may send, and what repositories are called."""

import json
import time

import pytest
from collecting import DAY, NOW, event

from analytics.collector._days import Days, monday
from analytics.collector._errors import CollectorError
from analytics.collector._export import events
from analytics.collector._file_sums import FileSums
from analytics.collector._maintenance import rebuild
from analytics.collector._rates import BURST_SECONDS, Rate, sender_of
from analytics.collector._repositories import names_of
from analytics.collector._retention import Retention, days_of
from analytics.collector._store import Post, Store, connect

TODAY = NOW // DAY


@pytest.mark.parametrize(("text", "days"), [("400d", 400), ("52w", 364), ("5y", 1825)])
def test_a_span_is_a_number_and_a_unit(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize("text", ["", "400", "d", "0d", "-1d", "1.5y", "4 w", "400D", "\u0664d"])
def test_what_is_no_span_is_said(text):
    with pytest.raises(CollectorError, match="is no span: write 400d, 52w or 5y"):
        days_of(text)


@pytest.mark.parametrize(("keep", "sums"), [(400, 300), (None, 300)])
def test_sums_do_not_go_before_their_events(keep, sums):
    with pytest.raises(CollectorError, match="--keep-rollups must not be shorter"):
        Retention(keep, sums)


def test_old_events_go_and_their_sums_stay(db, store, put):
    for ago in (0, 20, 100):
        put(event(machine=f"m{ago}", user=f"u{ago}", note=f"n{ago}"), time=NOW - ago * DAY)
    assert Retention(events=30).apply(store, TODAY) == 1
    assert [json.loads(body)["machine"] for *_, body in events(db)] == ["m0", "m20"]
    assert {digest for (digest,) in db.execute("SELECT digest FROM person")} == {"u0", "u20"}
    assert b"n100" not in b"".join(body for (body,) in db.execute("SELECT body FROM rest"))
    assert db.execute("SELECT count FROM sum_count WHERE facet = 0 AND days = 1").fetchall() == [(1,)] * 3
    rebuild(store)
    assert db.execute("SELECT count FROM sum_count WHERE facet = 0 AND days = 1").fetchall() == [(1,)] * 3


def test_old_sums_go_and_the_newer_ones_stay(db, store, put):
    for ago in (0, 20, 100):
        put(event(), time=NOW - ago * DAY)
    Retention(events=30, sums=60).apply(store, TODAY)
    assert FileSums(db).first_day() == TODAY - 20
    assert db.execute("SELECT min(first) FROM sum_machines").fetchone() == (monday(TODAY - 20),)


def test_nothing_goes_that_nobody_said(store, put):
    put(event(), time=NOW - 5000 * DAY)
    assert Retention().apply(store, TODAY) == 0
    assert len(list(events(store.db))) == 1


def test_old_events_go_while_it_serves(collector, tmp_path):
    path = str(tmp_path / "served.db")
    db = connect(path)
    Store(db).write([Post([event()], int(time.time() * 1000) - 900 * DAY)])
    db.close()
    running = collector("--keep-events", "400d", "--keep-rollups", "2y", path=path)
    assert running.process.stderr.readline().startswith("TILT_ANALYTICS_URL")
    assert running.process.stderr.readline().startswith("1 events went: they happened before ")
    rows = {row["figure"]: row["value"] for row in json.loads(running.call("/t/quality.json")[2])["rows"]}
    assert (rows["days that events are kept"], rows["days that sums are kept"]) == (400, 730)
    assert (rows["first day with sums"], rows["latest event (UTC)"]) == (None, None)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_a_sender_has_ten_seconds_worth_at_once_and_then_its_rate():
    clock = Clock()
    rate = Rate(5, clock)
    rate.take("a", 5 * int(BURST_SECONDS) + 5)
    assert (rate.wait("a"), rate.wait("b")) == (1.0, 0.0)
    clock.now += 1
    assert rate.wait("a") == 0
    rate.take("a", 5)
    assert rate.wait("a") == 1.0


def test_what_is_remembered_of_senders_is_bounded(monkeypatch):
    monkeypatch.setattr("analytics.collector._rates._KEPT", 10)
    clock = Clock()
    rate = Rate(1, clock)
    for number in range(1000):
        rate.take(number, 1000)
        assert len(rate._full) <= 11


def test_a_network_of_ipv6_is_one_sender():
    assert sender_of("2001:db8::1") == sender_of("2001:db8::ffff") != sender_of("2001:db8:0:1::1")
    assert sender_of("::ffff:10.0.0.1") != sender_of("::ffff:10.0.0.2")
    assert sender_of("10.0.0.1") != sender_of("10.0.0.2")


@pytest.mark.parametrize("flag", ["--rate-per-key", "--rate-per-address"])
def test_who_sends_too_much_is_told_when_to_go_on(collector, flag):
    running = collector(flag, "0.01")
    assert running.call(body=event())[0] == 200
    status, headers, body = running.call(body=event())
    assert (status, b"wait as long as Retry-After says" in body) == (429, True)
    assert 1 <= int(headers["Retry-After"]) <= 100


def test_repositories_are_called_what_the_team_calls_them(tmp_path, put, db, store):
    listed = tmp_path / "repositories.txt"
    listed.write_text(
        "# ours\n\ngit@github.com:acme/shop.git\nhttps://github.com/acme/web   The web shop\n",
        encoding="utf-8",
    )
    names = names_of(str(listed), "key")
    assert sorted(names.values()) == ["The web shop"] * 2 + ["github.com/acme/shop"] * 2
    for number, digest in enumerate([*names, "unknown"]):
        put(event(machine=f"m{number // 2}", git__origin=digest))
    store.settle()
    found = FileSums(db, names).machines("repository", Days(TODAY, TODAY))
    assert found == {"github.com/acme/shop": 1, "The web shop": 1, "unknown": 1}


def test_the_digest_of_a_repository_is_what_tilt_sends(tmp_path):
    listed = tmp_path / "list"
    listed.write_text("git@github.com:tilt-dev/tilt.git\n")
    assert names_of(str(listed)) == {"n3Dfvc3cNe0Ephvyido45w==": "github.com/tilt-dev/tilt"}


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read: no such file"), (b"\xff", "it is not UTF-8")]
)
def test_a_list_that_cannot_be_read_is_said(tmp_path, content, words):
    listed = tmp_path / "list"
    if content:
        listed.write_bytes(content)
    with pytest.raises(CollectorError, match=words):
        names_of(str(listed))
