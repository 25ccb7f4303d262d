"""How large a collector's file is, and how long each question takes.

    python benchmarks/collector_size.py [--events 1000000] [--file PATH] [--ids]

Keeps a company's events (collector_stream.py) in one transaction for a thousand, each of them on the disk
before the next, and asks every question of the page about 30, 90 and 365 days: the median and the slowest of
5, each over a connection of its own, in ms of CPU. With --file, the file stays, and is asked again if it is
there. --ids gives every event an id, as tiltfile does and Tilt does not.
"""

import argparse
import gzip
import itertools
import os
import resource
import statistics
import tempfile
import time
from contextlib import closing

from collector_stream import REPOSITORIES, events, origin, remote

from analytics.collector._days import DAY_MS, Days
from analytics.collector._page import overview, page
from analytics.collector._questions import Questions
from analytics.collector._reading import reader_of
from analytics.collector._store import Post, Store, connect
from tiltfile_ext.cli.collect import _builtins

BATCH = 1000
SPANS = (30, 90, 365)
ROUNDS = 5


def fill(path, count, *, with_ids):
    """Keep *count* events; print what that took."""
    store, sizes, took, used = Store(connect(path)), 0, 0.0, 0.0
    stream = events(count, int(time.time() * 1000))
    for batch in iter(lambda: list(itertools.islice(stream, BATCH)), []):
        ids = [os.urandom(16) for _ in batch] if with_ids else ()
        post = Post([body for _, body in batch], batch[-1][0], ids, [time for time, _ in batch])
        sizes += sum(map(len, post.bodies))
        start, cpu = time.perf_counter(), time.process_time()
        store.write([post])
        took, used = took + time.perf_counter() - start, used + time.process_time() - cpu
    store.close()
    print(f"{count:,} events of {sizes / count:.0f} bytes")
    print(f"{count / took:,.0f} events/s, {used / count * 1e6:.1f} µs CPU each")


def sizes(path):
    """Print the bytes, by what they are for."""
    with closing(connect(path)) as db:
        (count,) = db.execute("SELECT count(*) FROM event").fetchone()
        print(f"{os.path.getsize(path) / count:.1f} bytes/event")
        try:
            for name, size in db.execute(
                "SELECT name, sum(pgsize) FROM dbstat GROUP BY 1 ORDER BY 2 DESC LIMIT 8"
            ):
                print(f"  {name:<32} {size / count:>6.1f}")
        except Exception as error:  # noqa: BLE001  # not every SQLite has dbstat
            print(f"  ({error})")


def ask(path, days):
    """Print how long each question takes."""
    today = int(time.time() * 1000) // DAY_MS
    read = reader_of(path, {origin(number): remote(number) for number in range(REPOSITORIES)})
    known = list(_builtins())
    with read() as reading:
        names = list(Questions(reading.sums, Days(today, today)).tables())
    took = {name: [] for name in [*names, "arguments"]}
    for name, _ in itertools.product(took, range(ROUNDS)):
        with read() as reading:
            questions = Questions(reading.sums, Days(today - days + 1, today), known)
            table = questions.tables().get(name, lambda q=questions: q.arguments("docker_build"))
            start = time.process_time()
            table()
            took[name].append((time.process_time() - start) * 1000)
    print(f"{days} days: median and slowest of {ROUNDS}, ms of CPU")
    for name, times in sorted(took.items(), key=lambda item: -statistics.median(item[1])):
        print(f"  {name:<26} {statistics.median(times):>7.1f} {max(times):>7.1f}")
    start = time.process_time()
    with read() as reading:
        questions = Questions(reading.sums, Days(today - days + 1, today), known)
        tables = {slug: table() for slug, table in questions.tables().items()}
    asked = time.process_time()
    text = page(overview(tables, days), days)
    html = time.process_time() - asked
    took = (asked - start + html) * 1000
    packed = len(gzip.compress(text))
    print(f"  the whole page {took:.1f} ms, of that HTML {html * 1000:.1f} ms; {packed} bytes gzipped")


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--file")
    parser.add_argument("--ids", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = options.file or f"{place}/collector.db"
        if not os.path.exists(path):
            fill(path, options.events, with_ids=options.ids)
        sizes(path)
        for days in SPANS:
            ask(path, days)
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
