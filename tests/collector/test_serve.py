"""The collector in a process of its own: from a client to the page."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path

import pytest
from collecting import event, serving

from analytics.collector._export import events
from analytics.collector._store import connect

ROOT = Path(__file__).parents[2]


def kept(path):
    db = connect(path)
    try:
        return [json.loads(body) for *_, body in events(db)]
    finally:
        db.close()


def test_what_was_answered_is_on_the_disk_when_the_process_is_killed(collector):
    running = collector()
    acknowledged = []

    def post(number):
        for index in range(40):
            body = event(machine=f"{number}-{index}", calls={"load": index})
            try:
                if running.call(body=body)[0] == 200:
                    acknowledged.append(f"{number}-{index}")
            except (OSError, HTTPException):
                return

    threads = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 30:
        pass
    running.stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    stored = [one["machine"] for one in kept(running.path)]
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    again = collector()
    names = again.call("/t/builtins.json")[2]
    assert json.loads(names)["rows"][0]["machines"] == len(stored)


def test_it_stops_when_told_to(collector):
    running = collector()
    assert running.call(body=event())[0] == 200
    assert running.stop() == 0
    assert not Path(running.path + "-wal").exists()
    assert len(kept(running.path)) == 1


def test_our_own_client_sends_batches_that_arrive_once(collector, tmp_path):
    running = collector()
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "TILT_ANALYTICS_URL": running.address + "/report",
    }
    command = [sys.executable, "-m", "tiltfile_ext"]
    subprocess.run(
        [*command, "analytics", "opt", "in"], env=environ, cwd=ROOT, check=True, capture_output=True
    )
    for _ in range(2):
        load = [*command, "load", "examples/author/Tiltfile"]
        subprocess.run(load, env=environ, cwd=ROOT, check=True, capture_output=True)
    end = time.monotonic() + 60
    while b"stored_total 9" not in running.call("/metrics")[2] and time.monotonic() < end:
        time.sleep(0.2)
    names = [one["name"] for one in kept(running.path)]
    assert [names.count(f"tilt.{name}") for name in (
        "analytics.opt.in", "cmd.load", "tiltfile.loaded", "tiltfile.load", "tiltfile.custom.report",
    )] == [1, 2, 2, 2, 2]  # fmt: skip


def test_one_request_may_hold_many_events(collector):
    running = collector()
    lines = b"\n".join([event(machine="a"), b"poison", event(machine="b")])
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "batch-1"}
    status, headers_back, body = running.call(body=lines, headers=headers)
    assert (status, headers_back["Accept-Post"]) == (200, "application/json, application/x-ndjson")
    said = json.loads(body)
    assert (said["stored"], said["doubles"], said["refused"][0][:9]) == (2, 0, "not JSON:")
    assert json.loads(running.call(body=lines, headers=headers)[2])["doubles"] == 3
    array = b"[" + event() + b"," + event() + b"]"
    assert json.loads(running.call(body=array)[2])["stored"] == 2


@pytest.mark.parametrize(
    ("body", "headers", "status", "words"),
    [
        (b"{}", {}, 400, "the name must have 1 to 128 bytes"),
        (b" ", {}, 400, "there is no event in the body"),
        (b"[1", {}, 400, "not JSON"),
        (event(), {"X-Event-Ids": "a,b"}, 400, "2 ids for 1 events"),
        (event(), {"Idempotency-Key": "k" * 65}, 400, "an id has 1 to 64 characters"),
    ],
)
def test_bad_requests_are_answered_with_what_is_wrong(collector, body, headers, status, words):
    answered, _, text = collector().call(body=body, headers=headers)
    assert (answered, words in json.loads(text)["error"]) == (status, True)


def test_keys_are_asked_for_once_there_are_any(collector, capsys):
    running = collector()
    collect = [sys.executable, "-m", "tiltfile_ext", "collect", "add-key", "--file", running.path]
    key, reader, admin = (
        subprocess.run([*collect, *more], check=True, capture_output=True, text=True).stdout.strip()
        for more in (["team"], ["page", "--role", "read"], ["boss", "--role", "admin"])
    )
    running.stop()
    running = collector()
    bearer = {
        name: {"Authorization": f"Bearer {token}"}
        for name, token in zip("kra", (key, reader, admin), strict=True)
    }
    assert running.call(body=event())[0] == 401
    assert running.call(body=event(), headers=bearer["r"])[0] == 401
    assert running.call(body=event(), headers=bearer["k"])[0] == 200
    assert running.call("/", headers=bearer["k"])[0] == 401
    assert [running.call("/", headers=bearer[who])[0] for who in "ra"] == [200, 200]
    assert [running.call("/erase", b"hash=m1", bearer[who])[0] for who in "kra"] == [401, 401, 200]
    assert key.encode() not in Path(running.path).read_bytes()


def test_a_page_of_another_site_erases_nothing(collector):
    running = collector()
    running.call(body=event())
    assert running.call("/erase", b"hash=m1", {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert running.call("/erase", b"hash=m1", {"Sec-Fetch-Site": "same-origin"})[2] == b'{"erased":1}\n'
    assert kept(running.path) == []


def test_strangers_may_not_post_unless_it_is_said(tmp_path):
    command = serving(str(tmp_path / "c.db"), "--host", "0.0.0.0")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "there is no write key" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_an_address_that_is_taken_is_one_message(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = serving(str(tmp_path / "c.db"), "--port", port)
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (
        1,
        f"tiltfile collect: cannot listen at 127.0.0.1:{port}: address already in use\n",
    )


def test_a_client_that_says_nothing_is_sent_away(collector, monkeypatch):
    running = collector()
    port = int(running.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=40) as slow:
        slow.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\n")
        assert slow.recv(100) == b""
    with socket.create_connection(("127.0.0.1", port), timeout=40) as slow:
        slow.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
        assert b"408" in slow.recv(100)


def test_health_is_told(collector):
    running = collector()
    assert json.loads(running.call("/healthz")[2]) == {"ok": True, "seconds waiting for the disk": 0.0}


def test_two_collectors_do_not_share_a_file_by_accident(collector):
    running = collector()
    command = serving(running.path, "--port", "0")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    words = f"tiltfile collect: another collector is at work on {running.path}; stop it first\n"
    assert (done.returncode, done.stderr) == (1, words)


def test_a_body_that_is_too_large_is_refused_before_it_comes(collector):
    port = int(collector().address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=40) as large:
        large.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 8388609\r\n\r\n")
        assert b" 413 " in large.recv(100)
