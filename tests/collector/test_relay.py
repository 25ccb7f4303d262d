"""The collector that passes on, in a process of its own: from a client to PostgreSQL."""

import json
import signal
import subprocess
import sys
import threading
import time

import pytest
from collecting import Relaying, event, relaying

from analytics.collector._export import events
from analytics.collector.relay._fold import Portable


@pytest.fixture
def relay(tmp_path, dsn):
    """Start a relay; more can be started and stopped in the test."""
    started = []

    def start(*arguments, name="relay", address=dsn):
        (tmp_path / name).mkdir(exist_ok=True)
        started.append(Relaying(tmp_path / name, address, *arguments))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def machines(look):
    return [json.loads(body)["machine"] for *_, body in events(Portable(look))]


def test_what_is_posted_is_in_postgresql_and_leaves_the_spool(relay, look):
    running = relay()
    lines = b"\n".join([event(machine="a"), b"poison", event(machine="b")])
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "batch-1"}
    status, _, body = running.call(body=lines, headers=headers)
    said = json.loads(body)
    assert (status, said["stored"], said["refused"][0][:9]) == (200, 2, "not JSON:")
    running.call(body=lines, headers=headers)
    running.drain()
    assert machines(look) == ["a", "b"]
    metrics = running.call("/metrics")[2].decode()
    assert "collector_events_shipped_total 6\n" in metrics
    assert "collector_events_doubled_total 2\n" in metrics
    assert running.stop() == 0


def test_while_the_database_is_away_events_wait_and_health_says_so(relay, look, dsn, cluster):
    running = relay(address=dsn.replace(cluster.directory, cluster.directory + "/nowhere"))
    for name in "abc":
        assert running.call(body=event(machine=name))[0] == 200
    while not running.health()["problem"]:
        time.sleep(0.01)
    health = running.health()
    assert health["ok"] is True
    assert "connection" in health["problem"]
    assert health["bytes waiting for the database"] > 0
    assert running.stop() == 0
    again = relay()
    again.drain()
    assert machines(look) == ["a", "b", "c"]


def test_a_spool_that_is_full_is_said_and_goes_on_when_the_database_is_back(relay, dsn, cluster, look):
    away = dsn.replace(cluster.directory, cluster.directory + "/nowhere")
    running = relay("--spool-mb", "1", address=away)
    big = b"\n".join(event(machine=f"m{n}", note="x" * 900) for n in range(500))
    headers = {"Content-Type": "application/x-ndjson"}
    answers = [running.call(body=big, headers=headers) for _ in range(4)]
    assert [status for status, *_ in answers] == [200, 200, 503, 503]
    assert answers[-1][1]["Retry-After"] == "1"
    assert b"the database does not take it" in answers[-1][2]
    status, _, health = running.call("/healthz")
    assert (status, json.loads(health)["ok"]) == (503, False)
    running.stop()
    again = relay("--spool-mb", "1")
    again.drain()
    assert again.call(body=event(machine="last"))[0] == 200
    again.drain()
    assert len(machines(look)) == 1001


def test_what_was_answered_is_shipped_though_the_process_is_killed(relay, look):
    acknowledged = []

    def post(running, number):
        for index in range(200):
            try:
                if running.call(body=event(machine=f"{number}-{index}"))[0] == 200:
                    acknowledged.append(f"{number}-{index}")
            except OSError:
                return

    for life in range(3):
        running = relay()
        threads = [threading.Thread(target=post, args=(running, f"{life}-{n}")) for n in range(4)]
        for thread in threads:
            thread.start()
        enough = len(acknowledged) + 60
        while len(acknowledged) < enough:
            time.sleep(0.01)
        running.stop(signal.SIGKILL)
        for thread in threads:
            thread.join()
    relay().drain()
    stored = machines(look)
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))


def test_keys_are_asked_for_once_there_are_any(relay, tmp_path):
    (tmp_path / "relay").mkdir()
    command = [sys.executable, "-m", "tiltfile_ext", "collect", "add-key", "laptops", "--file"]
    made = subprocess.run([*command, tmp_path / "relay/keys.db"], check=True, capture_output=True, text=True)
    running = relay()
    assert running.call(body=event())[0] == 401
    bearer = {"Authorization": f"Bearer {made.stdout.strip()}"}
    assert running.call(body=event(), headers=bearer)[0] == 200


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://db/tilt", "mysql://db/tilt is no address: it begins with postgresql:// or clickhouse://"),
        ("postgresql://db:port/x?nonsense=1", "this is no address of a PostgreSQL"),
    ],
)
def test_an_address_that_is_none_is_one_message(tmp_path, address, words):
    command = relaying(str(tmp_path / "spool"), address)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, words in done.stderr) == (1, True)
    assert done.stderr.count("\n") == 1


def test_two_relays_do_not_share_a_spool_by_accident(relay, dsn):
    running = relay()
    done = subprocess.run(relaying(running.spool, dsn), capture_output=True, text=True, check=False)
    words = f"tiltfile collect: another collector is at work on {running.spool}; stop it first\n"
    assert (done.returncode, done.stderr) == (1, words)


def test_the_page_is_that_of_the_database(relay):
    running = relay()
    running.call(body=event(machine="a", calls={"local": 1}))
    running.drain()
    rows = []
    while not rows or not rows[0]["machines"]:  # sums are written about once a second
        rows = json.loads(running.call("/t/builtins.json")[2])["rows"]
    assert (rows[0]["built-in"], rows[0]["machines"]) == ("local", 1)
    assert running.call("/")[0] == 200
    assert b"local" in running.call("/me?hash=a")[2]
    assert running.call("/erase", b"hash=a", {"Sec-Fetch-Site": "same-origin"})[2] == b'{"erased":1}\n'


def test_a_database_that_is_erased_and_rebuilt_by_a_command(relay, dsn, look):
    running = relay()
    running.call(body=event(machine="a"))
    running.call(body=event(machine="b"))
    running.drain()
    command = [sys.executable, "-m", "tiltfile_ext", "collect"]
    erased = subprocess.run([*command, "erase", "a", "--db", dsn], capture_output=True, text=True, check=True)
    assert erased.stdout == "1 events erased\n"
    subprocess.run([*command, "rebuild", "--db", dsn], check=True)
    assert machines(look) == ["b"]
    status = subprocess.run(
        [*command, "status", "--spool", running.spool], capture_output=True, text=True, check=True
    )
    assert status.stdout.endswith(" files wait, or were just shipped\n")
