"""A file to keep events in, and a collector that runs."""

import sys
from pathlib import Path

import pytest

from analytics.collector._store import Post, Store, connect

sys.path.insert(0, str(Path(__file__).parent))
from collecting import NOW, Running


@pytest.fixture
def db(tmp_path):
    connection = connect(str(tmp_path / "collector.db"))
    yield connection
    connection.close()


@pytest.fixture
def store(db):
    return Store(db)


@pytest.fixture
def put(store):
    """Keep events of one moment; returns the receipt."""

    def keep(*bodies, time=NOW, **post):
        return store.write([Post(bodies, time, **post)])[0]

    return keep


@pytest.fixture
def collector(tmp_path):
    """Start a collector; more can be started and stopped in the test."""
    started = []

    def start(*arguments, path=str(tmp_path / "served.db")):
        started.append(Running(path, *arguments))
        return started[-1]

    yield start
    for running in started:
        running.stop()
