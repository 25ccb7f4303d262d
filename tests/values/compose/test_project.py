"""Whole projects: what becomes of each service, as Tilt writes it."""

import os

import pytest

from tiltfile_ext.values.compose import ComposeError, Source, load_project

_WEB = "services:\n  web:\n    image: x\n"


@pytest.fixture
def project(tmp_path):
    """Load files by name, the first over the others: ``project({"a.yml": "…"})``."""

    def load(files, *, compose=("docker-compose.yml",), environ=None, **source):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        paths = tuple(str(tmp_path / name) for name in compose)
        made = Source(source.pop("name", "p"), str(tmp_path), paths, **source)
        return load_project(made, environ or {"HOME": "/home/me", "TAG": "v1"})

    return load


@pytest.fixture
def yaml(project, tmp_path):
    """The YAML of the service "web", its directory as "DIR"."""

    def load(files, **options):
        files = {"docker-compose.yml": files} if isinstance(files, str) else files
        services = {service.name: service for service in project(files, **options).services}
        return (
            services["web"].yaml.replace(str(tmp_path), "DIR").removesuffix("networks:\n    default: null\n")
        )

    return load


def _indented(text):
    return "".join(f"    {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("command: echo 'a b'", "command:\n    - echo\n    - a b\n"),
        ("entrypoint: []", "entrypoint: []\n"),
        ("environment: [B=2, A=1]", 'environment:\n    A: "1"\n    B: "2"\n'),
        ("environment: {TAG: , N: }", 'environment:\n    "N": null\n    TAG: v1\n'),
        ("environment: {A: yes, B: 0x1f, C: 1.50}", 'environment:\n    A: "yes"\n    B: "31"\n    C: "1.5"\n'),
        ("environment: {D: 2020-01-02}", "environment:\n    D: 2020-01-02 00:00:00 +0000 UTC\n"),
        ('environment: {A: "x\\ny\\n"}', "environment:\n    A: |\n        x\n        y\n"),
        ("stop_grace_period: 1m30s", "stop_grace_period: 1m30s\n"),
        ("mem_limit: 1g", 'mem_limit: "1073741824"\n'),
        ("cpus: 0.1", "cpus: 0.1\n"),
        ("extra_hosts: {a: 1.2.3.4}", "extra_hosts:\n    - a=1.2.3.4\n"),
        ("ulimits: {nofile: {hard: 2, soft: 1}}", "ulimits:\n    nofile:\n        soft: 1\n        hard: 2\n"),
        ("build: .", "build:\n    context: DIR\n    dockerfile: Dockerfile\n"),
        ("volumes: [./a:/b]", "volumes:\n    - type: bind\n      source: DIR/a\n      target: /b\n      bind: {}\n"),
        ("x-more: {b: [1], a: 2.0}", "x-more:\n    a: 2\n    b:\n        - 1\n"),
        ("tty: ${NO:-true}", "tty: true\n"),
        ("scale: 0", "scale: 0\n"),
    ],
)  # fmt: skip
def test_a_field_is_written_in_the_long_form(yaml, field, written):
    assert written in yaml(_WEB + _indented(field))


@pytest.mark.parametrize(
    "field",
    [
        "foo: 1",
        "image: 5",
        "ports: 80",
        "ports: ['80', '80', x]",
        "tty: maybe",
        "cpu_percent: 101",
        "cap_add: [1]",
        "depends_on: [nobody]",
        "depends_on: {web: {condition: soon}}",
        "networks: [nowhere]",
        "volumes: ['name:/x']",
        "secrets: [none]",
        "env_file: missing.env",
        "extends: nobody",
        "healthcheck: {test: [x]}",
        "healthcheck: {interval: 5}",
        "scale: 2\ncontainer_name: abc",
        "mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}",
        "build: {context: ., dockerfile: a, dockerfile_inline: b}",
        "environment: {A: [1]}",
        "environment: ['A =1']",
        "environment: {A: 1, A: 2}",
        "labels: {a: .inf}",
        "volumes: [/a]\ntmpfs: /a",
    ],
)
def test_what_compose_does_not_take_is_an_error(project, field):
    with pytest.raises(ComposeError):
        project({"docker-compose.yml": _WEB + _indented(field)})


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "- a", "services: []", "foo: 1", "a: b: c", "services: {a: }"]
)
def test_a_file_without_a_project_is_an_error(project, text):
    with pytest.raises((ComposeError, ValueError)):
        project({"docker-compose.yml": text})


@pytest.mark.parametrize(
    ("base", "over", "written"),
    [
        ("command: [a]", "command: [b]", "command:\n    - b\n"),
        ("environment: {A: 1, B: 1}", "environment: [B=2]", 'environment:\n    A: "1"\n    B: "2"\n'),
        ("labels: [a=1]", "labels: {b: 2}", 'labels:\n    a: "1"\n    b: "2"\n'),
        ("cap_add: [A]", "cap_add: [A, B]", "cap_add:\n    - A\n    - B\n"),
        ("dns: 1.1.1.1", "dns: [2.2.2.2]", "dns:\n    - 1.1.1.1\n    - 2.2.2.2\n"),
        ("tmpfs: /a", "tmpfs: !override [/b]", "tmpfs:\n    - /b\n"),
        ("tty: true", "tty: !reset null", "image: x\n"),
        (
            "build: ./a",
            "build: {target: t}",
            "build:\n    context: DIR/a\n    dockerfile: Dockerfile\n    target: t\n",
        ),
        (
            "logging: {driver: a, options: {x: 1}}",
            "logging: {driver: b}",
            "logging:\n    driver: b\n",
        ),
    ],
)
def test_a_later_file_goes_over_an_earlier_one(yaml, base, over, written):
    files = {"a.yml": _WEB + _indented(base), "b.yml": "services:\n  web:\n" + _indented(over)}
    assert written in yaml(files, compose=("a.yml", "b.yml"))


