"""Kills relays and PostgreSQL in turn while events are posted, and looks at what is stored then.

A small number of kills is a test; `benchmarks/collector_kills.py` is the same with many.
"""

import json
import random
import signal
import tempfile
import threading
import time
from http.client import HTTPException

from collecting import Relaying, event, rollups
from postgres import Cluster

from analytics.collector._export import events
from analytics.collector.relay import _care
from analytics.collector.relay._connect import connect
from analytics.collector.relay._fold import Portable

CLIENTS = 3


class Clients:
    """Posts events to a relay, or to the one that takes its place, and remembers which were acknowledged."""

    def __init__(self, name):
        self.name = name
        self.acknowledged = set()
        self.relay = None
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._post, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _post(self, number):
        index = 0
        while not self._stop.is_set():
            index += 1
            machines = [f"{self.name}-{number}-{index}-{n}" for n in range(10)]
            bodies = [event(machine=machine, calls={"local": index % 3, "load": 1}) for machine in machines]
            headers = {"Content-Type": "application/x-ndjson"}
            if index % 2:  # as our own client does: ids, and again until it is acknowledged
                headers["Idempotency-Key"] = f"{self.name}-{number}-{index}"
            if self._send(b"\n".join(bodies), headers, again=index % 2):
                self.acknowledged.update(machines)

    def _send(self, body, headers, again):
        while not self._stop.is_set():
            try:
                if self.relay and self.relay.call(body=body, headers=headers)[0] == 200:
                    return True
            except (OSError, HTTPException):
                pass
            if not again:
                break
            time.sleep(0.02)
        return False

    def stop(self):
        """Post no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


def rounds(kills, seed=1):
    """Kill *kills* times; returns how many events were acknowledged, and stored.

    Raises:
        AssertionError: one that was acknowledged is missing, one is there twice, or a sum is wrong.
    """
    rng = random.Random(seed)
    cluster = Cluster()
    places = [tempfile.mkdtemp(prefix="relay-") for _ in range(2)]
    clients = [Clients(str(n)) for n in range(2)]
    try:
        for n in range(2):
            clients[n].relay = Relaying(places[n], cluster.dsn)
        for kill in range(kills):
            time.sleep(rng.uniform(0.2, 1.0))
            if kill % 3 == 2:
                cluster.kill()
                cluster.start()
            else:
                victim = clients[kill % 3]
                victim.relay.stop(signal.SIGKILL)
                victim.relay = Relaying(places[kill % 3], cluster.dsn)
        for one in clients:
            one.stop()
            one.relay.drain(120)
        return _judge(cluster.dsn, set().union(*(one.acknowledged for one in clients)))
    finally:
        for one in clients:
            one.stop()
            if one.relay:
                one.relay.stop()
        cluster.stop()


def _judge(dsn, acknowledged):
    db = connect(dsn)
    try:
        end = time.monotonic() + 120  # the sums follow
        while db.execute("SELECT 1 FROM unfolded").fetchone():
            assert time.monotonic() < end, "nobody adds up"
            time.sleep(0.1)
        there = Portable(db)
        stored = [json.loads(body)["machine"] for *_, body in events(there)]
        assert acknowledged <= set(stored), f"{len(acknowledged - set(stored))} are lost"
        assert len(stored) == len(set(stored)), f"{len(stored) - len(set(stored))} are there twice"
        kept = rollups(there)
        _care.rebuild(db)
        assert kept == rollups(there), "the sums are not those of the events"
        return len(acknowledged), len(stored)
    finally:
        db.close()
