"""Two relays and PostgreSQL, killed in turn under load; then the speed of shipping.

    python benchmarks/collector_kills.py [--kills 100] [--events 200000]

Needs the tests' requirements and PostgreSQL (Debian: apt-get install postgresql). Every kill is a SIGKILL: of
a relay, of the other, of the server with all its children. At the end, what was acknowledged is looked for in
the database, events are looked at for doubles, and all sums are computed anew and compared.

The speed is that of a full spool into an empty database on this machine, sums included, synced as PostgreSQL
does by default; CPU is that of the relay's process alone, beside what a file takes for the same events.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests/collector"), str(HERE)]

import kills  # noqa: E402
from collector_speed import events  # noqa: E402
from postgres import Cluster  # noqa: E402

from analytics.collector._store import Post, Store  # noqa: E402
from analytics.collector._store import connect as connect_file  # noqa: E402
from analytics.collector.relay._connect import connect  # noqa: E402
from analytics.collector.relay._intake import Intake  # noqa: E402
from analytics.collector.relay._postgres import Postgres  # noqa: E402
from analytics.collector.relay._shipper import Shipper  # noqa: E402
from analytics.collector.relay._spool import Spool  # noqa: E402

_PIECE = 5000


def of_file(posts):
    """CPU seconds that a file takes for *posts*, in one process as `collect serve` has it."""
    with tempfile.TemporaryDirectory() as place:
        store = Store(connect_file(f"{place}/collector.db"))
        used = time.process_time()
        for post in posts:
            store.write([post])
        store.close()
        return time.process_time() - used


def speed(count):
    """Ship *count* events; a line with the figures."""
    bodies = events(20_000)
    now = int(time.time() * 1000)
    pieces = ([bodies[n % len(bodies)] for n in range(at, at + _PIECE)] for at in range(0, count, _PIECE))
    posts = [Post(piece, now) for piece in pieces]
    cluster = Cluster()
    try:
        with tempfile.TemporaryDirectory() as place:
            spool = Spool(place, 1 << 34)
            intake = Intake(spool)
            for post in posts:
                intake.write([post])
            spool.close()
            shipper = Shipper(spool, Postgres(cluster.dsn))
            began, used = time.perf_counter(), time.process_time()
            shipper.start()
            while shipper.waiting_bytes:
                time.sleep(0.1)
            shipper.stop()
            took, used = time.perf_counter() - began, time.process_time() - used
            assert shipper.shipped == count, (shipper.shipped, shipper.problem)
        with closing(connect(cluster.dsn)) as db:
            size = db.execute("SELECT pg_database_size(current_database())").fetchone()[0]
            assert db.execute("SELECT count(*) FROM event").fetchone() == (count,)
    finally:
        cluster.stop()
    return (
        f"{count:,} events shipped: {count / took:,.0f}/s, {used / count * 1e6:.1f} µs CPU of the relay "
        f"an event, {of_file(posts) / count * 1e6:.1f} of a file's; {size / count:.0f} B/event in PostgreSQL"
    )


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=200_000)
    options = parser.parse_args()
    if options.events:
        print(speed(options.events))
    if options.kills:
        acknowledged, stored = kills.rounds(options.kills)
        print(
            f"{options.kills} kills: {acknowledged:,} events acknowledged, {stored:,} stored: "
            "none lost, none twice, all sums right"
        )
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
