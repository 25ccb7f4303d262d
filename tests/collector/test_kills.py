"""Killed again and again under load, a collector has what it acknowledged, once, and its sums are those of it.

``KILLS=100`` is the whole proof; a few rounds run always.
"""

import json
import os
import signal
import threading
from http.client import HTTPException

from collecting import event, rollups

from analytics.collector._export import events
from analytics.collector._maintenance import rebuild
from analytics.collector._store import Store, connect

KILLS = int(os.environ.get("KILLS", "3"))
POSTERS = 4


def post_until_gone(running, mark, acknowledged):
    for number in range(100_000):
        name = f"{mark}-{number}"
        body = event(machine=name, calls={"load": number % 7, "local": 1}, version=f"0.{number % 3}")
        try:
            if running.call(body=body, headers={"Idempotency-Key": name})[0] == 200:
                acknowledged.add(name)
        except (OSError, HTTPException):
            return


def test_what_was_acknowledged_is_there_once_after_many_kills(collector):
    acknowledged = set()
    for kill in range(KILLS):
        running, before = collector(), len(acknowledged)
        threads = [
            threading.Thread(target=post_until_gone, args=(running, f"{kill}-{at}", acknowledged))
            for at in range(POSTERS)
        ]
        for thread in threads:
            thread.start()
        while len(acknowledged) < before + 10 + kill % 40:
            threads[0].join(0.002)
        running.stop(signal.SIGKILL)
        for thread in threads:
            thread.join()
    db = connect(running.path)
    store = Store(db)
    store.settle()
    stored = [json.loads(body)["machine"] for *_, body in events(db)]
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
    summed = rollups(db)
    rebuild(store)
    assert rollups(db) == summed
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
