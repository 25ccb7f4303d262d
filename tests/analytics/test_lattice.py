"""Every combination of what can be said about analytics, judged on what would leave the machine."""

import itertools
import json

import pytest

from analytics import Opt

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
    tmp_path, environ, open_client, choose, spooled, no_sender, user, tiltfile
):
    for number, settings in enumerate(itertools.product(VALUES, repeat=3)):
        home = tmp_path / str(number)
        variables = {n: v for n, v in zip(VARIABLES, settings, strict=True) if v is not None}
        if USERS[user] is not None:
            path = choose(USERS[user])
            (home / "analytics/user").mkdir(parents=True)
            (home / "analytics/user/choice.txt").write_bytes(path.read_bytes())
        before = set(home.rglob("*"))
        no_sender.clear()
        client = open_client(environ={**environ, **variables, "TILT_DEV_DIR": str(home)})
        client.incr("cmd.load")
        client.incr("tiltfile.loaded", {"env": ""})
        client.timer("tiltfile.load", 1)
        client.settle(heard(tiltfile))
        client.flush()
        sent = [json.loads(record["body"]) for record in spooled(home)]
        expected = oracle(settings, tiltfile, user)
        assert {body["name"] for body in sent} == expected, (settings, tiltfile, user)
        assert len(sent) == len(no_sender) * len(expected)
        if expected == MINIMAL:
            assert [set(body) for body in sent] == [{"name", "version"}]
        if not expected:
            assert set(home.rglob("*")) == before
