"""Several events in one POST, for a server that says it takes them; one by one for all others."""

import json
from pathlib import Path

import pytest

from analytics import FakeClock, _ledger, _outbox, _parcel, _servers, _spool
from analytics._app import locate
from analytics._outcome import Rejected, Retry, Sent
from analytics._sender import Sender
from analytics._transport import judge

URL = "http://h/"


@pytest.fixture
def dirs(environ):
    dirs = locate(environ)
    dirs.make(dirs.spool)
    return dirs


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("analytics._sender._PAUSE_SECONDS", 0)


def record(dirs, *bodies, url=URL):
    _spool.append(
        dirs,
        [
            _spool.Record(
                id=_spool.new_id(5000), time=5000, url=url, level="full", allowed_by="tiltfile", body=body
            )
            for body in bodies
        ],
    )


class Server:
    """Takes batches or not; answers from a script first."""

    def __init__(self, *script, takes_batches=True):
        self.script, self.takes_batches, self.parcels = list(script), takes_batches, []

    def post(self, parcel):
        self.parcels.append((parcel.key, parcel.body, parcel.media_type))
        answer = self.script.pop(0) if self.script else Sent(200, self.takes_batches)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def bodies(self):
        return [body for _, body, _ in self.parcels]


def send(dirs, server, **options):
    Sender(dirs, {}, server, FakeClock(5.0), **options).run()
    return server.bodies


def test_the_first_post_is_one_event_and_the_rest_one_batch(dirs):
    record(dirs, "{1}", "{2}", "{3}")
    assert send(dirs, Server()) == ["{1}", "{2}\n{3}\n"]


def test_a_server_that_says_nothing_gets_one_event_per_post(dirs):
    record(dirs, "{1}", "{2}", "{3}")
    assert send(dirs, Server(takes_batches=False)) == ["{1}", "{2}", "{3}"]


def test_what_a_server_takes_is_remembered(dirs):
    record(dirs, "{1}")
    send(dirs, Server())
    record(dirs, "{2}", "{3}")
    assert send(dirs, Server()) == ["{2}\n{3}\n"]


def test_a_server_that_takes_no_batches_any_more_gets_none(dirs):
    record(dirs, "{1}", "{2}")
    server = Server(Sent(200, takes_batches=True), Rejected(415, "no"), takes_batches=True)
    record(dirs, "{3}")
    assert send(dirs, server) == ["{1}", "{2}\n{3}\n", "{2}", "{3}"]
    record(dirs, "{4}", "{5}")
    assert send(dirs, Server()) == ["{4}", "{5}"]
    assert _outbox.rejected(dirs) == []


def test_a_batch_is_the_same_on_every_try(dirs):
    record(dirs, *"abc")
    first = Server(Sent(200, takes_batches=True), Retry(503, "x"), Retry(503, "x"))
    send(dirs, first)
    record(dirs, *"de")
    second = Server()
    send(dirs, second)
    assert first.bodies == ["a", "b\nc\n", "b\nc\n"]
    assert second.bodies == ["b\nc\n", "d\ne\n"]
    assert {key for key, body, _ in first.parcels + second.parcels if body == "b\nc\n"} == {
        first.parcels[1][0]
    }


def test_a_batch_is_the_same_after_the_sender_was_killed(dirs):
    record(dirs, *"abc")
    first = Server(Sent(200, takes_batches=True), KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        send(dirs, first)
    record(dirs, *"de")
    second = Server(takes_batches=False)
    send(dirs, second)
    assert second.parcels[0] == first.parcels[1]


def test_a_batch_of_which_a_part_was_withdrawn_is_cut_anew(dirs, choose):
    choose("opt-in")
    record(dirs, "a")
    for allowed_by in ("user", "tiltfile", "tiltfile"):
        _spool.append(
            dirs,
            [
                _spool.Record(
                    id=_spool.new_id(0), time=5000, url=URL, level="full", allowed_by=allowed_by, body="b"
                )
            ],
        )
    send(dirs, Server(Sent(200, takes_batches=True), Retry(503, "x"), Retry(503, "x")))
    choose("opt-out")
    assert send(dirs, Server()) == ["b\nb\n"]


def test_a_batch_has_bounds(dirs):
    record(dirs, *(str(n) for n in range(250)))
    sizes = [body.count("\n") for body in send(dirs, Server())]
    assert sizes == [0, 100, 100, 49]
    record(dirs, *("x" * 20_000 for _ in range(7)))
    assert [len(body) for body in send(dirs, Server())] == [60_003, 60_003, 20_000]


def test_an_event_that_is_larger_than_a_batch_goes_alone(dirs):
    record(dirs, "a", "x" * 100_000, "b")
    assert [len(body) for body in send(dirs, Server())] == [1, 100_000, 1]


def test_addresses_are_not_mixed(dirs):
    for url in ("http://a/", "http://b/", "http://a/", "http://b/", "http://a/"):
        record(dirs, url[7], url=url)
    assert send(dirs, Server()) == ["a", "a\na\n", "b", "b"]


def test_a_batch_in_the_ledger_names_its_events(dirs):
    record(dirs, '{"a":1}', '{"b":2}', '{"c":3}')
    server = Server()
    send(dirs, server)
    single, batch = _ledger.entries(dirs)
    assert (single["type"], single["ids"]) == ("application/json", [single["id"]])
    assert (batch["type"], len(batch["ids"])) == ("application/x-ndjson", 2)
    assert batch["id"] == _parcel.batch_key(batch["ids"]) == server.parcels[1][0]
    assert batch["body"] == '{"b":2}\n{"c":3}\n'
    assert _ledger.is_intact(batch)


def test_nothing_is_left_behind(dirs):
    record(dirs, "a", "b", "c")
    send(dirs, Server())
    assert [path.name for path in Path(dirs.spool).iterdir()] == ["servers.txt"]
    assert [s.batches for s in _servers.read(dirs).values()] == [_servers.TAKES_BATCHES]


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("application/x-ndjson", True),
        ("application/json, Application/X-NDJSON; q=1", True),
        ("application/json", False),
        ("", False),
        ("*/*", False),
    ],
)
def test_a_server_says_so_in_a_header(header, takes):
    assert judge(200, {"Accept-Post": header}) == Sent(200, takes)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("120", 120_000),
        (" 5 ", 5000),
        ("Sun, 13 Sep 2020 12:27:40 GMT", 60_000),
        ("Sun, 13 Sep 2020 12:00:00 GMT", 0),
        ("soon", 0),
        ("-3", 0),
        ("", 0),
        ("9" * 400, 999_999_999_000),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(text, ms):
    from datetime import UTC, datetime

    now = datetime.fromtimestamp(1_600_000_000, UTC)
    assert judge(503, {"Retry-After": text}, now).retry_after_ms == ms


def test_what_a_real_server_gets(make_server, dirs):
    from analytics._transport import Transport

    server = make_server()
    record(dirs, '{"é":1}', '{"b":2}', url=server.url)
    batch = _parcel.Parcel(_outbox.waiting(dirs), is_batch=True)
    assert Transport().post(batch) == Sent(200)
    (request,) = server.requests
    assert request.body == '{"é":1}\n{"b":2}\n'.encode()
    assert request.headers["Content-Type"] == "application/x-ndjson"
    assert request.headers["Idempotency-Key"] == batch.key
    assert request.headers["X-Event-Ids"].split(",") == batch.ids
    assert int(batch.ids[0][:12], 16) == 5000
    assert json.loads(request.body.splitlines()[1]) == {"b": 2}
