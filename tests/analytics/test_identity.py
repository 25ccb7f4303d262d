"""Identities: three schemes, one shape, and a secret that is made once."""

import base64
import hashlib
import hmac
import os
import stat
import subprocess
import threading

import pytest

from analytics import _digest, _identity, _secret
from analytics._app import locate
from analytics._facts import Facts, machine_id, platform_uuid
from analytics._identity import Identities, account, local_ids, scheme, team_ids, tilt_ids

REMOTE = "//github.com/windmilleng/tilt.build"


@pytest.fixture
def repository(tmp_path):
    """A git repository whose origin is a well-known one."""
    path = tmp_path / "repository"
    for words in (
        ["init", "-q", str(path)],
        ["-C", str(path), "remote", "add", "origin", f"https:{REMOTE}.git"],
    ):
        subprocess.run(["git", *words], check=True)
    return str(path)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 200])
def test_digests_are_the_standard_ones(size):
    data = os.urandom(size)
    assert _digest.sha256(data) == hashlib.sha256(data).digest()
    assert _digest.md5(data) == hashlib.md5(data).digest()
    assert _digest.hmac_sha256(data, b"message") == hmac.digest(data, b"message", "sha256")


def test_tilts_formulas_give_what_tilt_sends():
    ids = tilt_ids(b"Linux vm\n", b"abc", REMOTE)
    assert ids["user"] == hashlib.md5(b"Linux vm\n").hexdigest()
    assert ids["machine"] == hashlib.md5(b"abc").hexdigest()
    assert ids["git.origin"] == "3QLdKIWhsYTCsPI0vtsx6Q=="  # as in the example of Tilt's own documentation


@pytest.mark.parametrize("make", [tilt_ids, lambda *facts: team_ids(b"key", *facts)])
def test_what_cannot_be_had_is_anonymous(make):
    assert make(None, None, "") == {"user": "anon", "machine": "anon", "git.origin": ""}


def test_a_team_can_compute_its_digests_with_openssl():
    shell = 'printf \'git.origin:%s\' "$1" | openssl dgst -sha256 -hmac "$2"'
    output = subprocess.run(
        ["sh", "-c", shell, "sh", REMOTE, "key"], capture_output=True, check=True, text=True
    )
    digest = bytes.fromhex(output.stdout.split()[-1])[:16]
    assert team_ids(b"key", None, None, REMOTE)["git.origin"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    "ids",
    [
        tilt_ids(b"u", b"m", "r"),
        team_ids(b"k", b"u", b"m", "r"),
        local_ids(b"s" * 32, "0", "r"),
        local_ids(None, "0", "r"),
    ],
)
def test_every_scheme_has_tilts_shapes(ids):
    assert len(bytes.fromhex(ids["user"])) == len(bytes.fromhex(ids["machine"])) == 16
    assert len(base64.b64decode(ids["git.origin"])) == 16


def test_local_digests_depend_on_the_secret_and_on_what_they_are_of():
    one, two = (local_ids(secret * 32, "0", REMOTE) for secret in (b"a", b"b"))
    assert len({*one.values(), *two.values()}) == 6


def test_the_remote_is_not_found_by_guessing():
    guesses = {
        hash_(f"{scheme}{REMOTE}".encode()).digest()[:16]
        for hash_ in (hashlib.md5, hashlib.sha1, hashlib.sha256)
        for scheme in ("", "https:")
    }
    ids = local_ids(os.urandom(32), "0", REMOTE)
    assert base64.b64decode(ids["git.origin"]) not in guesses


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "local"),
        ({"TILT_ANALYTICS_IDS": "tilt"}, "tilt"),
        ({"TILT_ANALYTICS_IDS": "other"}, "local"),
        ({"TILT_ANALYTICS_HASH_KEY": "k"}, "team"),
        ({"TILT_ANALYTICS_HASH_KEY": ""}, "local"),
        ({"TILT_ANALYTICS_HASH_KEY": "k", "TILT_ANALYTICS_IDS": "tilt"}, "team"),
    ],
)
def test_the_environment_chooses_the_scheme(variables, name):
    assert scheme(variables) == name


def test_facts_are_what_the_programs_say(environ, repository):
    facts = Facts(environ, repository, uname=True)
    assert facts.remote() == f"https:{REMOTE}.git"
    assert facts.uname() == subprocess.run(["uname", "-a"], capture_output=True, check=True).stdout
    assert facts.uname() is not None  # asked twice, run once


