"""A file to keep events in, and a collector that runs."""

import sys
import zlib
from pathlib import Path

import psycopg
import pytest

from analytics.collector._store import Post, Store, connect
from analytics.collector.relay import _connect as postgres

sys.path.insert(0, str(Path(__file__).parent))
from clickhouse import HAS_CHDB, TABLES
from collecting import NOW, Running
from postgres import PROGRAMS, Cluster


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


@pytest.fixture(scope="module")
def cluster():
    """A PostgreSQL; where there is none, its tests are skipped."""
    if PROGRAMS is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    running = Cluster("fsync=off", "full_page_writes=off")
    yield running
    running.stop()


@pytest.fixture
def dsn(cluster, request):
    """The address of an empty database."""
    name = f"t{zlib.crc32(request.node.name.encode())}"
    with psycopg.connect(cluster.dsn, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
        yield cluster.dsn_of(name)
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def look(dsn):
    """A connection to it."""
    db = postgres.connect(dsn)
    yield db
    db.close()


@pytest.fixture(scope="session")
def _chdb(tmp_path_factory):
    if not HAS_CHDB:
        pytest.skip("no ClickHouse: pip install chdb")
    return f"chdb://{tmp_path_factory.mktemp('chdb')}/data"


@pytest.fixture
def clickhouse(_chdb):
    """The address of an empty ClickHouse; where there is none, its tests are skipped."""
    from analytics.collector.relay import _clickhouse_connect

    client = _clickhouse_connect.connect(_chdb)
    for table in TABLES:
        client.command(f"TRUNCATE TABLE {table}")
    client.close()
    return _chdb
