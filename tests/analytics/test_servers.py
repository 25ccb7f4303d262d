"""When an address is tried again."""

from pathlib import Path

import pytest

from analytics import _servers
from analytics._app import locate
from analytics._servers import GO, PROBE, WAIT, Server

MINUTE, HOUR = 60_000, 3_600_000


def failing(times, *, reached=True, retry_after_ms=0, chance=0.5, now=0):
    server = Server("k")
    for _ in range(times):
        server.failed(now, reached=reached, retry_after_ms=retry_after_ms, chance=chance)
    return server


@pytest.mark.parametrize(
    ("times", "minutes"), [(1, 15), (2, 30), (3, 60), (7, 960), (8, 24 * 60), (50, 24 * 60)]
)
def test_the_wait_doubles_up_to_a_day(times, minutes):
    assert failing(times).not_before == minutes * MINUTE


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 12), (0.5, 15), (1.0, 18)])
def test_waits_differ_by_a_fifth_so_that_not_all_come_back_at_once(chance, minutes):
    assert failing(1, chance=chance).not_before == minutes * MINUTE


def test_an_address_that_works_is_tried_at_once():
    server = failing(5)
    server.succeeded(0)
    assert server.verdict(0, 0) == GO


def test_after_one_failure_the_next_run_may_try():
    assert failing(1).verdict(1, 0) == PROBE


def test_a_server_in_trouble_is_left_alone_whatever_is_new():
    server = failing(2)
    assert server.verdict(29 * MINUTE, 29 * MINUTE) == WAIT
    assert server.verdict(30 * MINUTE, 0) == GO


def test_offline_a_fresh_event_may_be_tried_and_an_old_one_may_not():
    server = failing(6, reached=False, now=MINUTE)
    assert server.verdict(2 * MINUTE, 2 * MINUTE) == PROBE
    assert server.verdict(2 * MINUTE, 0) == WAIT


@pytest.mark.parametrize("eager", [True, False])
def test_what_a_server_asks_for_is_the_least_it_gets(eager):
    server = failing(1, retry_after_ms=40 * MINUTE)
    assert server.verdict(39 * MINUTE, 39 * MINUTE, eager=eager) == WAIT
    assert server.verdict(40 * MINUTE, 0) == GO
    assert failing(1, retry_after_ms=1000).not_before == 15 * MINUTE


def test_who_asks_to_send_now_does_not_wait():
    assert failing(9).verdict(1, 0, eager=True) == GO


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_keeps_nobody_waiting(years):
    now = 20 * 365 * 24 * HOUR
    server = failing(9, now=now + years * 365 * 24 * HOUR)
    assert server.verdict(now, 0) == GO


def test_what_is_known_is_kept_without_the_address(environ):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    url = "https://user:password@h/"
    server = failing(3, reached=False, retry_after_ms=7, now=5)
    server.key, server.batches = _servers.key_of(url), _servers.TAKES_BATCHES
    _servers.write(dirs, {server.key: server})
    text = Path(dirs.servers).read_text()
    assert "password" not in text
    assert "//h" not in text
    (again,) = _servers.read(dirs).values()
    assert again.line() == server.line()
    assert not _servers.is_worth_trying(dirs, url, 6)
    assert _servers.is_worth_trying(dirs, url, 5 + 2 * HOUR)
    assert _servers.is_worth_trying(dirs, "https://other/", 6)


def test_of_an_address_that_works_as_tilts_nothing_is_kept(environ, home):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    server = failing(1)
    _servers.write(dirs, {"k": server})
    server.succeeded(9)
    _servers.write(dirs, {"k": server})
    assert list((home / ".tilt-dev/analytics/spool").iterdir()) == []


def test_damage_at_any_byte_makes_an_address_unknown_and_nothing_else(environ):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    _servers.write(dirs, {key: failing_as(key) for key in ("a", "b")})
    data = Path(dirs.servers).read_bytes()
    for offset in range(len(data)):
        damaged = data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :]
        Path(dirs.servers).write_bytes(damaged)
        assert set(_servers.read(dirs)) <= {"a", "b"}


def failing_as(key):
    server = failing(2)
    server.key = key
    return server
