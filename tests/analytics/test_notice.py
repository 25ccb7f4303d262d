"""Nobody's usage is reported without their being told: once, by whose word, and how to stop it."""

import pytest

from analytics import Opt, _notice
from analytics._app import TILT, locate
from analytics._trace import trace


@pytest.fixture
def load(open_client, no_sender, tmp_path):
    """Load once, as a command does, and return what the user is told."""

    def run(opt=Opt.DEFAULT, where="/p/Tiltfile:3:1", *, is_terminal=True, **changes):
        client = open_client(**changes)
        client.incr("cmd.load")
        client.settle(opt, where if opt is not Opt.DEFAULT else "")
        client.flush()
        return client.notice(is_terminal=is_terminal, command="tool analytics")

    return run


def test_the_users_own_yes_is_confirmed_once_on_a_terminal(load, choose, spooled):
    choose("opt-in")
    assert load(is_terminal=False) == ""
    assert load() == (
        "analytics: your use of this tool is reported, as you chose; `tool analytics log` shows what was sent, "
        "`tool analytics opt out` stops it"
    )
    assert load() == ""
    assert len(spooled()) == 3  # it does not hold anything back


def test_a_tiltfiles_yes_names_the_tiltfile_and_what_stops_it(load, spooled):
    notice = load(Opt.IN)
    assert notice.startswith("analytics: /p/Tiltfile:3:1 has its loads reported, this one included;")
    assert notice.endswith("`tool analytics log` shows what was sent, TILT_DISABLE_ANALYTICS=1 stops it")
    assert len(spooled()) == 1


def test_a_tiltfiles_yes_is_said_off_a_terminal_too_and_then_once_on_one(load):
    shown = [bool(load(Opt.IN, is_terminal=on)) for on in (False, False, True, True, False)]
    assert shown == [True, False, True, False, False]


def test_each_tiltfile_is_named_once_wherever_its_call_moves(load):
    wheres = ["/a/Tiltfile:3:1", "/a/Tiltfile:9:1", "/b/Tiltfile:1:1", "/a/Tiltfile:3:1"]
    assert [bool(load(Opt.IN, where)) for where in wheres] == [True, False, True, False]


def test_an_overridden_no_is_said_each_time_and_once(load, choose, open_client):
    choose("opt-out")
    assert load(Opt.IN) == ""  # Decision.notice has said it
    assert open_client().settle(Opt.IN, "/p/Tiltfile:3:1").notice != ""


def test_the_undecided_get_the_question_and_nothing_else(load):
    assert "may your use of this tool be reported?" in load()
    assert load() == ""
    assert load(is_terminal=False) == ""


def test_where_nothing_is_sent_nothing_is_said(load, choose, environ, home):
    choose("opt-out")
    assert load() == load(Opt.OUT) == ""
    assert load(Opt.IN, environ={**environ, "CI": "1"}) == ""
    (home / ".tilt-dev/analytics/spool").write_text("")
    assert load(Opt.IN) == ""


def test_what_cannot_be_remembered_is_said_again(load, home):
    (home / ".tilt-dev/analytics/user/noticed.txt").mkdir(parents=True)
    assert load(Opt.IN) != ""
    assert load(Opt.IN) != ""


def test_a_path_that_is_made_to_break_the_list_does_not(load, environ):
    evil = '/a\n"terminal 2020-01-01 "/b/Tiltfile"'
    assert load(Opt.IN, f"{evil}:1:1")
    assert load(Opt.IN, "/b/Tiltfile:1:1")
    assert [who for who, _ in _notice.shown(locate(environ))] == ["/b/Tiltfile", evil]


def test_the_list_is_bounded(load, environ):
    for number in range(210):
        load(Opt.IN, f"/{number}/Tiltfile:1:1")
    assert len(_notice.shown(locate(environ))) == 200


def test_the_trace_has_the_tiltfiles_that_turned_it_on(load, environ):
    rules = {rule.name: rule for rule in trace(locate(environ), environ, TILT)}
    assert "No project has turned reporting on" in rules["tiltfile"].says
    load(Opt.IN)
    rules = {rule.name: rule for rule in trace(locate(environ), environ, TILT)}
    assert "Turned on here by /p/Tiltfile (2020-09-13)" in rules["tiltfile"].says
    assert [name for name, rule in rules.items() if rule.decides] == ["default"]


@pytest.mark.parametrize(
    ("choice", "changes", "decides", "says"),
    [
        ("opt-in", {}, "user", "You chose opt-in"),
        ("opt-in", {"CI": "false"}, "environment", "CI is set, which says no, whatever its value."),
        (b"\xff", {}, "user", "cannot be read, which counts as no"),
    ],
)
def test_the_trace_says_which_rule_decides(environ, choose, choice, changes, decides, says):
    choose(choice)
    variables = {**environ, **changes}
    (rule,) = [rule for rule in trace(locate(environ), variables, TILT) if rule.decides]
    assert rule.name == decides
    assert says in rule.says
