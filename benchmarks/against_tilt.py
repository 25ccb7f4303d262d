"""Loads the same Tiltfiles here and with Tilt itself, in turn.

    python benchmarks/against_tilt.py [--tilt PATH] [--runs 10] [--only WORD]

For each case: the CPU and the wall time of the whole process, and the wall time of the load alone as each
program tells it ("Successfully loaded Tiltfile (…)"; ours begins with the start of the engine). The smallest
of all runs counts: what is above it is the machine's other work. Without --tilt, only our own columns are
shown. Byte code is cached, as an installed package has it.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
_DURATION = re.compile(r"Successfully loaded Tiltfile \((?:(\d+)m)?([0-9.]+)(µs|ms|s)\)")
_UNITS = {"µs": 1e-3, "ms": 1.0, "s": 1e3}
_LOAD = """
import sys, tiltfile_ext
result = tiltfile_ext.load(sys.argv[1])
print(result.duration_ns)
sys.exit(str(result.error) if result.error else 0)
"""


# ---- the cases: each writes a Tiltfile, and what it needs, into a directory ----------------------


def minimal(_: Path) -> str:
    """One local resource."""
    return 'local_resource("hello", "echo hello")\n'


def typical(directory: Path) -> str:
    """Two images with live updates, three workloads, tests: 50 lines."""
    for name in ("api", "web"):
        (directory / name).mkdir()
        (directory / name / "Dockerfile").write_text("FROM python:3.11\nCOPY . /app\n")
    (directory / "k8s").mkdir()
    for name, image in (("api", "acme/api"), ("web", "acme/web"), ("db", "postgres:15")):
        (directory / "k8s" / f"{name}.yaml").write_text(_deployment(name, image) + _service(name))
    (directory / "extra.tiltfile").write_text('def extra():\n    print("extra", os.getcwd())\n')
    return _TYPICAL


def calls(number: int) -> Callable[[Path], str]:
    """Many local resources, one call a line."""
    options = 'deps=["src/{0}"], labels=["group"], allow_parallel=True'
    line = f'local_resource("name-{{0}}", cmd="echo {{0}}", {options})\n'
    return lambda _: "".join(line.format(i) for i in range(number))


def looped(number: int) -> Callable[[Path], str]:
    """Many local resources, made in a loop."""
    return lambda _: (
        f"""\
for i in range({number}):
    name = "name-%d" % i
    local_resource(name, cmd="echo " + name, deps=["src/" + name], labels=["group"], allow_parallel=True)
"""
    )


def yaml(megabytes: int) -> Callable[[Path], str]:
    """Kubernetes objects, in one file."""

    def write(directory: Path) -> str:
        one = len(_deployment("name-00000", "acme/image:1") + _service("name-00000"))
        count = megabytes * 1_000_000 // one
        texts = (_deployment(f"name-{i:05}", "acme/image:1") + _service(f"name-{i:05}") for i in range(count))
        (directory / "all.yaml").write_text("".join(texts))
        return 'k8s_yaml("all.yaml")\n'

    return write


def images(number: int) -> Callable[[Path], str]:
    """Many images, each in a workload of its own."""

    def write(directory: Path) -> str:
        (directory / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
        texts = (_deployment(f"name-{i:05}", f"acme/image-{i:05}") for i in range(number))
        (directory / "all.yaml").write_text("".join(texts))
        return f"""\
k8s_yaml("all.yaml")
for i in range({number}):
    number = str(100000 + i)[1:]
    docker_build("acme/image-" + number, ".", ignore=["*.md"])
    k8s_resource("name-" + number, labels=["group"])
"""

    return write


def files(number: int) -> Callable[[Path], str]:
    """Many loaded files."""

    def write(directory: Path) -> str:
        for i in range(number):
            text = f'def make_{i}(name):\n    local_resource(name, "echo {i}", labels=["group"])\n'
            (directory / f"{i}.tiltfile").write_text(text)
        lines = (f'load("./{i}.tiltfile", "make_{i}")\nmake_{i}("name-{i}")\n' for i in range(number))
        return "".join(lines)

    return write


CASES: dict[str, Callable[[Path], str]] = {
    "one local resource": minimal,
    "a typical project": typical,
    "1 000 calls": calls(1000),
    "10 000 calls": calls(10_000),
    "10 000 calls in a loop": looped(10_000),
    "5 MB of Kubernetes YAML": yaml(5),
    "1 000 images": images(1000),
    "50 loaded files": files(50),
    "200 loaded files": files(200),
}


def _deployment(name: str, image: str) -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app: {name}}}
spec:
  replicas: 1
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
      - name: main
        image: {image}
        command: ["sh", "-c", "exec server --port 8000"]
        env:
        - name: LEVEL
          value: "debug"
        ports:
        - containerPort: 8000
        resources:
          requests: {{cpu: 100m, memory: 64Mi}}
---
"""


def _service(name: str) -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector: {{app: {name}}}
  ports:
  - port: 80
    targetPort: 8000
