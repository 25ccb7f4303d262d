"""Every combination of what can be said about analytics, judged on what a server receives."""

import itertools
import json

import pytest

from analytics import FakeClock, Opt
from analytics._app import locate
from analytics._sender import Sender
from analytics._transport import Transport

VALUES = (None, "", "0", "1", "false")
VARIABLES = ("TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI")
TILTFILES = ("none", "on", "off", "on-then-off", "on-then-fails", "off-then-fails")
USERS = {"none": None, "in": "opt-in", "out": "opt-out", "corrupt": b"\xff\xfe", "unknown word": "perhaps"}

FULL = {"tilt.cmd.load", "tilt.tiltfile.loaded", "tilt.tiltfile.load"}
MINIMAL = {"tilt.analytics.up.optdefault"}


def oracle(settings, tiltfile, user):
    if any(settings):
        return set()
    last_word = {"on": FULL, "off": set()}
    said = [word for word in tiltfile.split("-") if word in last_word]
    if said:
        return last_word[said[-1]]
    return {"in": FULL, "out": set(), "corrupt": set()}.get(user, MINIMAL)


def heard(tiltfile):
    """What a host that loads such a Tiltfile passes on: its last word, also when it failed later."""
    said = [word for word in tiltfile.split("-") if word in ("on", "off")]
    return {"on": Opt.IN, "off": Opt.OUT}[said[-1]] if said else Opt.DEFAULT


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("tiltfile", TILTFILES)
def test_what_leaves_is_what_the_oracle_says(
    tmp_path, environ, open_client, server, no_sender, user, tiltfile
):
    transport = Transport()
    for number, settings in enumerate(itertools.product(VALUES, repeat=3)):
        home = tmp_path / str(number)
        variables = {n: v for n, v in zip(VARIABLES, settings, strict=True) if v is not None}
        variables = {**environ, **variables, "TILT_DEV_DIR": str(home), "TILT_ANALYTICS_URL": server.url}
        choose(home, USERS[user])
        before = set(home.rglob("*"))
        run_a_command(open_client(environ=variables), heard(tiltfile))
        expected = oracle(settings, tiltfile, user)
        if not expected:
            assert set(home.rglob("*")) == before
            assert no_sender == []
            continue
        assert no_sender.pop()
        server.requests.clear()
        Sender(locate(variables), variables, transport, FakeClock()).run()
        sent = [json.loads(request.body) for request in server.requests]
        assert sorted(body["name"] for body in sent) == sorted(expected), (settings, tiltfile, user)
        if expected == MINIMAL:
            assert [set(body) for body in sent] == [{"name", "version"}]
    assert no_sender == []


def choose(home, content):
    if content is not None:
        path = home / "analytics/user/choice.txt"
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def run_a_command(client, said):
    client.incr("cmd.load")
    client.incr("tiltfile.loaded", {"env": ""})
    client.timer("tiltfile.load", 1)
    client.settle(said)
    client.flush()
