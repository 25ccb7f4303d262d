"""The sender, with a scripted poster: what is kept, dropped, set aside, and in which order."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analytics import FakeClock, _drops, _ledger, _outbox, _spool
from analytics._app import locate
from analytics._outbox import Outbox
from analytics._outcome import Rejected, Retry, Sent
from analytics._parcel import Parcel
from analytics._sender import Sender
from analytics._sole import sole_sender
from analytics._transport import Transport, judge, split_credentials


class Poster:
    """Answers from a script; the last answer is for ever."""

    def __init__(self, *answers, on_post=None):
        self.answers = list(answers) or [Sent(200)]
        self.posted = []
        self.on_post = on_post

    def post(self, parcel):
        self.posted.append(parcel.body)
        if self.on_post:
            self.on_post()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def dirs(environ):
    return locate(environ)


@pytest.fixture
def record(dirs):
    numbers = iter(range(1000))

    def make(body=None, **changes):
        body = body or str(next(numbers))
        fields = {
            "id": _spool.new_id(0),
            "time": 5000,
            "url": "http://h/",
            "level": "full",
            "allowed_by": "tiltfile",
        }
        _spool.append(dirs, [_spool.Record(body=body, **{**fields, **changes})])

    return make


@pytest.fixture
def send(dirs, monkeypatch):
    monkeypatch.setattr("analytics._sender._PAUSE_SECONDS", 0)

    def run(poster, environ=None):
        Sender(dirs, environ or {}, poster, FakeClock(5.0)).run()
        return poster.posted

    return run


def waiting(dirs):
    return [record.body for record in _outbox.waiting(dirs)]


def files(dirs):
    return sorted(path.name for path in Path(dirs.spool).iterdir())


def test_what_is_accepted_is_gone(record, send, dirs):
    record()
    record()
    assert send(Poster()) == ["0", "1"]
    assert files(dirs) == []
    assert send(Poster()) == []


def test_what_fails_is_tried_again_by_a_later_sender(record, send, dirs):
    record()
    record()
    assert send(Poster(Retry(503, "busy"))) == ["0", "0"]
    assert waiting(dirs) == ["0", "1"]
    assert send(Poster()) == ["0", "1"]
    assert waiting(dirs) == []


def test_a_short_trouble_is_waited_out(record, send, dirs):
    record()
    assert send(Poster(Retry(0, "reset"), Sent(204))) == ["0", "0"]
    assert waiting(dirs) == []


def test_one_dead_address_does_not_hold_up_another(record, send, dirs):
    record(url="http://dead/")
    record(url="http://h/")
    record(url="http://dead/")
    assert send(Poster(Retry(0, "x"), Retry(0, "x"), Sent(200))) == ["0", "0", "1"]
    assert waiting(dirs) == ["0", "2"]


def test_what_is_refused_is_set_aside_with_the_answer(record, send, dirs):
    record()
    assert send(Poster(Rejected(400, "no"))) == ["0"]
    assert waiting(dirs) == []
    rejected = json.loads(Path(f"{dirs.spool}/rejected.jsonl").read_text())
    assert (rejected["body"], rejected["answer"], rejected["rejected_at"]) == ("0", "400 no", 5000)


@pytest.mark.parametrize("word", ["opt-out", "default", "nonsense"])
def test_a_users_yes_that_was_taken_back_stops_what_waits(record, send, dirs, choose, word):
    choose("opt-in")
    record(allowed_by="user")
    choose(word)
    assert send(Poster()) == []
    assert waiting(dirs) == []


def test_a_no_between_two_posts_stops_the_second(record, send, choose):
    choose("opt-in")
    record(allowed_by="user")
    record(allowed_by="user")
    assert send(Poster(on_post=lambda: choose("opt-out"))) == ["0"]


def test_a_purge_between_two_posts_stops_even_what_a_tiltfile_permitted(record, send, dirs):
    record()
    record()
    assert send(Poster(on_post=lambda: _outbox.purge(dirs))) == ["0"]
    assert files(dirs) == []


def test_a_tiltfiles_yes_stands_over_the_users_no(record, send, choose):
    choose("opt-out")
    record(allowed_by="tiltfile")
    assert send(Poster()) == ["0"]


def test_minimal_events_need_no_yes_but_obey_a_no(record, send, choose):
    record(level="minimal", allowed_by="default")
    assert send(Poster()) == ["0"]
    record(level="minimal", allowed_by="default")
    choose("opt-out")
    assert send(Poster()) == []


def test_the_environment_of_the_sender_counts(record, send):
    record()
    assert send(Poster(), {"DO_NOT_TRACK": "1"}) == []


def test_what_is_recorded_meanwhile_is_sent_too(record, send):
    record()
    poster = Poster(on_post=lambda: len(poster.posted) == 1 and record("late"))
    assert send(poster) == ["0", "late"]


def test_the_ledger_has_the_body_before_the_server_does(record, send, dirs):
    record("body", url="http://key:word@h/x")
    seen = []
    send(Poster(on_post=lambda: seen.extend(_ledger.entries(dirs))))
    assert [(entry["body"], entry["status"]) for entry in seen] == [("body", None)]
    (entry,) = _ledger.entries(dirs)
    assert (entry["url"], entry["status"], entry["detail"], entry["time"]) == (
        "http://h/x",
        200,
        "accepted",
        5000,
    )
    assert entry["sha256"] == "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"


def test_only_one_sender_works_at_a_time(record, dirs):
    record()
    with sole_sender(dirs) as first, sole_sender(dirs) as second:
        assert (first, second) == (True, False)
    with sole_sender(dirs) as third:
        assert third


def test_a_sender_killed_between_any_two_steps_loses_nothing(record, send, dirs, monkeypatch):
    """Stop at each system call that changes a file, in turn; then let another sender finish."""
    import os

    class Killed(BaseException):
        pass

    def dying(name, budget, call):
        def run(*args, **kwargs):
            budget[0] -= 1
            if budget[0] < 0:
                raise Killed(name)
            return call(*args, **kwargs)

        return run

    for steps in range(40):
        for _ in range(3):
            record(f"{steps}.{_}")
        budget, poster, killed = [steps], Poster(), False
        with monkeypatch.context() as patch:
            for name in ("rename", "replace", "unlink", "write", "fsync", "fdatasync"):
                patch.setattr(os, name, dying(name, budget, getattr(os, name)))
            try:
                send(poster)
            except Killed:
                killed = True
        send(poster)
        assert set(poster.posted) == {f"{steps}.{n}" for n in range(3)}
        assert waiting(dirs) == []
        if not killed:
            return
    pytest.fail("the sender has more steps than this test tries")


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"id":1}\n', b"[1]\n", b"\xff\xfe\n", b'{"id":"x","time":"y"}\n', b"null\n"]
)
def test_damage_in_the_spool_costs_only_what_is_damaged(record, send, dirs, damage):
    record()
    with open(f"{dirs.spool}/current.jsonl", "ab") as file:
        file.write(damage)
    record()
    assert send(Poster()) == ["0", "1"]


def test_a_record_torn_at_any_byte_spoils_no_other(record, dirs):
    for _ in range(3):
        record()
    path = Path(f"{dirs.spool}/current.jsonl")
    data = path.read_bytes()
    start = data.index(b"\n\n") + 1
    middle = data.index(b"\n\n", start)
    for cut in range(start, middle + 1):
        path.write_bytes(data[:cut] + data[middle + 1 :])
        assert [body for body in waiting(dirs) if body != "1"] == ["0", "2"], cut


def test_too_much_to_keep_costs_the_oldest(record, dirs, monkeypatch):
    for _ in range(20):
        record()
    dirs.limit = 2000
    outbox = Outbox(dirs)
    outbox.absorb()
    assert outbox.records[-1].body == "19"
    assert outbox.evicted == 20 - len(outbox.records)
    assert _drops.pending(dirs) == {"evicted": outbox.evicted}


def test_a_spool_that_nobody_fetches_drops_the_oldest_and_counts_them(record, dirs):
    dirs.limit = 20_000
    for _ in range(400):
        record()
    bodies = waiting(dirs)
    assert bodies[-1] == "399"
    assert bodies == [str(n) for n in range(400 - len(bodies), 400)]
    assert _drops.pending(dirs) == {"evicted": 400 - len(bodies)}
    assert sum(path.stat().st_size for path in Path(dirs.spool).iterdir()) < dirs.limit


def test_a_writer_notices_that_its_file_was_taken_away(record, dirs, monkeypatch):
    import os

    record()
    real, taken = os.open, []

    def open_late(path, *args):
        fd = real(path, *args)
        if path.endswith("current.jsonl") and not taken:
            taken.append(os.rename(path, f"{dirs.spool}/taken-0.jsonl"))
        return fd

    monkeypatch.setattr(os, "open", open_late)
    record()
    monkeypatch.undo()
    assert waiting(dirs) == ["0", "1"]
    assert Path(f"{dirs.spool}/current.jsonl").read_text().count('"body"') == 1


def test_recorders_and_senders_at_once_lose_nothing(dirs, send, environ):
    program = (
        "import sys; from analytics import _spool; from analytics._system import Dirs\n"
        "for n in range(200): _spool.append(Dirs(sys.argv[1]), [_spool.Record(id=_spool.new_id(0), time=0,\n"
        "    url='u', level='full', allowed_by='tiltfile', body=f'{sys.argv[2]}.{n}')])\n"
    )
    environ["PYTHONPATH"] = ":".join(sys.path)
    dirs.make(dirs.spool)
    children = [
        subprocess.Popen([sys.executable, "-c", program, dirs.top, str(child)], env=environ)
        for child in range(4)
    ]
    posted = []
    while any(child.poll() is None for child in children):
        posted += send(Poster())
    posted += send(Poster())
    assert all(child.returncode == 0 for child in children)
    assert sorted(posted) == sorted(f"{child}.{n}" for child in range(4) for n in range(200))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Sent),
        (202, Sent),
        (204, Sent),
        (302, Retry),
        (400, Rejected),
        (401, Rejected),
        (404, Rejected),
        (408, Retry),
        (429, Retry),
        (500, Retry),
        (503, Retry),
    ],
)
def test_a_status_has_one_meaning(status, kind):
    assert isinstance(judge(status, {}), kind)


@pytest.mark.parametrize(
    ("url", "bare", "user", "password"),
    [
        ("https://KEY:@h/report", "https://h/report", "KEY", ""),
        ("https://KEY@h/report", "https://h/report", "KEY", ""),
        ("https://a%40b:c%3A@h:8/r?x=1", "https://h:8/r?x=1", "a@b", "c:"),
    ],
)
def test_a_key_in_the_address_becomes_basic_authentication(url, bare, user, password):
    address, auth = split_credentials(url)
    assert (address, auth.username, auth.password) == (bare, user, password)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://h/", "http://", "http://[::1/x", "http://h:port/", "http://\udcff/"]
)
def test_an_impossible_address_is_refused_without_a_connection(url):
    record = _spool.Record(id="i", time=0, url=url, level="full", allowed_by="user", body="{}")
    assert isinstance(Transport().post(Parcel([record], is_batch=False)), Rejected)


def test_the_wire_has_the_body_and_its_headers(server):
    record = _spool.Record(
        id="i1", time=1_600_000_000_123, url=server.url, level="full", allowed_by="user", body='{"é":"1"}'
    )
    assert Transport().post(Parcel([record], is_batch=False)) == Sent(200)
    (request,) = server.requests
    assert request.body == '{"é":"1"}'.encode()
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Idempotency-Key"] == "i1"
    assert request.headers["X-Event-Time"] == "2020-09-13T12:26:40.123Z"
    assert "Authorization" not in request.headers


def test_a_password_file_is_not_used(server, home, monkeypatch):
    (home / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(home))
    record = _spool.Record(id="i", time=0, url=server.url, level="full", allowed_by="user", body="{}")
    Transport().post(Parcel([record], is_batch=False))
    assert "Authorization" not in server.requests[0].headers
