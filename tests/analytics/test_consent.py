"""Who decides: every rule, and all of them against an oracle."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import Opt, TiltfileWord, UserChoice, decide
from analytics._consent import still_permits

VARIABLES = ("TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI")
OPTS = (Opt.DEFAULT, Opt.IN, Opt.OUT)


def test_nobody_has_decided_at_first():
    decision = decide({})
    assert (decision.opt, decision.rule, decision.notice) == (Opt.DEFAULT, "default", "")
    assert "undecided" in decision.explanation


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("value", ["1", "0", "false", "no", " "])
def test_any_value_of_a_variable_switches_off_whatever_else_is_said(name, value):
    decision = decide({name: value}, Opt.IN, Opt.IN)
    assert decision.opt is Opt.OUT
    assert decision.rule == "environment"
    assert decision.source == f"{name}={value}"
    assert f"off because {name}={value} is set" in decision.explanation


@pytest.mark.parametrize("name", VARIABLES)
def test_an_empty_variable_says_nothing(name):
    assert decide({name: ""}, Opt.DEFAULT, Opt.IN).opt is Opt.IN


def test_a_long_or_unprintable_value_is_shown_shortened():
    decision = decide({"CI": "a\x1b[31m" + "x" * 100})
    assert "\x1b" not in decision.explanation
    assert len(decision.source) < 50


@pytest.mark.parametrize("said", [Opt.IN, Opt.OUT])
@pytest.mark.parametrize("user", OPTS)
def test_the_tiltfile_overrules_the_user(said, user):
    decision = decide({}, TiltfileWord(said, "Tiltfile:3:1"), user)
    assert decision.opt is said
    assert (decision.rule, decision.source) == ("tiltfile", "Tiltfile:3:1")
    assert f"Tiltfile:3:1 calls analytics_settings(enable={said is Opt.IN})" in decision.explanation


def test_a_tiltfile_that_overrules_an_opt_out_is_said_in_one_line():
    notice = decide({}, TiltfileWord(Opt.IN, "Tiltfile:3:1"), Opt.OUT).notice
    assert "Tiltfile:3:1 turns analytics on" in notice
    assert "you opted out" in notice
    assert "\n" not in notice


@pytest.mark.parametrize(
    ("environ", "said", "user"),
    [({}, Opt.IN, Opt.IN), ({}, Opt.IN, Opt.DEFAULT), ({}, Opt.OUT, Opt.IN), ({"CI": "1"}, Opt.IN, Opt.OUT)],
)
def test_nothing_else_is_worth_a_notice(environ, said, user):
    assert decide(environ, said, user).notice == ""


def test_the_users_choice_names_its_file():
    decision = decide({}, Opt.DEFAULT, UserChoice(Opt.IN, "/home/a/choice.txt"))
    assert decision.explanation == "on because you chose opt-in (/home/a/choice.txt)"


def test_a_choice_that_cannot_be_read_is_a_no_with_its_reason():
    decision = decide({}, Opt.DEFAULT, UserChoice(Opt.OUT, "/c", "Is a directory"))
    assert decision.opt is Opt.OUT
    assert "Is a directory" in decision.explanation


def oracle(environ, said, user):
    """The order of consent, in as few lines as it can be said."""
    if any(environ.get(name) for name in VARIABLES):
        return "opt-out"
    return said if said != "default" else user


values = st.none() | st.sampled_from(["", "0", "1", "false", "true"]) | st.text(max_size=5)
words = st.sampled_from(OPTS)


@given(st.tuples(values, values, values), words, words)
def test_the_decision_is_the_oracles(settings, said, user):
    environ = {name: value for name, value in zip(VARIABLES, settings, strict=True) if value is not None}
    decision = decide({**environ, "HOME": "/x"}, said, user)
    assert str(decision.opt) == oracle(environ, str(said), str(user))
    assert "\n" not in decision.explanation


@pytest.mark.parametrize("user", [*OPTS, "unreadable"])
@pytest.mark.parametrize("minimal", [True, False])
@pytest.mark.parametrize("rule", ["tiltfile", "user", "default"])
def test_consent_can_be_withdrawn_until_the_last_moment(user, minimal, rule):
    choice = UserChoice(Opt.OUT, "/c", "no") if user == "unreadable" else UserChoice(user)
    expected = rule == "tiltfile" or user is Opt.IN or (minimal and user is Opt.DEFAULT)
    assert still_permits(choice, level_is_minimal=minimal, allowed_by=rule) is expected


@pytest.mark.parametrize("opt", OPTS)
def test_an_opt_stays_itself_when_copied(opt):
    assert copy.deepcopy(opt) is opt
    assert pickle.loads(pickle.dumps(opt)) is opt


def test_opts_are_spelled_as_in_tilt():
    assert [str(opt) for opt in OPTS] == ["default", "opt-in", "opt-out"]
    assert [repr(opt) for opt in OPTS] == ["Opt.DEFAULT", "Opt.IN", "Opt.OUT"]