def test_a_mount_at_the_same_target_is_replaced(yaml):
    files = {"a.yml": _WEB + "    volumes: [./a:/x, ./b:/y]", "b.yml": "services: {web: {volumes: [./c:/x]}}"}
    text = yaml(files, compose=("a.yml", "b.yml"))
    assert [line for line in text.split("\n") if "source" in line] == [
        "      source: DIR/c",
        "      source: DIR/b",
    ]


def test_a_service_of_another_file_is_extended_with_paths_of_its_own(yaml):
    files = {
        "docker-compose.yml": "services: {web: {extends: {file: sub/base.yml, service: base}, tty: true}}",
        "sub/base.yml": "services: {base: {image: b, volumes: [./v:/v], environment: {A: 1}}}",
    }
    assert "source: DIR/sub/v\n" in yaml(files)


def test_included_services_take_their_directory_and_env_file(project, tmp_path):
    files = {
        "docker-compose.yml": "include: [inc/c.yml]\n" + _WEB,
        "inc/c.yml": "services: {other: {image: 'o:${V}', build: .}}",
        "inc/.env": "V=7",
    }
    other = project(files).services[0]
    assert (other.image, other.build) == ("o:7", (str(tmp_path / "inc"), "Dockerfile"))


def test_a_circle_of_includes_is_an_error(project):
    files = {"docker-compose.yml": "include: [b.yml]\n" + _WEB, "b.yml": "include: [docker-compose.yml]\n"}
    with pytest.raises(ComposeError, match="include cycle detected"):
        project(files)


def test_services_come_after_those_they_depend_on(project):
    text = (
        "services: {a: {image: x, depends_on: [c]}, b: {image: x}, c: {image: x, links: [d]}, d: {image: x}}"
    )
    names = [service.name for service in project({"docker-compose.yml": text}).services]
    assert names == ["d", "c", "a", "b"]


def test_a_circle_of_services_is_an_error(project):
    text = "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}"
    with pytest.raises(ComposeError, match="dependency cycle detected"):
        project({"docker-compose.yml": text})


@pytest.mark.parametrize(
    ("profiles", "names"), [((), ["web"]), (("p",), ["b", "web"]), (("q",), ["web"]), (("*",), ["b", "web"])]
)
def test_profiles_select_services(project, profiles, names):
    text = _WEB + "  b: {image: x, profiles: [p]}\n"
    found = project({"docker-compose.yml": text}, profiles=profiles)
    assert [service.name for service in found.services] == names


def test_variables_come_from_the_process_then_from_dotenv(yaml):
    text = _WEB.replace("x", "${A}-${B}")
    assert "image: process-dotenv\n" in yaml(
        {"docker-compose.yml": text, ".env": "A=dotenv\nB=dotenv"}, environ={"A": "process"}
    )


def test_an_env_file_replaces_dotenv(yaml, tmp_path):
    files = {"docker-compose.yml": _WEB.replace("x", "x:${A-none}"), ".env": "A=1", "e.env": "B=2"}
    assert "image: x:none\n" in yaml(files, env_file=str(tmp_path / "e.env"))


def test_a_services_own_variables_hold_over_those_of_its_files(yaml):
    files = {
        "docker-compose.yml": _WEB + "    env_file: [a.env, b.env]\n    environment: {A: own}\n",
        "a.env": "A=file\nB=${TAG}",
        "b.env": "B=later",
    }
    assert "environment:\n    A: own\n    B: later\n" in yaml(files)


@pytest.mark.parametrize(("name", "found"), [("n", "n"), ("", "foo-v1")])
def test_the_name_comes_from_the_call_or_the_file(project, name, found):
    assert project({"docker-compose.yml": "name: 'Foo-${TAG}'\n" + _WEB}, name=name).name == found


def test_published_ports_are_those_of_one_number(project):
    text = _WEB + "    ports: ['80', '81:81', '90-95:5', {target: 1, published: 2}]\n"
    assert project({"docker-compose.yml": text}).services[0].published_ports == (81, 2)


def test_aliases_and_merges_are_followed(yaml):
    text = "x-e: &e {A: 1, B: 1}\n" + _WEB + "    environment: {<<: *e, B: 2}\n"
    assert 'environment:\n    A: "1"\n    B: "2"\n' in yaml(text)


def test_a_missing_file_is_an_error(project):
    with pytest.raises(ComposeError, match=f"open .*{os.sep}nope.yml: no such file"):
        project({}, compose=("nope.yml",))
