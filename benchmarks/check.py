"""Check many Tiltfiles: how long it takes, and what it takes of memory.

    python benchmarks/check.py [NUMBER]

Makes a tree of NUMBER (1000) Tiltfiles of many kinds, runs ``tiltfile check`` on it, and prints wall time,
CPU time and the largest process. CPU time says what wall time would be on idle processors.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: {name}-image, ports: [{{containerPort: 8080}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}-service}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"""


def plain(name: str) -> str:
    resources = "".join(
        f"local_resource('{name}-{n}', cmd='make {n}', deps=['src'], labels=['web'])\n" for n in range(5)
    )
    return f"analytics_settings(enable=True)\n{resources}"


def loading(name: str) -> str:
    return f"load('../../lib/services.star', 'service')\nservice('{name}', port={8000 + len(name)})\n"


def kubernetes(name: str) -> str:
    return (
        f"allow_k8s_contexts('none')\ndocker_build('{name}-image', '.')\nk8s_yaml('app.yaml')\n"
        f"k8s_resource('{name}', port_forwards=[8080], labels=['api'])\nanalytics_settings(enable=True)\n"
    )


def computing(name: str) -> str:
    return (
        "def names(n):\n    return [str(i) + '-x' for i in range(n) if i % 3]\n"
        f"settings = decode_json(encode_json({{'name': '{name}', 'all': names(2000)}}))\n"
        "for each in settings['all'][:20]:\n    local_resource(each, 'true')\n"
        "if os.getenv('REPORT'):\n    analytics_settings(enable=True)\n"
    )


def compose(name: str) -> str:
    del name
    return "docker_compose('docker-compose.yml')\ndc_resource('db', labels=['data'])\n"


def failing(name: str) -> str:
    return f"local_resource('{name}', 'true')\nfail('{name} is not ready')\n"


def broken(name: str) -> str:
    return f"local_resource('{name}', 'true'\n"


def outdated(name: str) -> str:
    return f"test('{name}', 'true')\nenable_feature('facets')\n"


KINDS = (plain, loading, kubernetes, computing, compose, plain, loading, failing, broken, outdated)


def make_tree(root: Path, number: int) -> None:
    """Write *number* Tiltfiles below *root*, and what they load."""
    (root / "lib").mkdir(parents=True)
    (root / "lib" / "services.star").write_text(
        "def service(name, port):\n    analytics_settings(enable=True)\n"
        "    local_resource(name, serve_cmd='serve %s' % port, links=['http://localhost:%s' % port])\n"
    )
    for index in range(number):
        name = f"service-{index}"
        directory = root / "services" / name
        directory.mkdir(parents=True)
        (directory / "Tiltfile").write_text(KINDS[index % len(KINDS)](name))
        (directory / "Dockerfile").write_text("FROM scratch\n")
        (directory / "app.yaml").write_text(MANIFEST.format(name=name))
        (directory / "docker-compose.yml").write_text("services: {db: {image: redis, ports: ['6379']}}\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as home:
        root = Path(home) / "repo"
        make_tree(root, number)
        command = [sys.executable, "-m", "tiltfile_ext", "check", "--analytics", "on", "--jobs", "2"]
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), *sys.path])),
            "TILT_DISABLE_ANALYTICS": "1",
        }
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)
        wall = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        shutil.rmtree(root)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(done.stdout.splitlines()[-1], done.stderr)
    print(f"wall {wall:.1f} s, CPU {cpu:.1f} s (on 2 idle processors {cpu / 2:.1f} s)")
    print(f"largest process {used.ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
