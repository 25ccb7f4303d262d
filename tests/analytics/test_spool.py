"""Writers and the sender on every kind of filesystem, and an opt-out that comes in between."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analytics import FakeClock, Opt, _ledger, _outbox, _spool, _system
from analytics._app import locate
from analytics._outcome import Sent
from analytics._parcel import Parcel
from analytics._sender import Sender
from analytics._sole import sole_sender

PROCESSES, EVENTS = (64, 1000) if os.environ.get("ANALYTICS_PROOFS") == "full" else (8, 100)


@pytest.fixture
def dirs(environ):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    return dirs


@pytest.fixture
def no_locks(monkeypatch):
    def flock(_fd, _operation):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", flock)


def record(dirs, body):
    _spool.append(
        dirs,
        [
            _spool.Record(
                id=_spool.new_id(0), time=0, url="http://h/", level="full", allowed_by="tiltfile", body=body
            )
        ],
    )


class Poster:
    def __init__(self, on_post=lambda: None):
        self.posted, self.on_post = [], on_post

    def post(self, parcel):
        self.posted.append(parcel.body)
        self.on_post()
        return Sent(200)


def send(dirs, poster):
    Sender(dirs, {}, poster, FakeClock()).run()
    return poster.posted


@pytest.mark.usefixtures("no_locks")
def test_without_locks_events_are_kept_and_sent(dirs):
    for body in "abc":
        record(dirs, body)
    assert [r.body for r in _outbox.waiting(dirs)] == ["a", "b", "c"]
    assert send(dirs, Poster()) == ["a", "b", "c"]
    assert _outbox.waiting(dirs) == []


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_writer_that_is_killed_leaves_nothing_that_is_sent(dirs, monkeypatch):
    monkeypatch.setattr(os, "rename", lambda *_: os._exit(0))
    child = os.fork()
    if child == 0:
        record(dirs, "torn")
    os.waitpid(child, 0)
    monkeypatch.undo()
    assert _outbox.waiting(dirs) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that end with their process")
@pytest.mark.usefixtures("no_locks")
def test_without_locks_there_is_still_one_sender_at_a_time(dirs):
    with sole_sender(dirs) as first, sole_sender(dirs) as second:
        assert (first, second) == (True, False)
    with sole_sender(dirs) as third:
        assert third


def test_other_troubles_with_a_lock_are_troubles(dirs, monkeypatch):
    def flock(_fd, _operation):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(_spool.SpoolError, match="input/output"):
        record(dirs, "a")


def test_a_system_without_the_module_for_locks_has_no_locks(monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(_system.NoLocksError):
        _system.own(0)


def test_a_writer_that_was_stopped_does_not_stop_the_sender(dirs, monkeypatch):
    monkeypatch.setattr("analytics._outbox._WRITER_SECONDS", 0.05)
    record(dirs, "a")
    fd = os.open(f"{dirs.spool}/current.jsonl", os.O_WRONLY)
    fcntl.flock(fd, fcntl.LOCK_SH)
    start = time.monotonic()
    assert send(dirs, Poster()) == []
    assert time.monotonic() - start < 2
    os.close(fd)
    record(dirs, "b")
    assert send(dirs, Poster()) == ["a", "b"]


CROWD = (
    "import sys; from analytics import Client, Opt, _handover\n"
    "_handover.spawn_sender = lambda *_: 0\n"
    "client = Client.open(version='1', subcommand='load')\n"
    "for n in range(int(sys.argv[2])):\n"
    "    client.incr('tiltfile.loaded.plugin', {'ext_name': f'{sys.argv[1]}.{n}'})\n"
    "    client.settle(Opt.IN); client.flush()\n"
    "assert not client.problems, client.problems\n"
)


def test_a_crowd_tears_no_line_and_loses_none(dirs, environ):
    environ |= {"PYTHONPATH": os.pathsep.join(sys.path), "TILT_ANALYTICS_MAX_BYTES": "1000000000"}
    crowd = [
        subprocess.Popen([sys.executable, "-c", CROWD, str(n), str(EVENTS)], env=environ)
        for n in range(PROCESSES)
    ]
    assert [process.wait() for process in crowd] == [0] * PROCESSES
    lines = [
        line for path in Path(dirs.spool).glob("*.jsonl") for line in path.read_bytes().split(b"\n") if line
    ]
    bodies = [record.body for record in _outbox.waiting(dirs)]
    assert len(lines) == len(bodies) == len(set(bodies)) == PROCESSES * EVENTS


def test_threads_share_a_client(open_client, choose, spooled, no_sender):
    choose("opt-in")
    client = open_client()
    client.settle()

    def work(number):
        for n in range(100):
            client.incr("tiltfile.loaded.plugin", {"ext_name": f"{number}.{n}"})
            client.flush()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.flush()
    bodies = [record["body"] for record in spooled()]
    assert len(bodies) == len(set(bodies)) == 800
    assert client.problems == []


def test_a_fork_of_a_process_whose_other_thread_holds_the_lock_goes_on(open_client, choose, no_sender):
    choose("opt-in")
    client = open_client()
    client.settle()
    held, done = threading.Event(), threading.Event()

    def hold():
        with client._lock, client._flushing:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    child = os.fork()
    if child == 0:
        client.incr("cmd.child")
        client.flush()
        os._exit(len(client.problems))
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    assert status == 0
    assert [r.body.count("cmd.child") for r in _outbox.waiting(client._dirs)] == [1]


def test_an_opt_out_while_a_sender_merges_leaves_nothing_to_send(dirs, monkeypatch):
    """The purge waits for the merge, and the sender finds nothing afterwards."""
    real, purges = _outbox._segments.names, []

    def names_and_purge(dirs):
        if not purges:
            purges.append(threading.Thread(target=_outbox.purge, args=(dirs,)))
            purges[0].start()
            purges[0].join(0.1)
            assert purges[0].is_alive()
        return real(dirs)

    record(dirs, "a")
    monkeypatch.setattr(_outbox._segments, "names", names_and_purge)
    outbox = _outbox.Outbox(dirs)
    outbox.absorb()
    purges[0].join()
    assert outbox.is_purged()
    assert [path.name for path in Path(dirs.spool).iterdir()] == []


def test_nothing_begins_after_an_opt_out_has_returned(dirs, choose):
    """A hundred races; what the ledger has, it has from before."""
    for _ in range(100):
        choose("opt-in")
        for body in "abcdef":
            record(dirs, body)
        poster, seen = Poster(), []
        sender = threading.Thread(target=send, args=(dirs, poster))
        sender.start()
        _outbox.purge(dirs)
        seen.append(len(_ledger.entries(dirs)))
        sender.join()
        assert len(_ledger.entries(dirs)) == seen[0]
        os.path.exists(dirs.ledger) and os.unlink(dirs.ledger)
        _outbox.purge(dirs)


def parcel(number):
    return Parcel(
        [
            _spool.Record(
                id=f"i{number}", time=0, url="u", level="full", allowed_by="user", body=f'{{"n":{number}}}'
            )
        ],
        is_batch=False,
    )


def test_the_ledger_forgets_after_ninety_days_and_says_so(dirs):
    day = 24 * 3600.0
    for number in range(10):
        _ledger.attempt(dirs, parcel(number), number * 30 * day)
        _ledger.answer(dirs, parcel(number), number * 30 * day, status=200, detail="accepted")
    assert _ledger.prune(dirs, 9 * 30 * day) == 6
    ledger = _ledger.read(dirs)
    assert [entry["id"] for entry in ledger.entries] == ["i6", "i7", "i8", "i9"]
    assert all(map(_ledger.is_intact, ledger.entries))
    assert (ledger.pruned, ledger.damaged) == (6, 0)
    assert _ledger.prune(dirs, 9 * 30 * day) == 0
    assert _ledger.prune(dirs, 11 * 30 * day) == 8
    assert _ledger.read(dirs).pruned == 8


def test_a_ledger_that_is_too_large_keeps_the_newest(dirs):
    for number in range(100):
        _ledger.attempt(dirs, parcel(number), 0.0)
    dirs.limit = 5000
    before = Path(dirs.ledger).read_bytes()
    removed = _ledger.prune(dirs, 0.0)
    after = Path(dirs.ledger).read_bytes()
    assert len(after) <= 2 * dirs.limit
    assert before.endswith(after[-1000:])
    entries = _ledger.entries(dirs)
    assert [entry["id"] for entry in entries] == [f"i{n}" for n in range(removed, 100)]


def test_thousands_of_offline_runs_stay_within_the_limit(dirs, open_client, no_sender):
    client = open_client()
    client._dirs.limit = 200_000
    for n in range(2000):
        client.incr("tiltfile.loaded.plugin", {"ext_name": f"e{n}"})
        client.settle(Opt.IN)
        client.flush()
        if n % 100 == 0:
            outbox = _outbox.Outbox(client._dirs)
            outbox.absorb()
    size = sum(path.stat().st_size for path in Path(dirs.spool).iterdir())
    assert size <= client._dirs.limit
    bodies = [r.body for r in _outbox.waiting(dirs)]
    assert '"e1999"' in [b for b in bodies if "ext_name" in b][-1]
    assert client.problems == []
