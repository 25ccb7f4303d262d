"""``analytics show``, ``log``, ``send``, ``forget``, ``reset-id`` and ``doctor``: what they say, and their exit codes."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analytics import Client, _drops, _identity, _ledger, _lines, _servers
from analytics._app import locate
from analytics._parcel import Parcel, fill
from analytics._spool import Record


@pytest.fixture
def dirs(environ):
    return locate(environ)


@pytest.fixture
def record(environ, choose, no_sender):
    """Opt in, and put events on the spool for *url*."""

    def put(number=2, url="http://127.0.0.1:9/nobody-listens"):
        choose("opt-in")
        variables = {**environ, "TILT_ANALYTICS_URL": url}
        client = Client.open(version="1.2.3", subcommand="load", environ=variables, cwd=environ["HOME"])
        for _ in range(number):
            client.incr("cmd.load")
        client.settle()
        client.flush()
        assert not client.problems
        return client.preview()

    return put


@pytest.fixture
def write_down(dirs):
    """Put one attempt, and its answer, into the ledger."""

    def put(body="{}", url="https://h/r", status=200, detail="accepted", id="1"):
        dirs.make(dirs.user)
        parcel = Parcel(
            [Record(id=id, time=0, url=url, level="full", allowed_by="user", body=body)], is_batch=False
        )
        _ledger.attempt(dirs, parcel, 0.0)
        if detail:
            _ledger.answer(dirs, parcel, 1.0, status=status, detail=detail)

    return put


def test_show_is_what_the_server_gets(cli, record, server):
    record(3, server.url)
    shown = cli("show").lines
    assert cli("send").code == 0
    assert server.bodies == shown


def test_show_says_for_whom_it_waits_without_the_password(cli, record):
    record(2, "http://me:secret@127.0.0.1:9/r")
    ran = cli("show")
    assert ran.err == "2 events wait for http://127.0.0.1:9/r\n"
    assert "secret" not in cli("show", "--json").out


def test_show_as_json(cli, record):
    bodies = record(1)
    shown = json.loads(cli("show", "--json").out)
    assert (shown["body"], shown["level"], shown["allowed_by"]) == (bodies[0], "full", "user")


def test_show_says_what_will_not_be_sent_after_all(cli, record, choose):
    record()
    assert "2 of them would not be sent: off because CI=1 is set" in cli("show", CI="1").err
    choose("default")
    assert "2 of them would not be sent: undecided" in cli("show").err


def test_a_dry_run_is_what_is_sent_then(cli, record, server):
    record(3, server.url)
    plan = [json.loads(line) for line in cli("send", "--dry-run", "--json").lines]
    assert server.requests == []
    cli("send")
    assert [post["body"] for post in plan] == server.bodies
    assert [post["id"] for post in plan] == [r.headers["Idempotency-Key"] for r in server.requests]


def test_a_dry_run_knows_of_batches(cli, record, dirs):
    url = "http://127.0.0.1:9/nobody-listens"
    bodies = record(3, url)
    known = _servers.Server(_servers.key_of(url))
    known.batches = _servers.TAKES_BATCHES
    _servers.write(dirs, {known.key: known})
    (post,) = [json.loads(line) for line in cli("send", "--dry-run", "--json").lines]
    assert post["type"] == "application/x-ndjson"
    assert post["body"] == "".join(f"{body}\n" for body in bodies)


def test_a_dry_run_changes_nothing(cli, record, home):
    record()

    def files():
        return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    before = files()
    ran = cli("send", "--dry-run")
    assert (ran.code, ran.err) == (0, "2 posts would be made; nothing was sent\n")
    assert ran.lines[0] == "POST http://127.0.0.1:9/nobody-listens"
    assert files() == before


def test_send_prints_the_attempts_and_says_what_still_waits(cli, record):
    record(1)
    ran = cli("send")
    assert ran.code == 1
    assert "Connection refused" in ran.lines[0]
    assert ran.err == "1 event still waits; `tool analytics doctor` says why\n"


def test_send_obeys_the_environment(cli, record, server):
    record(1, server.url)
    ran = cli("send", DO_NOT_TRACK="1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "nothing is sent: off because DO_NOT_TRACK=1 is set (any value counts)\n"
    assert server.requests == []


def test_send_with_nothing_to_send(cli, home):
    ran = cli("send")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing waits any more\n")
    assert cli("send", "--dry-run").err == "0 posts would be made; nothing was sent\n"
    assert list(home.iterdir()) == []


def test_verify_finds_every_body_as_sent(cli, write_down):
    write_down()
    write_down(id="2", status=503, detail="trouble")
    ran = cli("log", "--verify")
    assert (ran.code, ran.err) == (0, "2 bodies as sent, byte for byte\n")
    assert all(json.loads(line)["intact"] for line in cli("log", "--verify", "--json").lines)


def test_verify_finds_one_byte_that_differs(cli, write_down, dirs):
    write_down('{"a":"1"}')
    (attempt, _) = _lines.read(dirs.ledger)
    forged = {**attempt, "body": '{"a":"2"}'}  # with care: the line's own checksum is right
    Path(dirs.ledger).write_bytes(_lines.line(forged))
    ran = cli("log", "--verify")
    assert ran.code == 1
    assert "CHANGED SINCE" in ran.out
    assert "1 entry changed since" in ran.err


def test_verify_finds_any_byte_that_differs(write_down, dirs):
    write_down('{"a":"1"}')
    data = Path(dirs.ledger).read_bytes()
    for place, byte in enumerate(data):
        Path(dirs.ledger).write_bytes(data[:place] + bytes([byte ^ 1]) + data[place + 1 :])
        ledger = _ledger.read(dirs)
        assert byte == ord("\n") or ledger.damaged or not all(map(_ledger.is_intact, ledger.entries)), place


def test_a_damaged_line_fails_the_verification(cli, write_down, dirs):
    write_down()
    with open(dirs.ledger, "ab") as file:
        file.write(b"{torn\n")
    assert cli("log").code == 0
    ran = cli("log", "--verify")
    assert (ran.code, ran.err.splitlines()[1][:16]) == (1, "1 line not whole")


def test_nothing_in_the_log_acts_on_the_terminal(cli, write_down):
    write_down('{"a":"\x9b31m\u202e"}', url="http://h/\x1b]0;x\x07", detail="\x1b[2J")
    text = cli("log").out + cli("log", "--json").out
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_a_batch_is_printed_line_by_line(cli, dirs):
    dirs.make(dirs.user)
    records = [
        Record(id=str(n), time=0, url="https://h", level="full", allowed_by="user", body=f'{{"n":{n}}}')
        for n in (1, 2)
    ]
    _ledger.attempt(dirs, Parcel(fill(records), is_batch=True), 0.0)
    assert cli("log").lines[1:] == ['  {"n":1}', '  {"n":2}']


def test_the_log_is_followed_until_an_interrupt(environ, write_down):
    write_down("{}")
    command = [sys.executable, "-u", "-m", "analytics", "log", "--follow"]
    env = {**environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        guard = threading.Timer(20, process.kill)
        guard.start()
        assert [process.stdout.readline() for _ in range(2)][1] == "  {}\n"
        write_down('{"new":"1"}', id="2")
        assert [process.stdout.readline() for _ in range(2)][1] == '  {"new":"1"}\n'
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        guard.cancel()
        assert process.stderr.read() == ""


def test_forget_throws_away_what_waits_and_keeps_the_log(cli, record, write_down, spooled):
    record()
    write_down()
    ran = cli("forget")
    assert (ran.code, ran.err) == (0, "2 events thrown away that were not sent\n")
    assert spooled() == []
    assert cli("log").lines


def test_forget_throws_away_the_log_when_asked_to(cli, write_down, dirs):
    write_down()
    ran = cli("forget", "--log")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "nothing waited")
    assert not os.path.exists(dirs.ledger)


def test_forget_says_what_it_cannot_remove(cli, dirs):
    os.makedirs(f"{dirs.spool}/outbox.jsonl")
    ran = cli("forget")
    assert ran.code == 1
    assert ran.err.startswith(f"cannot remove {dirs.spool}")


def test_reset_id_makes_somebody_new(cli, record, dirs, spooled):
    old = json.loads(record()[0])
    secret = _identity.read_secret(dirs)
    ran = cli("reset-id")
    assert ran.code == 0
    assert "2 events thrown away that had the old ones" in ran.err
    assert _identity.read_secret(dirs) not in {None, secret}
    assert os.stat(dirs.secret).st_mode & 0o777 == 0o600
    assert spooled() == []
    new = json.loads(record()[0])
    assert not {new["user"], new["machine"]} & {old["user"], old["machine"]}


def test_reset_id_without_an_identity_creates_none(cli, home):
    ran = cli("reset-id")
    assert (ran.code, list(home.iterdir())) == (0, [])
    assert ran.err.startswith("there is no identity yet")


def test_reset_id_says_what_it_cannot_change(cli, record):
    record()
    assert "TILT_ANALYTICS_HASH_KEY is set" in cli("reset-id", TILT_ANALYTICS_HASH_KEY="k").err


def findings(ran):
    return {(f["level"], f["subject"]): f["words"] for f in json.loads(ran.out)}


def test_a_healthy_doctors_visit_ends_with_0_and_creates_nothing(cli, home):
    ran = cli("doctor")
    assert (ran.code, ran.err) == (0, "nothing is wrong\n")
    assert list(home.iterdir()) == []


def test_the_doctor_never_sends(cli, record, server):
    record(1, server.url)
    assert cli("doctor", TILT_ANALYTICS_URL=server.url).code == 0
    assert server.requests == []


@pytest.mark.parametrize("url", ["ftp://h/r", "h/r", "http://", "http://h:port/", "http://h:0/"])
def test_the_doctor_knows_an_address_that_is_none(cli, url):
    ran = cli("doctor", "--json", TILT_ANALYTICS_URL=url)
    assert ran.code == 1
    assert ("problem", "address") in findings(ran)


def test_the_doctor_notes_what_is_odd_about_an_address(cli):
    found = findings(
        cli("doctor", "--json", TILT_ANALYTICS_URL="http://me:pw@h/", HTTPS_PROXY="http://me:pw@p")
    )
    assert "unencrypted" in found["note", "address"]
    assert found["note", "proxy"] == "HTTPS_PROXY is set, and is used: http://p"
    assert not any("pw" in words for words in found.values())


def test_the_doctor_finds_files_that_others_may_read(cli, record, dirs):
    record()
    os.chmod(dirs.secret, 0o644)
    assert (
        f"others may look into {dirs.secret}" in findings(cli("doctor", "--json"))["problem", "permissions"]
    )


def test_the_doctor_tells_of_a_server_in_trouble(cli, record):
    record(1)
    cli("send")
    found = findings(cli("doctor", "--json", TILT_ANALYTICS_URL="https://elsewhere/"))
    assert found["problem", "server"].startswith(
        "failed 1 time(s) in a row: http://127.0.0.1:9/nobody-listens"
    )
    assert "Connection refused" in found["problem", "log"]


def test_the_doctor_shows_what_was_refused_and_lost(cli, dirs):
    dirs.make(dirs.spool)
    _drops.add(dirs, _drops.EVICTED, 7)
    with open(f"{dirs.spool}/rejected.jsonl", "wb") as file:
        file.write(_lines.line({"id": "1", "answer": "400 no", "body": '{"a":"\x9b"}'}))
    found = findings(cli("doctor", "--json"))
    assert found["note", "lost"].startswith("7 evicted")
    assert found["note", "refused"] == '400 no: {"a":"\x9b"}'
    assert "\x9b" not in cli("doctor").out


def test_the_doctor_notices_a_damaged_log(cli, write_down, dirs):
    write_down()
    with open(dirs.ledger, "ab") as file:
        file.write(b"{torn\n")
    assert "1 line(s)" in findings(cli("doctor", "--json"))["note", "log"]


def test_the_doctor_notices_a_word_that_means_nothing(cli, choose):
    choose("perhaps")
    assert "means nothing" in findings(cli("doctor", "--json"))["note", "choice"]


@pytest.mark.parametrize("verb", ["view", "send", "forget", "reset-id", "doctor"])
def test_every_verb_has_help_with_an_example(cli, verb):
    ran = cli(verb, "-h")
    assert ran.code == 0
    assert f"examples:\n  tool analytics {verb}" in ran.out


@pytest.mark.parametrize(
    "argv", [("view", "--port", "x"), ("view", "--port", "70000"), ("send", "now"), ("log", "--al")]
)
def test_wrong_usage_is_2(cli, argv):
    assert cli(*argv).code == 2
