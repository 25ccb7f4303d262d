"""``analytics``: Tilt's words and exit codes, then ours."""

import json
import os
import subprocess
import sys

import pytest

from analytics import _lines


def test_the_status_begins_with_tilts_two_lines(cli):
    ran = cli()
    assert ran.code == 0
    assert ran.lines[:2] == ["analytics status : default", "analytics user id: none yet"]
    assert "undecided" in ran.lines[2]


@pytest.mark.parametrize(
    ("content", "changes", "status", "reason"),
    [
        ("opt-in", {}, "opt-in", "on because you chose opt-in"),
        ("opt-out", {}, "opt-out", "off because you chose opt-out"),
        ("opt-in", {"DO_NOT_TRACK": "0"}, "opt-out", "off because DO_NOT_TRACK=0 is set (any value counts)"),
        (b"\xff", {}, "opt-out", "it is not UTF-8 text"),
    ],
)
def test_the_status_names_the_rule(cli, choose, content, changes, status, reason):
    choose(content)
    ran = cli(**changes)
    assert ran.lines[0] == f"analytics status : {status}"
    assert reason in ran.lines[2]


def test_the_status_creates_nothing(cli, home):
    cli()
    cli("show")
    cli("log")
    cli("schema")
    assert list(home.iterdir()) == []


def test_the_status_as_json(cli):
    state = json.loads(cli("--json", TILT_ANALYTICS_URL="https://KEY:@h/report").out)
    assert (state["opt"], state["rule"], state["waiting"]) == ("default", "default", 0)
    assert state["endpoint"] == "https://h/report"
    assert state["identities"] == {"scheme": "local", "user": "", "machine": "", "git.origin": ""}


def test_the_status_shows_the_ids_that_are_sent(cli, choose, open_client, spooled):
    choose("opt-in")
    client = open_client()
    client.incr("cmd.load")
    client.settle()
    client.flush()
    body = json.loads(spooled()[0]["body"])
    assert cli().lines[1] == f"analytics user id: {body['user']}"


@pytest.mark.parametrize(
    ("word", "content"),
    [
        ("in", "opt-in"),
        ("out", "opt-out"),
        ("opt-in", "opt-in"),
        ("opt-out", "opt-out"),
        ("default", "default"),
    ],
)
def test_a_choice_is_kept_and_said_in_tilts_words(cli, home, word, content):
    path = home / ".tilt-dev/analytics/user/choice.txt"
    ran = cli("opt", word, "and", "more")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f'wrote user collection strategy "{word}" to file {path}\n'
    assert path.read_text() == content


def test_no_choice_is_refused_in_tilts_words(cli):
    ran = cli("opt")
    assert ran.code == 1
    assert ran.lines == [
        "choice can be one of {opt-in, opt-out}",
        "choice can be one of {opt-in, opt-out}",
        "no choice given; pass it as first arg: tool analytics opt <choice>",
    ]
    assert "Usage:" in ran.err


@pytest.mark.parametrize("word", ["yes", "IN", ""])
def test_an_unknown_choice_is_refused_in_tilts_words(cli, home, word):
    ran = cli("opt", word)
    assert ran.code == 1
    assert ran.lines == ["choice can be one of {opt-in, opt-out}", f'unknown analytics opt: "{word}"']
    assert list(home.iterdir()) == []


