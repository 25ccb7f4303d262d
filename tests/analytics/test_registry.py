"""What is not declared is not sent."""

import pytest

from analytics import _event, _registry
from analytics._app import TILT
from analytics._registry import COUNT, FLAG, FULL, MINIMAL, NANOSECONDS


def body(name, tags, common=()):
    event, refused = _event.make(name, tags, 0.0, bare=False)
    return (event.body(dict(common)) if event else None), refused


@pytest.mark.parametrize(
    "name", ["cmd.load", "cmd.docker-prune", "cmd.alpha.tiltfile-result", "tiltfile.load"]
)
def test_declared_events_are_found(name):
    assert TILT.registry.find(name) is not None


@pytest.mark.parametrize(
    "name", ["", "cmd.", "cmd", "cmd.a b", "cmd./etc", "tiltfile", "tiltfile.load.x", "up"]
)
def test_other_events_are_left_out(name):
    assert body(name, {}) == (None, [name])


@pytest.mark.parametrize(
    "key", ["tiltfile.invoked.local", "tiltfile.invoked.os.path.join", "tiltfile.invoked.a.arg.b?"]
)
def test_counts_of_built_ins_are_declared_by_pattern(key):
    assert body("tiltfile.loaded", {key: "3"}) == (f'{{"name":"tilt.tiltfile.loaded","{key}":"3"}}', [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("surprise", "1"),
        ("tiltfile.invoked.", "1"),
        ("tiltfile.invoked./etc/passwd", "1"),
        ("tiltfile.invoked.local", "many"),
        ("tiltfile.invoked.local", 3),
        ("tiltfile.changed", "perhaps"),
        ("user", "me"),
        ("duration", 1),
        ("env", None),
    ],
)
def test_other_keys_are_left_out_and_named(key, value):
    text, refused = body("tiltfile.loaded", {key: value})
    assert text == '{"name":"tilt.tiltfile.loaded"}'
    assert refused == [f"tiltfile.loaded:{key}"]


def test_the_events_own_tags_win():
    assert body("cmd.load", {"version": "2"}, {"version": "1", "os": "linux"})[0] == (
        '{"name":"tilt.cmd.load","os":"linux","version":"2"}'
    )


def test_a_custom_report_may_say_anything_even_its_name():
    text, refused = body("tiltfile.custom.report", {"user": "me", "name": "n", "a b": "<"}, {"user": "u"})
    assert text == '{"a b":"\\u003c","name":"n","user":"me"}'
    assert refused == []


def test_minimal_events_have_no_global_tags():
    assert body("analytics.opt.in", {"version": "1"}, {"user": "u"})[0] == (
        '{"name":"tilt.analytics.opt.in","version":"1"}'
    )


def test_the_minimal_set_is_exactly_these_three():
    minimal = {
        event.name: [key.name for key in event.keys]
        for event in TILT.registry.events
        if event.level == MINIMAL
    }
    assert minimal == {
        "analytics.up.optdefault": ["version"],
        "analytics.nudge.surfaced": ["version"],
        "analytics.opt.in": ["version"],
    }


def test_everything_says_what_it_is_for():
    for event in TILT.registry.events:
        assert event.level in {MINIMAL, FULL}
        assert len(event.purpose) > 10
        assert all(len(key.purpose) > 10 for key in event.keys)


@pytest.mark.parametrize(
    ("kind", "good", "bad"), [(COUNT, "10", "1.0"), (FLAG, "true", "True"), (NANOSECONDS, 5, True)]
)
def test_values_are_of_their_kind(kind, good, bad):
    assert _registry.fits(kind, good)
    assert not _registry.fits(kind, bad)