def test_facts_follow_gits_own_configuration(environ, repository, home):
    (home / ".gitconfig").write_text('[url "ssh://mirror/"]\n\tinsteadOf = https://github.com/\n')
    assert Facts(environ, repository, uname=False).remote() == "ssh://mirror/windmilleng/tilt.build.git"


def test_outside_git_there_is_no_remote(environ, tmp_path):
    assert Facts(environ, str(tmp_path), uname=False).remote() == ""


def test_without_git_there_is_no_remote(environ, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    facts = Facts(environ, None, uname=True)
    assert (facts.remote(), facts.uname()) == ("", None)


def test_a_program_that_hangs_is_given_up(environ, tmp_path, monkeypatch):
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("analytics._facts._GIT_SECONDS", 0.1)
    assert Facts(environ, None, uname=False).remote() == ""


def test_the_local_scheme_reads_no_hardware_id(environ, tmp_path, monkeypatch):
    monkeypatch.setattr("analytics._facts.machine_id", lambda _: pytest.fail("the machine id was read"))
    monkeypatch.setattr(Facts, "uname", lambda _: pytest.fail("uname was asked"))
    assert "user" in Identities(locate(environ), environ, str(tmp_path)).tags(create=True)


def test_a_run_has_all_three_and_the_next_run_the_same(environ, repository):
    first, second = (Identities(locate(environ), environ, repository).tags(create=True) for _ in range(2))
    assert set(first) == {"user", "machine", "git.origin"}
    assert first == second


def test_tilts_identities_are_those_of_this_machine(environ, repository, home, monkeypatch):
    monkeypatch.setattr("analytics._facts.machine_id", lambda _: b"abc")
    variables = {**environ, "TILT_ANALYTICS_IDS": "tilt"}
    tags = Identities(locate(variables), variables, repository).tags(create=True)
    uname = subprocess.run(["uname", "-a"], capture_output=True, check=True).stdout
    assert tags == tilt_ids(uname, b"abc", REMOTE)
    assert not list(home.rglob("identity.key"))


def test_a_teams_identities_are_the_same_in_every_home(environ, repository, tmp_path, monkeypatch):
    monkeypatch.setattr("analytics._facts.machine_id", lambda _: b"abc")
    homes = [{**environ, "TILT_ANALYTICS_HASH_KEY": "k", "HOME": str(tmp_path / name)} for name in "ab"]
    one, two = (Identities(locate(variables), variables, repository).tags(create=True) for variables in homes)
    assert one == two
    assert one["machine"] == team_ids(b"k", None, b"abc", "")["machine"]


def test_the_machine_id_is_the_systems(environ, tmp_path, monkeypatch):
    (tmp_path / "id").write_text("abc\n")
    paths = (str(tmp_path / "missing"), str(tmp_path / "id"), "/etc/hostname")
    monkeypatch.setattr("analytics._facts._MACHINE_ID_FILES", {"linux": paths})
    assert machine_id(environ) == b"abc"
    monkeypatch.setattr("analytics._facts._MACHINE_ID_FILES", {})
    assert machine_id(environ) is None


def test_a_macs_id_is_read_from_ioreg():
    output = b'+-o J314sAP\n    {\n      "IOPlatformUUID" = "1234-ABCD"\n      "board-id" = "x"\n'
    assert platform_uuid(output) == b"1234-ABCD"
    assert platform_uuid(b"") is None


def test_looking_creates_nothing(environ, home, repository):
    tags = Identities(locate(environ), environ, repository).tags(create=False)
    assert tags == {"user": "0" * 32, "machine": "0" * 32, "git.origin": "A" * 22 + "=="}
    assert list(home.iterdir()) == []


def test_the_secret_is_private(environ, home):
    _secret.read_or_create(locate(environ))
    path = home / ".tilt-dev/analytics/user/identity.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["identity.key"]


def test_first_runs_at_the_same_moment_agree_on_the_secret(environ):
    dirs, barrier, secrets = locate(environ), threading.Barrier(16), []

    def run():
        barrier.wait()
        secrets.append(_secret.read_or_create(dirs))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 16
    assert len(set(secrets)) == 1


@pytest.mark.parametrize("damage", ["", "zz", "ab" * 31, "é"])
def test_a_damaged_secret_is_replaced(environ, home, damage):
    dirs = locate(environ)
    _secret.read_or_create(dirs)
    (home / ".tilt-dev/analytics/user/identity.key").write_text(damage)
    fresh = _secret.read_or_create(dirs)
    assert len(fresh) == 32
    assert _identity.read_secret(dirs) == fresh


def test_accounts_are_told_apart_by_number():
    assert account() == str(os.getuid())
