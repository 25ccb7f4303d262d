"""A program that has nothing to do with Tilt: its own events, directory, variables and address."""

import json

import pytest

from analytics import App, Client, Opt
from analytics._app import locate
from analytics.registry import choice, count, counts, event, flag, nanoseconds


@pytest.fixture
def acme(server):
    return App(
        "acme",
        url=server.url,
        events=[
            event("cmd.<verb>", "which commands are used"),
            event(
                "build",
                "how long builds take",
                nanoseconds("duration", "time that it took"),
                choice("target", "what is built", ["wheel", "sdist"]),
                flag("cached", "whether the cache helped"),
                count("files", "how many files there are"),
                counts("tool.<name>", "how often a tool ran"),
            ),
        ],
    )


@pytest.fixture
def variables(environ):
    del environ["TILT_ANALYTICS_URL"]
    return environ


def report(acme, variables, **changes):
    client = Client.open(
        app=acme, version="2.0", subcommand="build", environ={**variables, **changes}, cwd=variables["HOME"]
    )
    client.incr("cmd.build")
    client.timer(
        "build", 5, {"target": "wheel", "cached": "true", "files": "3", "tool.gcc": "2", "path": "/home/me"}
    )
    client.incr("tiltfile.loaded")
    client.settle(Opt.IN, "acme.toml:3")
    client.flush()
    return client


def test_its_events_arrive_under_its_name(acme, variables, server, until):
    report(acme, variables)
    until(lambda: len(server.bodies) == 2)
    bodies = sorted((json.loads(body) for body in server.bodies), key=lambda body: body["name"])
    for body in bodies:
        assert (len(body.pop("user")), len(body.pop("machine")), body.pop("os") != "") == (32, 32, True)
    common = {"version": "2.0", "subcommand": "build"}
    assert bodies == [
        {"name": "acme.build", "duration": 5, "target": "wheel", "cached": "true", "files": "3", "tool.gcc": "2", **common},
        {"name": "acme.cmd.build", **common},
    ]  # fmt: skip


def test_what_it_did_not_declare_is_left_out(acme, variables, no_sender):
    assert report(acme, variables).refused == {"build:path": 1, "tiltfile.loaded": 1}


def test_it_keeps_everything_in_a_directory_of_its_own(acme, variables, home, no_sender):
    report(acme, variables)
    assert [path.name for path in home.iterdir()] == [".local"]
    assert (home / ".local/state/acme/analytics/spool/current.jsonl").exists()


@pytest.mark.parametrize(
    ("changes", "top"),
    [
        ({"XDG_STATE_HOME": "/s"}, "/s/acme"),
        ({"XDG_STATE_HOME": "relative"}, "{home}/.local/state/acme"),
        ({"ACME_ANALYTICS_DIR": "/d", "XDG_STATE_HOME": "/s"}, "/d"),
        ({"TILT_DEV_DIR": "/t"}, "{home}/.local/state/acme"),
    ],
)
def test_where_that_is(acme, variables, home, changes, top):
    assert locate({**variables, **changes}, acme).top == top.format(home=home)


@pytest.mark.parametrize("name", ["ACME_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI"])
def test_its_own_switch_turns_it_off(acme, variables, home, name):
    client = report(acme, variables, **{name: "0"})
    assert client.decision.explanation == f"off because {name}=0 is set (any value counts)"
    assert list(home.iterdir()) == []


def test_another_programs_switch_does_not(acme, variables, server, until):
    client = report(acme, variables, TILT_DISABLE_ANALYTICS="1")
    assert client.decision.explanation == "on because acme.toml:3 says so"
    until(lambda: len(server.bodies) == 2)


def test_its_choice_is_its_own(acme, variables, choose, cli):
    choose("opt-out")
    assert cli("opt", "in", app=acme).code == 0
    assert cli(app=acme).lines[0] == "analytics status : opt-in"
    assert cli().lines[0] == "analytics status : opt-out"


def test_opting_in_is_reported_under_its_name(acme, variables, cli):
    cli("opt", "in", app=acme, ACME_ANALYTICS_URL="http://127.0.0.1:9/")
    assert cli("show", app=acme).lines == ['{"name":"acme.analytics.opt.in","version":"1.2.3"}']


def test_its_schema_has_its_events_and_no_others(acme, cli):
    schema = json.loads(cli("schema", "--json", app=acme).out)
    names = {event["name"] for event in schema["events"]}
    assert {"acme.build", "acme.cmd.<verb>", "acme.analytics.opt.in"} <= names
    assert all(name.startswith("acme.") for name in names)
    assert "git.origin" not in [key["name"] for key in schema["global"]]
    assert "  target  (choice)  what is built\n      one of: sdist, wheel" in cli("schema", app=acme).out


def test_it_may_tell_projects_apart_if_it_says_so(variables, repository_with_remote, no_sender):
    for wanted in (False, True):
        app = App(
            "acme", url="http://127.0.0.1:9/", events=[event("run", "how often it runs")], git_origin=wanted
        )
        client = Client.open(
            app=app, version="1", subcommand="run", environ=variables, cwd=repository_with_remote
        )
        client.incr("run")
        client.settle(Opt.IN)
        client.flush()
        assert ("git.origin" in client.preview()[0]) is wanted


@pytest.fixture
def repository_with_remote(tmp_path):
    git = tmp_path / "project/.git"
    (git / "objects").mkdir(parents=True)
    (git / "refs").mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text('[remote "origin"]\n\turl = https://example.com/a/b\n')
    return str(git.parent)


@pytest.mark.parametrize("name", ["", "Acme", "1a", "a b", "../a", "a_b"])
def test_a_name_is_a_name(name):
    with pytest.raises(ValueError, match="an app's name"):
        App(name, url="https://h/")


@pytest.mark.parametrize(
    "declare",
    [
        lambda: event("a b", "some good purpose"),
        lambda: event("cmd.<verb>.x", "some good purpose"),
        lambda: event("analytics.opt.in", "some good purpose"),
        lambda: event("a", "because"),
        lambda: event(
            "a", "some good purpose", flag("f", "some good purpose"), flag("f", "some good purpose")
        ),
        lambda: flag("version", "some good purpose"),
        lambda: flag("a b", "some good purpose"),
        lambda: counts("tool", "some good purpose"),
        lambda: counts("<name>", "some good purpose"),
        lambda: choice("c", "some good purpose", []),
    ],
)
def test_a_declaration_that_is_not_sound_is_refused(declare):
    with pytest.raises(ValueError, match=r".+"):
        declare()
