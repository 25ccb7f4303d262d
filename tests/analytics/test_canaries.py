"""Nothing of a project or a machine leaves: not as it is, and not as a digest that anybody could make."""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import Client, FakeClock, Opt
from analytics._app import locate
from analytics._outcome import Retry
from analytics._remote import normalise
from analytics._sender import Sender
from analytics._transport import Transport
from tiltfile_ext.host import load
from tiltfile_ext.report import Reporter

EXAMPLES = 400 if os.environ.get("ANALYTICS_PROOFS") == "full" else 20

#: Where a Tiltfile can have a word of its author's; names of extensions and custom reports are sent on purpose.
LINES = (
    'local_resource("{0}", cmd="echo {1}", serve_cmd=["{2}"], deps=["{3}"], labels=["{0}"], env={{"{1}": "{2}"}})',
    'docker_build("{0}", "{1}", dockerfile_contents="FROM {2}", build_args={{"{0}": "{3}"}})',
    'k8s_resource("{0}", port_forwards="{1}", new_name="{2}")',
    'k8s_yaml(blob("kind: {0}\\nmetadata: {{name: {1}}}"))',
    'os.putenv("{0}", "{1}")',
    'print("{0}", os.getenv("{1}"))',
    "def {0}({1}):\n    return {1}\n{0}(1)",
    "{0} = struct({1} = 1, {2} = '{3}')",
    "{0} = module('{1}', {2} = 3)",
    'fail("{0}")',
    "{0}()",
    "local_resource({0} = 1)",
    "local(**{{'{0}': '{1}'}})",
    'local("echo {0}", echo_off=True, quiet=True)',
    'config.define_string("{0}", usage="{1}")\nconfig.parse()',
    'config.set_enabled_resources(["{0}"])',
    'load("./{0}", "{1}")',
    'load("./lib/Tiltfile", {0} = "{1}")',
    'include("{0}/Tiltfile")',
    'read_file("{0}", default="{1}")',
    'watch_file("{0}")',
    'link("http://{0}/", "{1}")',
    'allow_k8s_contexts("{0}")',
    'default_registry("{0}.example.com/{1}")',
    'set_team("{0}")',
    'watch_settings(ignore="{0}")',
    'decode_json(\'{{"{0}": "{1}"}}\')',
    "warn('{0}')",
    "'{0}'.{1}()",
    "[{0} for {0} in ['{1}']][0].{2}",
    "os.environ['{0}'] = '{1}'",
    "os.path.join('{0}', '{1}')",
    'v1alpha1.cmd(name="{0}", args=["{1}"], dir="{2}")',
    'v1alpha1.extension_repo(name="{0}", url="file:///{1}")',
    "))) {0}",
)

canaries = st.text("bcdfghjkmnpqrstvwxz", min_size=9, max_size=14)
programs = st.lists(
    st.builds(lambda line, words: line.format(*words), st.sampled_from(LINES), st.tuples(*[canaries] * 4)),
    min_size=1,
    max_size=5,
).map("\n".join)


class Collected(Transport):
    """Fails once, so that the outbox is seen, too; then posts, and keeps what it posts."""

    def __init__(self):
        super().__init__()
        self.bytes, self.failed = b"", False

    def post(self, parcel):
        if not self.failed:
            self.failed = True
            return Retry(0, "first", reached=False)
        return super().post(parcel)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs, st.lists(canaries, min_size=6, max_size=6, unique=True))
def test_no_canary_leaves(tmp_path_factory, environ, server, program, machine):
    root = tmp_path_factory.mktemp("machine")
    project, variables = make_machine(root, machine, environ, server)
    (project / "Tiltfile").write_text("analytics_settings(enable=True)\n" + program)
    (project / "lib").mkdir()
    (project / "lib/Tiltfile").write_text(program)
    choose_in(Path(variables["HOME"]))
    seen = everything_that_leaves(project, variables, server)
    words = {*machine, *words_of(program)}
    for word in words:
        assert word.encode() not in seen
    for digest in plain_digests(words, [remote(machine), str(project), str(project / "Tiltfile")]):
        assert digest not in seen


def remote(machine):
    return f"https://{machine[0]}:{machine[1]}@{machine[2]}.example.com/{machine[3]}/{machine[4]}.git"


