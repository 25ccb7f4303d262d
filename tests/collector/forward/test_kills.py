"""A forwarder that is killed loses nothing. ``TILTFILE_FORWARD_KILLS=100`` does it more often than CI does."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest
from collecting import NOW, event
from receiving import HANG_UP, Answer

from analytics.collector._store import Post, Store, connect

KILLS = int(os.environ.get("TILTFILE_FORWARD_KILLS", "4"))
MOST = 500  # events of a batch


@pytest.fixture
def start(tmp_path):
    """Start ``collect forward`` to a receiver; returns its process."""
    started = []

    def begin(server, *more):
        to = server.address.format(port=server.port)
        command = [sys.executable, "-m", "tiltfile_ext", "collect", "forward", to, "--file", "c.db", *more]
        environ = {
            **os.environ,
            "DD_API_KEY": "0" * 32,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        started.append(
            subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


class Writer(threading.Thread):
    """Writes events until told to stop, some batches more than *server* took; knows how many there are."""

    def __init__(self, path, server):
        super().__init__()
        self.path, self.server, self.stored, self.over = path, server, 0, threading.Event()

    def run(self):
        store = Store(connect(self.path))
        while not self.over.wait(0.01):
            if self.stored > sum(map(len, self.server.taken)) + 4 * MOST:
                continue
            bodies = [event(n=self.stored + index, calls={"load": index}) for index in range(100)]
            store.write([Post(bodies, NOW + self.stored)])
            self.stored += len(bodies)
        store.close()


def wait_until(condition):
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.002)


def test_killed_at_any_moment_it_loses_nothing_and_doubles_only_what_was_under_way(otlp, start, tmp_path):
    chance = random.Random(1)
    writer = Writer(str(tmp_path / "c.db"), otlp)
    writer.start()
    wait_until(lambda: writer.stored)
    lives = []  # ids that the receiver took, for each life of the forwarder
    for _ in range(KILLS):
        first, posts = len(otlp.taken), otlp.posts
        otlp.script = [chance.choice([Answer(200), Answer(HANG_UP), Answer(503)])]
        process = start(otlp, "--follow")
        wanted = posts + chance.randrange(1, 4)
        wait_until(lambda wanted=wanted, process=process: otlp.posts >= wanted or process.poll() is not None)
        assert process.poll() is None, process.stderr.read()
        assert writer.is_alive()
        time.sleep(chance.random() / 50)
        process.kill()
        process.wait()
        wait_until(otlp.has_ended)
        lives.append([otlp.id_of(one) for batch in otlp.taken[first:] for one in batch])
    writer.over.set()
    writer.join()
    otlp.script, first = [], len(otlp.taken)
    last = start(otlp)
    assert last.wait(600) == 0, last.stderr.read()
    lives.append([otlp.id_of(one) for batch in otlp.taken[first:] for one in batch])

    numbers = [[int(id.rpartition("-")[2]) for id in life] for life in lives]
    assert sorted({number for life in numbers for number in life}) == list(range(1, writer.stored + 1))
    done = 0
    for life in filter(None, numbers):
        assert life == list(range(life[0], life[0] + len(life))), "within a life each is sent once, in order"
        assert done - MOST < life[0] <= done + 1, "a life begins with the batch that was under way"
        done = max(done, life[-1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_follows_until_it_is_told_to_stop(otlp, start, tmp_path, number):
    store = Store(connect(str(tmp_path / "c.db")))
    process = start(otlp, "--follow")
    for count in (1, 2):
        store.write([Post([event()], NOW)])
        wait_until(lambda count=count: len(otlp.events()) == count)
    process.send_signal(number)
    assert process.wait(60) == 0
    said = process.stderr.read().splitlines()
    assert said[0].startswith("forwarding c.db to otlp+http://127.0.0.1:")
    assert said[1:] == ["2 events forwarded"]
    store.db.close()


def test_it_waits_for_a_receiver_and_a_signal_ends_that_wait(otlp, start, tmp_path):
    store = Store(connect(str(tmp_path / "c.db")))
    store.write([Post([event()], NOW)])
    store.db.close()
    otlp.script = [Answer(503, Retry_After="3000")]
    process = start(otlp, "--follow")
    assert "after event 0" in process.stderr.readline()
    assert process.stderr.readline().endswith(": 503 {}; trying again\n")
    process.terminate()
    assert process.wait(60) == 0
    assert process.stderr.read() == "0 events forwarded\n"
