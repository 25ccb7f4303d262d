"""Whatever is posted, the collector goes on: what is wrong is refused, and nobody else notices."""

import socket
from contextlib import ExitStack
from pathlib import Path

from collecting import NOW, event
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collector._post import BadRequestError, read_post
from analytics.collector._store import Store, connect

LOADED = event(calls={"local": 2, "k8s_yaml": 1}, user="u1", version="1")
BODIES = [
    LOADED,
    event(name="tilt.tiltfile.load", duration=12),
    b'[{"name":"x"},{"a":{}}]',
    LOADED + b"\n" + LOADED,
]
PIECES = [
    b"\\u0000", b"\\ud800", b"\xff", b"9" * 400, b"-1", b"1e999", b"NaN", b"{}", b"[]", b'"', b",", b"\n", b"null", b"true",
    b'"tiltfile.invoked.x":"99999999999999999999",', b'"tiltfile.invoked.":"1",', b"[" * 4000, b'"duration":-5,', b"\xc3\xa9",
    b'"duration":9223372036854775808,', b'"name":"a",', b'"' + b"k" * 500 + b'":"",', b'"v":"' + b"v" * 5000 + b'",',
]  # fmt: skip
HEADERS = {
    b"x-event-ids": [b"a", b"a,b", b"\xff\xfe", b"f" * 32, b"0" * 32, b"x" * 500, b","],
    b"x-event-time": [b"2026-01-01T00:00:00Z", b"\xff", b"9999-99", b"0001-01-01T00:00:00+23:59"],
    b"idempotency-key": [b"k", b"\x80", b""],
    b"content-type": [b"application/x-ndjson", b"text/plain", b"\xff"],
}


@st.composite
def requests(draw):
    """A body with pieces put into it and taken out of it, and headers that may fit."""
    body = draw(st.sampled_from(BODIES))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.sampled_from(PIECES)) + body[at + draw(st.sampled_from([0, 1, 9])) :]
    names = draw(st.sets(st.sampled_from(sorted(HEADERS))))
    return body, {name: draw(st.sampled_from(HEADERS[name])) for name in sorted(names)}


@settings(max_examples=300)
@given(asked=st.lists(requests(), min_size=1, max_size=4))
def test_every_event_is_kept_or_refused_whatever_it_is(tmp_path_factory, asked):
    store = Store(connect(str(tmp_path_factory.mktemp("abuse") / "collector.db")))
    posts = []
    for body, headers in asked:
        try:
            posts.append(read_post(body, headers, NOW))
        except BadRequestError:
            continue
    receipts = store.write(posts)
    store.close()
    for post, receipt in zip(posts, receipts, strict=True):
        assert receipt.stored + receipt.doubles + len(receipt.refused) == len(post.bodies)
        assert all(receipt.refused)


def connect_to(running):
    return socket.create_connection(("127.0.0.1", int(running.address.rpartition(":")[2])), timeout=40)


def highest_memory(running):
    """The most memory that its process has had, in MB."""
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def test_a_body_without_a_length_is_cut_off_at_the_limit(collector):
    running = collector()
    assert running.call("/report", LOADED)[0] == 200
    before = highest_memory(running)
    chunk = b"%x\r\n%b\r\n" % (1 << 20, b"x" * (1 << 20))
    with connect_to(running) as large:
        large.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(200):
                large.sendall(chunk)
            assert b" 413 " in large.recv(100)
        except OSError:
            pass  # it has hung up, as it may
    assert running.call("/report", LOADED)[0] == 200
    assert highest_memory(running) - before < 50


def test_hundreds_that_send_half_a_request_are_in_nobody_s_way(collector):
    running = collector()
    before = highest_memory(running)
    with ExitStack() as stack:
        for n in range(300):
            slow = stack.enter_context(connect_to(running))
            slow.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{"[: 20 + n % 50])
        for _ in range(10):
            assert running.call("/report", LOADED)[0] == 200
    assert highest_memory(running) - before < 50
