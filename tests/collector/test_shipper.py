"""What is in the spool is shipped in order, and again until the database has it."""

import time

from collecting import NOW, event

from analytics.collector._store import Post
from analytics.collector.relay import _shipper
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._shipper import Shipper
from analytics.collector.relay._sink import SinkError
from analytics.collector.relay._spool import Spool


class Database:
    """A sink that fails as it is told: before it takes a block, or after it, when the answer is lost."""

    doubles = 0

    def __init__(self, *failures):
        self.failures = list(failures)
        self.blocks = []
        self.positions = {}

    def close(self):
        pass

    open = settle = close

    def position(self, segment):
        return self.positions.get(segment, 0)

    def ship(self, block):
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, Exception):
            raise failure
        self.blocks.append((block.start, block.end))
        if failure == "forgets":
            raise SinkError("the answer was lost")
        self.positions[block.segment] = block.end
        if failure == "keeps":
            raise SinkError("the answer was lost")


def shipped(tmp_path, monkeypatch, database, count=3):
    monkeypatch.setattr(_shipper, "_FIRST_RETRY", 0.001)
    monkeypatch.setattr(_shipper, "_PAUSE_SECONDS", 0.001)
    spool = Spool(str(tmp_path / "spool"), 1 << 20)
    Intake(spool).write([Post([event(machine=str(n)) for n in range(count)], NOW)])
    shipper = Shipper(spool, database)
    shipper.start()
    end = time.monotonic() + 60
    while shipper.waiting_bytes and time.monotonic() < end:
        time.sleep(0.001)
    shipper.stop()
    return shipper, spool


def test_a_block_that_was_taken_though_nobody_heard_is_not_sent_again(tmp_path, monkeypatch):
    database = Database("keeps")
    shipper, spool = shipped(tmp_path, monkeypatch, database)
    assert database.blocks == [(0, spool.size)]
    assert (shipper.failures, shipper.problem) == (1, "")


def test_a_block_that_may_have_been_taken_is_sent_again_as_it_was(tmp_path, monkeypatch):
    database = Database("forgets", SinkError("away"), "forgets")
    monkeypatch.setattr(_shipper, "BLOCK_EVENTS", 2)
    shipped(tmp_path, monkeypatch, database)
    assert database.blocks[0] == database.blocks[1] == database.blocks[2]
    assert len(set(database.blocks)) == 2


def test_a_fault_of_ours_stops_nothing(tmp_path, monkeypatch):
    shipper, _ = shipped(tmp_path, monkeypatch, Database(KeyError("oops")))
    assert (shipper.failures, shipper.shipped) == (1, 3)


def test_it_ends_when_told_though_the_database_is_away(tmp_path):
    spool = Spool(str(tmp_path / "spool"), 1 << 20)
    Intake(spool).write([Post([event()], NOW)])
    shipper = Shipper(spool, Database(*[SinkError("away")] * 1000))
    shipper.start()
    while not shipper.problem:
        time.sleep(0.001)
    shipper.stop()
    assert shipper.problem == "away"
    assert shipper.waiting_bytes == spool.size > 0