def test_an_unknown_verb_is_refused_in_tilts_words(cli):
    ran = cli("frobnicate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == 'unknown command "frobnicate" for "tool analytics"\n'


def test_an_unknown_flag_is_wrong_usage(cli):
    ran = cli("--frobnicate")
    assert ran.code == 2
    assert "usage: tool analytics" in ran.err


def test_opting_in_is_reported_without_identity(cli, spooled):
    cli("opt", "in")
    assert [record["body"] for record in spooled()] == ['{"name":"tilt.analytics.opt.in","version":"1.2.3"}']
    cli("opt", "in")
    assert len(spooled()) == 1  # it was no news


@pytest.mark.parametrize("word", ["out", "default"])
def test_no_other_answer_is_reported(cli, spooled, no_sender, word):
    cli("opt", word)
    assert spooled() == []
    assert no_sender == []


def test_opting_in_is_not_reported_where_the_environment_forbids(cli, spooled):
    ran = cli("opt", "in", DO_NOT_TRACK="1")
    assert "analytics: still off because DO_NOT_TRACK=1 is set" in ran.err
    assert spooled() == []


def test_opting_out_throws_away_what_waits(cli, choose, open_client, spooled):
    choose("opt-in")
    client = open_client()
    client.incr("cmd.load")
    client.settle()
    client.flush()
    assert len(cli("show").lines) == 1
    cli("opt", "out")
    assert spooled() == []
    ran = cli("show")
    assert (ran.out, ran.err) == ("", "nothing waits to be sent\n")


def test_a_choice_that_cannot_be_kept_is_said(cli, home):
    (home / ".tilt-dev").write_text("")
    ran = cli("opt", "in")
    assert ran.code == 1
    assert "cannot write to" in ran.err


def test_a_spool_that_cannot_be_thrown_away_is_said(cli, home):
    (home / ".tilt-dev/analytics/spool/outbox.jsonl").mkdir(parents=True)
    ran = cli("opt", "out")
    assert ran.code == 1
    assert 'wrote user collection strategy "out"' in ran.err
    assert "outbox.jsonl" in ran.err


def test_what_waits_is_shown_byte_for_byte(cli, choose, open_client, spooled):
    choose("opt-in")
    client = open_client()
    client.incr("cmd.load")
    client.timer("tiltfile.load", 1)
    client.settle()
    client.flush()
    assert cli("show").lines == [record["body"] for record in spooled()] == client.preview()


def test_an_empty_log_says_so(cli):
    ran = cli("log")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing was ever sent from here\n")


def test_the_log_has_body_time_address_and_answer(cli, home):
    path = home / ".tilt-dev/analytics/ledger.jsonl"
    path.parent.mkdir(parents=True)
    attempt = {"what": "attempt", "id": "1", "time": 0, "url": "https://h/r", "sha256": "s", "body": "{}"}
    lines = [
        attempt,
        {"what": "answer", "id": "1", "time": 9, "status": 503, "detail": "trouble"},
        {**attempt, "id": "2"},
    ]
    path.write_bytes(b"".join(map(_lines.line, lines)))
    assert cli("log").lines == [
        "1970-01-01 00:00:00Z  503 trouble  https://h/r",
        "  {}",
        "1970-01-01 00:00:00Z  no answer was written down  https://h/r",
        "  {}",
    ]
    assert json.loads(cli("log", "--json").lines[0])["status"] == 503
    assert "no answer was written down" in cli().out


def test_the_status_tells_what_was_refused(cli, home):
    path = home / ".tilt-dev/analytics/spool/rejected.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(_lines.line({"id": "1", "answer": "400 no"}))
    assert cli().lines[-1] == f"problem          : 1 event(s) were refused by a server, see {path}"


@pytest.mark.parametrize(("verb", "name"), [("show", "spool/outbox.jsonl"), ("log", "ledger.jsonl")])
def test_what_cannot_be_read_is_said(cli, home, verb, name):
    (home / ".tilt-dev/analytics" / name).mkdir(parents=True)
    ran = cli(verb)
    assert ran.code == 1
    assert "cannot read" in ran.err
    assert cli().code == 0


def test_the_schema_lists_every_event_and_key(cli):
    text, schema = cli("schema").out, json.loads(cli("schema", "--json").out)
    assert "tilt.tiltfile.loaded  [full]" in text
    assert "tiltfile.invoked.<builtin>" in text
    assert [event["name"] for event in schema["events"] if event["level"] == "minimal"] == [
        "tilt.analytics.up.optdefault",
        "tilt.analytics.nudge.surfaced",
        "tilt.analytics.opt.in",
    ]


@pytest.mark.parametrize("verb", ["opt", "show", "log", "schema"])
def test_every_verb_is_documented_with_an_example(cli, verb):
    ran = cli(verb, "-h")
    assert ran.code == 0
    assert f"examples:\n  tool analytics {verb}" in ran.out
    assert verb in cli("-h").out


def test_the_module_is_a_command(environ):
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-m", "analytics"], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("analytics status : default\n")


def test_a_reader_that_has_seen_enough_causes_no_noise(environ):
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    script = f"{sys.executable} -u -m analytics schema | head -1"
    done = subprocess.run(["sh", "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == ""