def make_machine(root, machine, environ, server):
    home, project = root / machine[5], root / machine[5] / machine[4]
    project.mkdir(parents=True)
    for words in (["init", "-q", "-b", machine[3]], ["remote", "add", "origin", remote(machine)]):
        subprocess.run(["git", "-C", str(project), *words], check=True)
    kube = home / "kubeconfig"
    kube.write_text(
        f"current-context: {machine[0]}\n"
        f"contexts: [{{name: {machine[0]}, context: {{cluster: {machine[1]}, user: {machine[2]}}}}}]\n"
        f"clusters: [{{name: {machine[1]}, cluster: {{server: 'https://{machine[3]}:1'}}}}]\n"
        f"users: [{{name: {machine[2]}, user: {{token: {machine[4]}}}}}]\n"
    )
    return project, {
        **environ, "HOME": str(home), "USER": machine[0], "LOGNAME": machine[1], "HOSTNAME": machine[2],
        machine[3]: machine[4], "KUBECONFIG": str(kube), "TILT_ANALYTICS_URL": server.url,
    }  # fmt: skip


def choose_in(home):
    """For Tiltfiles that cannot even be parsed, and so say nothing."""
    (home / ".tilt-dev/analytics/user").mkdir(parents=True)
    (home / ".tilt-dev/analytics/user/choice.txt").write_text("opt-in")


def everything_that_leaves(project, variables, server):
    """Load, report, fail to send, send: the bytes of every file but the user's own, and of the wire."""
    client = Client.open(
        version="1.0", subcommand="load", environ=variables, cwd=str(project), clock=FakeClock()
    )
    client.incr("cmd.load")
    result = load(str(project / "Tiltfile"), [], environ=dict(variables), log=lambda *_: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics._handover.spawn_sender", lambda *_: 0)
        patch.setattr("analytics._sender._PAUSE_SECONDS", 0)
        decision = Reporter(client).report(result)
        dirs, seen = locate(variables), files(variables)
        del server.requests[:]
        transport = Collected()
        for _ in range(2):
            Sender(dirs, variables, transport, FakeClock()).run()
            seen += files(variables)
    assert decision.opt is Opt.IN
    assert client.problems == []
    assert len(server.requests) >= 2
    return seen + b"".join(repr(r.headers).encode() + r.body for r in server.requests)


def files(variables):
    top = Path(variables["HOME"], ".tilt-dev/analytics")
    return b"".join(p.read_bytes() for p in top.rglob("*") if p.is_file() and p.parent.name != "user")


def words_of(program):
    import re

    known = {word for line in LINES for word in re.findall(r"[a-z]+", line)}
    return {word for word in re.findall(r"[bcdfghjkmnpqrstvwxz]{9,14}", program) if word not in known}


def plain_digests(words, texts):
    """What somebody would try who guesses: the common digests of everything, as it is and as Tilt would."""
    guesses = {*words, *texts, *map(normalise, texts)}
    guesses |= {f"{guess}\n" for guess in guesses} | {guess.encode().hex() for guess in guesses}
    for guess in guesses:
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, guess.encode(), usedforsecurity=False).digest()
            for part in (digest, digest[:16]):
                yield part.hex().encode()
                yield base64.b64encode(part).rstrip(b"=")


def test_the_machines_own_name_does_not_leave(tmp_path, environ, server):
    project, variables = make_machine(tmp_path, ["a", "b", "c", "d", "e", "f"], environ, server)
    (project / "Tiltfile").write_text("analytics_settings(enable=True)\n")
    seen = everything_that_leaves(project, variables, server)
    uname = subprocess.run(["uname", "-a"], capture_output=True, check=True, text=True).stdout
    facts = [uname, os.uname().release, os.uname().nodename]
    ids = [
        p.read_text().strip()
        for p in map(Path, ("/etc/machine-id", "/var/lib/dbus/machine-id"))
        if p.exists()
    ]
    for digest in plain_digests([], facts + ids):
        assert digest not in seen
    for fact in (uname.strip(), os.uname().release, *ids):
        assert fact.encode() not in seen


@pytest.mark.skipif(sys.platform != "linux", reason="runs git")
def test_two_installations_give_one_project_two_digests(tmp_path, environ, server):
    import json

    origins = set()
    for name in ("one", "two"):
        project, variables = make_machine(tmp_path / name, ["a", "b", "c", "d", "e", "f"], environ, server)
        (project / "Tiltfile").write_text("analytics_settings(enable=True)\n")
        everything_that_leaves(project, variables, server)
        origins.add(json.loads(server.requests[0].body)["git.origin"])
    assert len(origins) == 2