---
"""


_TYPICAL = """\
# A typical project: two images, three workloads, tests and a database.
config.define_string_list("services", args=True)
config.define_bool("debug")
debug = config.parse().get("debug", False)

load("./extra.tiltfile", "extra")
update_settings(max_parallel_updates=3)
registry = os.environ.get("REGISTRY", "localhost:5000")

def service(name, port, deps=[]):
    docker_build(
        "acme/" + name,
        name,
        build_args={"debug": "1" if debug else "0"},
        live_update=[sync(name, "/app"), run("pip install -r r.txt", trigger=[name + "/r.txt"])],
        ignore=["*.md", "tests"],
    )
    k8s_yaml("k8s/%s.yaml" % name)
    k8s_resource(
        name,
        port_forwards=["{}:8000".format(port)],
        resource_deps=deps,
        labels=["services"],
        links=[link("http://localhost:%d" % port, name)],
    )

k8s_yaml(["k8s/db.yaml"])
k8s_resource("db", port_forwards=5432, labels=["infra"])

for i, name in enumerate(["api", "web"]):
    service(name, 8000 + i, deps=["db"])

local_resource(
    "lint",
    cmd="echo lint",
    deps=["api", "web"],
    trigger_mode=TRIGGER_MODE_MANUAL,
    auto_init=False,
    labels=["checks"],
)
local_resource("tests", cmd=["echo", "tests"], deps=["api"], resource_deps=["db"], labels=["checks"])

version = str(local("echo 1.2.3", quiet=True)).strip()
print("version", version, "debug", debug, "registry", registry)
extra()
"""


# ---- the runs ------------------------------------------------------------------------------------


def environ(home: str) -> dict[str, str]:
    """The environment of both programs: no cluster, nothing sent."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**kept, "HOME": home, "TILT_DISABLE_ANALYTICS": "1", "PYTHONPATH": path}


class Runs:
    """What the runs of one command took, in ms: CPU and wall of the process, wall of the load."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.cpu = self.wall = self.load = float("inf")

    def run(self, home: str) -> None:
        """Run it once more."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(self.command, env=environ(home), capture_output=True, text=True, check=False)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{' '.join(self.command)} failed:\n{done.stderr}")
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.cpu = min(self.cpu, spent * 1e3)
        self.wall = min(self.wall, wall * 1e3)
        self.load = min(self.load, _told(done))


def _told(done: subprocess.CompletedProcess[str]) -> float:
    """The wall time of the load, as the program tells it; endless where it does not."""
    if found := _DURATION.search(done.stdout + done.stderr):
        minutes, number, unit = found.groups()
        return int(minutes or 0) * 60e3 + float(number) * _UNITS[unit]
    number = done.stdout.strip()
    return int(number) / 1e6 if number.isdigit() else float("inf")


def measure(tiltfile: str, tilt: str, runs: int, home: str) -> list[tuple[float, float, float]]:
    """(CPU and wall of the process, wall of the load) of our command, then of Tilt's."""
    ours = Runs([sys.executable, "-m", "tiltfile_ext", "load", "--json", tiltfile])
    inside = Runs([sys.executable, "-c", _LOAD, tiltfile])
    theirs = Runs([tilt, "alpha", "tiltfile-result", "-v", "-f", tiltfile])
    for _ in range(2):  # which compile what has no byte code yet, and put it into one file
        ours.run(home)
    ours.cpu = ours.wall = float("inf")
    for _ in range(runs):
        ours.run(home)
        inside.run(home)
        if tilt:
            theirs.run(home)
    return [(ours.cpu, ours.wall, inside.load), (theirs.cpu, theirs.wall, theirs.load)]


_TITLES = ("process, ms CPU", "process, ms wall", "load, ms wall")


def rows(given: argparse.Namespace) -> Iterator[str]:
    """A line of the table for each case."""
    yield f"{'':26}" + "".join(f"{title:>30}" for title in _TITLES)
    yield f"{'case':26}" + f"{'ours':>10}{'Tilt':>10}{'ratio':>10}" * len(_TITLES)
    for name, write in CASES.items():
        if given.only in name:
            with tempfile.TemporaryDirectory() as home:
                directory = Path(home).resolve() / "project"
                directory.mkdir()
                (directory / "Tiltfile").write_text(write(directory))
                ours, theirs = measure(str(directory / "Tiltfile"), given.tilt, given.runs, home)
            yield f"{name:26}" + "".join(map(_columns, ours, theirs))


def _columns(ours: float, theirs: float) -> str:
    if theirs == float("inf"):
        return f"{ours:10.0f}{'-':>10}{'-':>10}"
    return f"{ours:10.0f}{theirs:10.0f}{ours / theirs:10.2f}"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--tilt", default="", metavar="PATH", help="the tilt binary")
    options.add_argument("--runs", type=int, default=10)
    options.add_argument("--only", default="", metavar="WORD", help="cases whose name has WORD")
    for line in rows(options.parse_args()):
        print(line, flush=True)
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
