"""The client: what is held, released, kept minimal, dropped."""

import json
import os
import subprocess
import sys

import pytest

import analytics
from analytics import Analytics, Client, FakeClock, MemoryAnalytics, Opt

pytestmark = pytest.mark.usefixtures("no_sender")


def record_a_load(client):
    client.incr("cmd.load")
    client.incr("tiltfile.loaded", {"env": "", "tiltfile.invoked.local": "2"})
    client.timer("tiltfile.load", 1751011)


def names(records):
    return [json.loads(record["body"])["name"] for record in records]


def test_events_are_held_until_the_tiltfile_was_heard(open_client, choose, spooled, home):
    choose("opt-in")
    client = open_client()
    record_a_load(client)
    client.flush()
    assert spooled() == []
    assert sorted(p.name for p in home.rglob("*") if p.is_file()) == ["choice.txt"]


def test_a_yes_releases_everything_in_order(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    record_a_load(client)
    client.settle()
    client.flush()
    assert names(spooled()) == ["tilt.cmd.load", "tilt.tiltfile.loaded", "tilt.tiltfile.load"]
    assert {(r["level"], r["allowed_by"]) for r in spooled()} == {("full", "user")}


def test_a_body_is_what_tilt_would_post(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    record_a_load(client)
    client.settle()
    client.flush()
    timer = json.loads(spooled()[-1]["body"])
    assert (timer["os"], timer["subcommand"], timer["version"]) == ("linux", "load", "1.2.3-dev")
    assert timer["duration"] == 1751011
    assert set(timer) == {"duration", "machine", "name", "os", "subcommand", "user", "version"}
    assert list(timer) == sorted(timer)


def test_a_record_has_the_address_of_its_own_time(open_client, environ, choose, spooled):
    choose("opt-in")
    for url in ("http://127.0.0.1:1/a", "http://127.0.0.1:1/b", ""):
        environ["TILT_ANALYTICS_URL"] = url
        client = open_client()
        client.incr("cmd.load")
        client.settle()
        client.flush()
    assert [r["url"] for r in spooled()] == [
        "http://127.0.0.1:1/a",
        "http://127.0.0.1:1/b",
        "https://events.windmill.build/report",
    ]
    assert len({r["id"] for r in spooled()}) == 3
    assert spooled()[0]["time"] == 1_600_000_000_000


def test_the_tiltfiles_no_counts_for_what_came_before_it(open_client, choose, home, no_sender):
    choose("opt-in")
    client = open_client()
    record_a_load(client)
    assert client.settle(Opt.OUT, "Tiltfile:1:1").opt is Opt.OUT
    client.incr("cmd.load")
    client.flush()
    assert sorted(p.name for p in home.rglob("*") if p.is_file()) == ["choice.txt"]
    assert no_sender == []


def test_the_tiltfiles_yes_counts_for_its_own_load(open_client, choose, spooled):
    choose("opt-out")
    client = open_client()
    record_a_load(client)
    decision = client.settle(Opt.IN, "Tiltfile:1:1")
    client.flush()
    assert "although you opted out" in decision.notice
    assert len(spooled()) == 3
    assert {r["allowed_by"] for r in spooled()} == {"tiltfile"}


def test_before_a_choice_only_the_minimal_set_is_sent(open_client, spooled, home):
    client = open_client()
    record_a_load(client)
    client.settle()
    client.flush()
    assert [r["body"] for r in spooled()] == ['{"name":"tilt.analytics.up.optdefault","version":"1.2.3-dev"}']
    assert not list(home.rglob("identity.key"))


def test_each_load_of_a_long_lived_host_obeys_its_own_tiltfile(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    for said, verb in ((Opt.OUT, "a"), (Opt.IN, "b"), (Opt.OUT, "c"), (Opt.DEFAULT, "d")):
        client.incr(f"cmd.{verb}")
        client.settle(said)
        client.flush()
    assert names(spooled()) == ["tilt.cmd.b", "tilt.cmd.d"]


def test_a_long_lived_host_can_learn_what_was_chosen_meanwhile(open_client, choose, spooled):
    client = open_client()
    for verb, choice in (("a", "opt-in"), ("b", "opt-out"), ("c", "opt-in")):
        choose(choice)
        client.refresh()
        client.incr(f"cmd.{verb}")
        client.settle()
        client.flush()
    assert names(spooled()) == ["tilt.cmd.a", "tilt.cmd.c"]


def test_a_choice_that_can_no_longer_be_read_is_a_no(open_client, choose, spooled, home):
    choose("opt-in")
    client = open_client()
    choice = next(home.rglob("choice.txt"))
    choice.unlink()
    choice.mkdir()
    client.refresh()
    client.incr("cmd.a")
    client.settle()
    client.flush()
    assert (spooled(), len(client.problems)) == ([], 1)


def test_undecided_runs_are_counted_once_per_client(open_client, spooled):
    client = open_client()
    for _ in range(3):
        client.settle()
        client.flush()
    assert len(spooled()) == 1


def test_events_without_global_tags_have_their_own_only(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    bare = client.without_global_tags()
    bare.incr("cmd.load", {"version": "7"})
    bare.timer("tiltfile.load", 5)
    bare.count("cmd.load", 3)
    client.settle()
    bare.without_global_tags().flush()
    assert [r["body"] for r in spooled()] == [
        '{"name":"tilt.cmd.load","version":"7"}',
        '{"duration":5,"name":"tilt.tiltfile.load"}',
        '{"count":"3","name":"tilt.cmd.load"}',
    ]


def test_what_is_not_declared_is_counted_and_not_sent(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    client.incr("secret.plans")
    client.incr("cmd.load", {"password": "hunter2"})
    client.settle()
    client.flush()
    assert client.refused == {"secret.plans": 1, "cmd.load:password": 1}
    assert "hunter2" not in str(spooled())


@pytest.mark.parametrize("tags", [None, {1: 2}, {"env": object()}, 3])
def test_nonsense_never_reaches_the_caller(open_client, tags):
    client = open_client()
    client.incr("tiltfile.loaded", tags)
    client.count("cmd.load", "many", tags)
    client.timer("tiltfile.load", None, tags)
    client.settle(Opt.IN)
    client.preview()
    client.flush()


@pytest.mark.parametrize("content", ["opt-in", "opt-out", "default"])
def test_a_preview_shows_everything_even_when_off(open_client, choose, home, content):
    choose(content)
    client = open_client()
    record_a_load(client)
    client.settle(Opt.OUT)
    bodies = client.preview()
    assert [json.loads(body)["name"] for body in bodies] == [
        "tilt.cmd.load",
        "tilt.tiltfile.loaded",
        "tilt.tiltfile.load",
    ]
    assert json.loads(bodies[0])["user"] == "0" * 32
    assert sorted(p.name for p in home.rglob("*") if p.is_file()) == ["choice.txt"]


@pytest.mark.parametrize("flushed", [True, False])
def test_a_preview_is_what_is_sent(open_client, choose, spooled, flushed):
    choose("opt-in")
    client = open_client()
    record_a_load(client)
    client.settle()
    if flushed:
        client.flush()
    preview = client.preview()
    client.flush()
    assert preview == [r["body"] for r in spooled()]


def test_a_preview_of_what_is_permitted_is_minimal_before_a_choice(open_client):
    client = open_client()
    record_a_load(client)
    client.settle()
    assert client.preview(as_if_on=False) == ['{"name":"tilt.analytics.up.optdefault","version":"1.2.3-dev"}']


def test_the_nudge_is_shown_once_a_day(open_client, spooled):
    clock = FakeClock()
    shown = []
    for _ in range(5):
        client = open_client(clock=clock)
        client.settle()
        shown.append(client.surface_nudge(is_terminal=True, command="tool analytics"))
        client.flush()
        clock.advance(11 * 3600)
    assert [bool(text) for text in shown] == [True, False, True, False, True]
    assert "`tool analytics opt in`" in shown[0]
    assert "\n" not in shown[0]
    assert names(spooled()).count("tilt.analytics.nudge.surfaced") == 3
    assert '{"name":"tilt.analytics.nudge.surfaced","version":"1.2.3-dev"}' in [r["body"] for r in spooled()]


def test_the_nudge_is_for_terminals_and_the_undecided(open_client, choose, home):
    client = open_client()
    assert client.surface_nudge(is_terminal=True) == ""  # the Tiltfile was not heard
    client.settle()
    assert client.surface_nudge(is_terminal=False) == ""
    assert not list(home.iterdir())
    for content in ("opt-in", "opt-out"):
        choose(content)
        client = open_client()
        client.settle()
        assert client.surface_nudge(is_terminal=True) == ""


def test_a_nudge_that_cannot_be_remembered_is_not_shown(open_client, home):
    (home / ".tilt-dev").mkdir()
    (home / ".tilt-dev/analytics").symlink_to("/dev/full")
    client = open_client()
    client.settle()
    assert client.surface_nudge(is_terminal=True) == ""


def test_the_environment_is_that_of_the_moment_of_opening(open_client, environ, choose, spooled):
    choose("opt-in")
    environ["CI"] = "1"
    client = open_client()
    del environ["CI"]
    client.incr("cmd.load")
    client.settle(Opt.IN)
    client.flush()
    assert spooled() == []


def test_a_fork_does_not_send_what_its_parent_recorded(environ, choose, spooled):
    choose("opt-in")
    program = (
        "import os, sys; from analytics import Client, _handover\n"
        "_handover.spawn_sender = lambda *_: 0\n"
        "client = Client.open(version='1', subcommand='load')\n"
        "client.incr('cmd.parent'); child = os.fork()\n"
        "if child == 0: client.incr('cmd.child')\n"
        "client.settle(); client.flush()\n"
        "if child: os.waitpid(child, 0)\n"
    )
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", program], env=environ, check=True)
    assert sorted(names(spooled())) == ["tilt.cmd.child", "tilt.cmd.parent"]


def test_a_run_with_too_many_events_keeps_the_first(open_client, choose, spooled):
    choose("opt-in")
    client = open_client()
    for _ in range(1010):
        client.incr("cmd.load")
    client.settle()
    client.flush()
    assert len(spooled()) == 1000
    assert list(client.refused.values()) == [10]


def test_a_trouble_that_stays_is_told_once(open_client, home):
    (home / ".tilt-dev").write_text("")
    client = open_client()
    for _ in range(3):
        client.incr("cmd.load")
        client.settle(Opt.IN)
        client.flush()
    assert len(client.problems) == len(set(client.problems)) <= 2


def test_doubles_and_the_real_thing_have_one_shape(open_client):
    client: Client = open_client()
    for recorder in (client, client.without_global_tags(), MemoryAnalytics()):
        assert isinstance(recorder, Analytics)
    assert isinstance(FakeClock(), analytics.Clock)


def test_the_memory_double_keeps_events_as_on_the_wire():
    memory = MemoryAnalytics()
    memory.incr("cmd.load")
    memory.without_global_tags().count("cmd.load", 2, {"a": "b"})
    memory.timer("tiltfile.load", 5)
    memory.flush()
    assert memory.events == [
        ("cmd.load", {}),
        ("cmd.load", {"a": "b", "count": "2"}),
        ("tiltfile.load", {"duration": 5}),
    ]
    assert memory.named("tiltfile.load") == [{"duration": 5}]
    assert memory.settle(Opt.OUT, "Tiltfile:1:1").source == "Tiltfile:1:1"
    assert memory.flushes == 1


def test_every_public_name_exists():
    assert set(analytics.__all__) <= set(dir(analytics))
    assert all(getattr(analytics, name) is not None for name in analytics.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        analytics.nothing  # noqa: B018
