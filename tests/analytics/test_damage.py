"""Whatever happens to a byte, every other record survives."""

import errno
import os
from pathlib import Path

import pytest

from analytics import FakeClock, _drops, _ledger, _lines, _outbox, _spool
from analytics._app import locate
from analytics._outcome import Sent
from analytics._parcel import Parcel
from analytics._sender import Sender

RECORDS = 4
EVERY_BIT = range(8) if os.environ.get("ANALYTICS_PROOFS") == "full" else ()


def make_record(number):
    return _spool.Record(
        id=f"{number:032x}", time=number, url="http://h/", level="full", allowed_by="tiltfile",
        body=f'{{"n":"{number}"}}',
    )  # fmt: skip


@pytest.fixture
def dirs(environ):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    return dirs


class Poster:
    def __init__(self):
        self.posted = []

    def post(self, parcel):
        self.posted.append(parcel.body)
        return Sent(200)


def send(dirs):
    poster = Poster()
    Sender(dirs, {}, poster, FakeClock()).run()
    return poster.posted


def damages(data, start):
    """Every way to cut *data* off, or to flip a bit in it, from *start* on."""
    for offset in range(start, len(data)):
        yield offset, data[:offset]
        for bit in EVERY_BIT or (offset % 8,):
            yield offset, data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :]


def spool_file(dirs):
    _spool.append(dirs, [make_record(n) for n in range(RECORDS)])
    return f"{dirs.spool}/current.jsonl"


def outbox_file(dirs):
    spool_file(dirs)
    _outbox.Outbox(dirs).absorb()
    return f"{dirs.spool}/outbox.jsonl"


@pytest.mark.parametrize("make", [spool_file, outbox_file])
def test_damage_to_what_waits_costs_the_damaged_record_only(dirs, make):
    path = Path(make(dirs))
    data = path.read_bytes()
    lines = data.split(b"\n\n")
    starts = [data.index(line) for line in lines]
    bodies = [record.body for record in map(make_record, range(RECORDS))]
    for offset, damaged in damages(data, starts[1]):
        path.write_bytes(damaged)
        hit = max(n for n, start in enumerate(starts) if start <= offset + 1)
        got = [record.body for record in _outbox.waiting(dirs)]
        assert set(got) <= set(bodies), "a damaged body must never be sent"
        if len(damaged) == len(data):
            # the newline between two records belongs to the one before and to the one after it
            missing = [n for n in range(RECORDS) if bodies[n] not in got]
            assert set(missing) <= {hit, hit - 1}
            assert len(missing) <= 1
        else:
            assert got[: hit - 1] == bodies[: hit - 1]


def test_what_is_recorded_after_a_tear_is_whole(dirs):
    path = Path(spool_file(dirs))
    data = path.read_bytes()
    for cut in range(data.index(b"\n\n") + 1, len(data)):
        path.write_bytes(data[:cut])
        _spool.append(dirs, [make_record(99)])
        assert _outbox.waiting(dirs)[-1].body == '{"n":"99"}'
        assert _outbox.waiting(dirs)[0].body == '{"n":"0"}'


def test_damage_to_the_ledger_costs_the_damaged_entry_only_and_shows(dirs):
    for n in range(RECORDS):
        parcel = Parcel([make_record(n)], is_batch=False)
        _ledger.attempt(dirs, parcel, 0.0)
        _ledger.answer(dirs, parcel, 0.0, status=200, detail="accepted")
    path = Path(dirs.ledger)
    data = path.read_bytes()
    start = data.rindex(b'\n{"body"')
    bodies = [make_record(n).body for n in range(RECORDS)]
    for _, damaged in damages(data, start):
        path.write_bytes(damaged)
        ledger = _ledger.read(dirs)
        got = [entry["body"] for entry in ledger.entries]
        assert got in (bodies, bodies[:-1])
        assert all(map(_ledger.is_intact, ledger.entries))


class Full:
    """A disk that takes *budget* more writes, and half of the one after them."""

    def __init__(self, monkeypatch, budget):
        self.budget, self.refused = budget, 0
        self._real = os.write
        for name in ("mkdir", "rename", "replace", "fsync", "fdatasync", "link"):
            monkeypatch.setattr(os, name, self._guarded(getattr(os, name)))
        monkeypatch.setattr(os, "write", self._write)

    def _spend(self):
        self.budget -= 1
        if self.budget < 0:
            self.refused += 1
            return False
        return True

    def _guarded(self, call):
        def run(*args, **kwargs):
            if not self._spend():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(*args, **kwargs)

        return run

    def _write(self, fd, data):
        if self._spend():
            return self._real(fd, data)
        if self.refused == 1 and len(data) > 1:
            return self._real(fd, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_up_at_any_write_harms_no_command(
    open_client, choose, home, no_sender, monkeypatch
):
    choose("opt-in")
    for budget in range(30):
        with monkeypatch.context() as patch:
            client = open_client()
            full = Full(patch, budget)
            client.incr("cmd.load")
            client.settle()
            client.flush()
        kept = [record.body for record in _outbox.waiting(client._dirs)]
        assert kept or client.problems
        if not full.refused:
            return
    pytest.fail("there are more writes than this test tries")


def test_a_disk_that_fills_up_at_any_write_of_the_sender_loses_nothing(dirs, monkeypatch):
    for budget in range(60):
        records = [make_record(budget * 10 + n) for n in range(3)]
        _spool.append(dirs, records)
        poster = Poster()
        with monkeypatch.context() as patch:
            full = Full(patch, budget)
            try:
                Sender(dirs, {}, poster, FakeClock()).run()
            except OSError:
                assert full.refused
        posted = [*poster.posted, *send(dirs)]
        assert set(posted) == {record.body for record in records}
        ledger = [entry["body"] for entry in _ledger.entries(dirs)]
        assert set(posted) <= set(ledger), "nothing is posted that is not in the ledger"
        assert _outbox.waiting(dirs) == []
        if not full.refused:
            return
    pytest.fail("there are more writes than this test tries")


def test_what_the_disk_did_not_take_is_counted_when_there_is_room_again(
    open_client, choose, spooled, no_sender
):
    choose("opt-in")
    client = open_client()
    client.incr("cmd.load")
    client.settle()
    client.flush()
    _drops.add(client._dirs, _drops.UNWRITTEN, 3)
    _drops.add(client._dirs, _drops.EVICTED, 2)
    _drops.add(client._dirs, _drops.UNWRITTEN, 1)
    client.incr("cmd.load")
    client.flush()
    body = spooled()[-1]["body"]
    assert '"evicted":"2"' in body
    assert '"name":"tilt.analytics.dropped"' in body
    assert '"unwritten":"4"' in body
    assert client.preview()[-1] == body
    assert _drops.pending(client._dirs) == {}


def test_a_report_of_losses_that_was_cut_short_is_made_again_under_the_same_id(dirs, monkeypatch):
    _drops.add(dirs, _drops.EVICTED, 5)
    first = _drops.claim(dirs, 0)
    _drops.add(dirs, _drops.EVICTED, 1)
    second = _drops.claim(dirs, 9)
    assert (first.id, first.counts) == (second.id, second.counts) == (first.id, {"evicted": 5})
    second.settle()
    assert _drops.claim(dirs, 9).counts == {"evicted": 1}


def test_lines_are_sealed():
    assert _lines.parse(_lines.line({"a": 1, "sum": 2})) == {"a": 1, "sum": 2}
    for line in (b"", b"{}", b'{"a":1}', b'{"a":1,"sum":"00000000"}', b'{"sum":"00000000"}'):
        assert _lines.parse(line) is None
