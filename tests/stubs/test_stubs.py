"""The stubs are Python, complete and stable, and type checkers find in them what a load would find."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import pytest

from tiltfile_ext.host import environment_for
from tiltfile_ext.plugins import own
from tiltfile_ext.starkit import (
    Environment,
    Plugin,
    StarlarkValue,
    StringMap,
    Thread,
    Unpack,
    parameter,
)
from tiltfile_ext.starkit._signature import Signature
from tiltfile_ext.stubs import write_stubs

ROOT = Path(__file__).parent.parent.parent
FACTS = json.loads((ROOT / "tests/testdata/builtins.json").read_text())
#: a method, which is in the class of its value
FACTS.pop("git.Repo.paths")
#: what Python's own stubs have: names of every module, and members of a dict
OF_PYTHON = {"__file__", "__name__"} | {name for name in FACTS if name.startswith("os.environ.")}


@pytest.fixture(scope="module")
def text():
    return write_stubs(Environment(own()))


def names(text: str) -> dict[str, ast.AST]:
    """Dotted name -> what is declared under it, with the members of namespaces."""
    tree = ast.parse(text)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}

    def members(body, prefix):
        for node in body:
            if isinstance(node, ast.FunctionDef):
                yield prefix + node.name, node
            elif isinstance(node, ast.AnnAssign):
                name, kind = prefix + node.target.id, ast.unparse(node.annotation)
                yield name, node
                if kind.endswith("_module"):
                    yield from members(classes[kind].body, f"{name}.")

    return dict(members(tree.body, ""))


def stub_of(function, *, name="f", **options) -> str:
    """The last function of the stub of a plugin with one built-in."""
    plugin = Plugin()
    plugin.on_start = lambda env: env.add_builtin(name, function, **options)
    text = write_stubs(Environment((plugin,)))
    return ast.unparse(names(text)[name])


def test_every_built_in_and_value_is_there(text):
    assert FACTS.keys() - OF_PYTHON <= names(text).keys()


def test_nothing_else_is_there_but_the_language(text):
    assert names(text).keys() - FACTS.keys() == {"enumerate", "load", "print", "reversed", "type", "zip"}


@pytest.mark.parametrize("name", sorted(name for name, fact in FACTS.items() if fact.get("arg_counted")))
def test_parameters_have_their_names_order_and_necessity(text, name):
    arguments = names(text)[name].args
    required = len(arguments.args) - len(arguments.defaults)
    found = [(each.arg, place < required) for place, each in enumerate(arguments.args)]
    found += [
        (each.arg, default is None)
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    assert found == [(each["name"], each["required"]) for each in FACTS[name]["params"]]


def test_every_function_has_its_documentation(text):
    for name, node in names(text).items():
        if isinstance(node, ast.FunctionDef):
            assert ast.get_docstring(node), name


def test_the_words_for_each_parameter_are_in_the_documentation(text):
    assert "dockerfile: string or git repository or None" in ast.get_docstring(names(text)["docker_build"])


def test_it_is_sorted_and_always_the_same(text):
    tree = ast.parse(text)
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert functions == sorted(functions)
    assert write_stubs(Environment(tuple(reversed(own())))) == text


def test_nothing_of_the_day_or_the_machine_is_in_it(text):
    assert str(ROOT) not in text
    assert " at 0x" not in text
    assert os.environ["HOME"] not in text


def test_a_plugin_of_others_is_in_it():
    sys.path.insert(0, str(ROOT / "examples/plugin"))
    try:
        from acme_tiltfile import AcmePlugin
    finally:
        sys.path.pop(0)
    found = names(write_stubs(Environment((*own(), AcmePlugin()))))
    assert ast.unparse(found["acme.port"].args) == "service: str, base: int=9000"
    assert ast.get_docstring(found["acme.owner"]).startswith("Say which *team* answers for *service*")


class Tree(StarlarkValue):
    """A tree."""

    starlark_type = "tree"
    starlark_attributes = ("age", "kind")
    starlark_methods = ("grow", "prune")

    kind: str

    @property
    def age(self) -> int:
        """Years."""

    def grow(self, years: int, *, how: str = "") -> "Tree":
        """Add years."""

    def prune(self, thoroughly):
        pass


Height = Annotated[int, Unpack(lambda _, value: int(value), "int or text", int | str)]
Opaque = Annotated[int, Unpack(lambda _, value: 1, "anything odd")]


def plant(thread: Thread, height: Height, kind: str = 'b"ir\\ch', *, care: StringMap = ()) -> Tree:
    """Plant a \\ tree, \"\"\"slowly\"\"\"."""


def test_a_parameter_takes_what_its_converter_takes():
    assert "height: int | str" in stub_of(plant)


def test_the_thread_is_not_shown_and_what_is_given_by_name_stays_so():
    assert stub_of(plant).splitlines()[0] == (
        "def f(height: int | str, kind: str='b\"ir\\\\ch', *, care: Mapping[str, str | _Blob] | None=...) -> _Tree:"
    )


def test_any_docstring_can_be_written():
    def odd() -> None:
        pass

    for doc in ('ends with "', "a \\ b", 'has """ three', "one\n\n    two\n", "ünïcode \x07"):
        odd.__doc__ = doc
        assert ast.get_docstring(ast.parse(stub_of(odd)).body[0], clean=False).strip().split() == doc.split()


def test_members_of_a_value_are_in_its_class():
    tree = ast.parse(write_stubs(_with(plant)))
    kind = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "_Tree")
    assert [ast.unparse(node).replace("\n", " ") for node in kind.body[1:]] == [
        '@property def age(self) -> int:     """Years."""',
        "@property def kind(self) -> str:     ...",
        'def grow(self, years: int, *, how: str=...) -> _Tree:     """Add years."""',
        "def prune(self, thoroughly: Any) -> Any:     ...",
    ]  # fmt: skip


def _with(function) -> Environment:
    plugin = Plugin()
    plugin.on_start = lambda env: env.add_builtin("f", function)
    return Environment((plugin,))


def test_what_an_annotation_does_not_say_is_any_value():
    def body(x: Opaque) -> None:
        """Do."""

    assert "x: Any" in stub_of(body)


@pytest.mark.parametrize(
    ("hint", "spelled"),
    [
        (list, "list[Any]"),
        (dict, "dict[Any, Any]"),
        (int | None, "int | None"),
        (Tree, "_Tree"),
        (Any, "Any"),
        (Annotated[Any, Unpack(None, "", Sequence[Tree] | Mapping[str, Tree] | None)],
         "Sequence[_Tree] | Mapping[str, _Tree] | None"),
        (StringMap | None, "Mapping[str, str | _Blob] | None"),
    ],
)  # fmt: skip
def test_types_are_spelled_as_stubs_spell_them(hint, spelled):
    def body(x) -> None:
        """Do."""

    body.__annotations__["x"] = hint
    assert f"x: {spelled})" in stub_of(body)


def test_two_classes_of_one_name_stay_two():
    other = type("Tree", (StarlarkValue,), {"__module__": __name__, "starlark_type": "other"})

    def body(a: Tree, b: other) -> None:
        """Do."""

    assert "a: _Tree, b: _Tree2" in stub_of(body)


class Table:
    """The body of a built-in that declares its signature itself, and no types."""

    def __init__(self, *declared):
        self.starlark_signature_ = Signature(declared, takes_thread=False, open_ended=False)

    @property
    def starlark_signature(self):
        return self.starlark_signature_


def test_a_name_that_python_reserves_is_still_accepted():
    table = Table(parameter("a", str, required=True), parameter("async", str))
    assert "(a: Any, **others: Any)" in stub_of(table)


def test_a_required_parameter_behind_an_optional_one_is_still_python():
    table = Table(parameter("a", str), parameter("b", str, required=True))
    assert "(a: Any=..., b: Any=...)" in stub_of(table)


def test_a_plugin_may_take_a_name_of_the_language():
    def body(text: str) -> None:
        """Shout."""

    assert stub_of(body, name="print").startswith("def print(text: str)")


# ---- what checkers make of it


@pytest.fixture(scope="module")
def mypy(text, tmp_path_factory):
    """Check Tiltfile text against the stubs with mypy; returns its complaints."""
    directory = tmp_path_factory.mktemp("mypy")
    (directory / "tiltfile.pyi").write_text(text)

    def check(code: str) -> list[str]:
        (directory / "sample.py").write_text(f"from tiltfile import *\n{code}")
        command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
                   "--disable-error-code=no-untyped-def", "--disable-error-code=no-untyped-call", "sample.py", "tiltfile.pyi"]  # fmt: skip
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout.splitlines()

    return check


GOOD = """
cfg = config.parse()
repo = local_git_repo(".")
git_dir = os.path.join(repo.paths(".git"), "x")
docker_build("web", repo, build_args={"A": "1"}, live_update=[sync(".", "/app"), run("make", trigger=["go.mod"])])
yaml, rest = filter_yaml([read_file("a.yaml"), "b.yaml"], kind="Service")
k8s_yaml(yaml)
k8s_resource("web", port_forwards=["8080:80", port_forward(9000)], links=[link("a.b", "c")], labels="front")
local_resource("gen", cmd=["make", "gen"], deps=[repo, "src"], trigger_mode=TRIGGER_MODE_MANUAL,
    readiness_probe=probe(http_get=http_get_action(port=80)), resource_deps=["web"])
probe(exec=exec_action(["true"])).timeout_secs + 1
v1alpha1.cmd("a", args=["x"], readiness_probe=v1alpha1.probe(initial_delay_seconds=3))
v1alpha1.file_watch("w", watched_paths=["."], ignores=[{"base_path": "."}])
version = str(local("git describe", quiet=True)).strip()
pairs = zip([1], [2])[0]
kind = type(pairs) == "tuple"
if os.environ.get("HOME", "") == "" or sys.argv == []:
    fail("no home")
watch_settings(ignore="*.log")
data = struct(name="x").name
print(config.tilt_subcommand, data, sep=", ")
"""
BAD = {
    "analytics_settings(enabled=True)": 'Unexpected keyword argument "enabled"',
    'docker_build("a")': 'Missing positional argument "context"',
    'local_resource("a", resource_deps="b")': 'has incompatible type "str"',
    'local_resource("a", trigger_mode="manual")': 'expected "_TriggerModeValue"',
    'local("x").strip()': '"_Blob" has no attribute "strip"',
    'os.listdir(".")': 'has no attribute "listdir"',
    'k8s_resource("a", port_forwards=1.5)': 'has incompatible type "float"',
    'print("a", end="")': 'Unexpected keyword argument "end"',
    'probe(exec=["true"])': 'expected "_ExecAction | None"',
    "v1alpha1.cmd()": 'Missing positional argument "name"',
    'link("a").url = "b"': "is read-only",
}  # fmt: skip


def test_mypy_accepts_the_stub_and_a_tiltfile(mypy):
    assert mypy(GOOD) == []


def test_mypy_finds_what_a_load_would_refuse(mypy):
    found = mypy("\n".join(BAD))
    for line, (code, complaint) in enumerate(BAD.items(), start=2):
        mine = [each for each in found if each.startswith(f"sample.py:{line}:")]
        assert any(complaint in each for each in mine), (code, mine or found)


# ---- the command


def test_the_stubs_go_to_standard_output(cli, text):
    done = cli("stubs")
    assert (done.returncode, done.stdout, done.stderr) == (0, write_stubs(environment_for(None)), "")


def test_a_directory_gets_the_file_that_pyright_looks_for(cli, tmp_path):
    done = cli("stubs", "-o", ".")
    assert (done.returncode, done.stderr) == (0, "wrote ./__builtins__.pyi\n")
    ast.parse((tmp_path / "__builtins__.pyi").read_text())


def test_check_tells_whether_the_file_is_stale(cli, tmp_path):
    cli("stubs", "-o", "t.pyi")
    assert cli("stubs", "--check", "t.pyi").returncode == 0
    (tmp_path / "t.pyi").write_text("old")
    done = cli("stubs", "--check", "t.pyi")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "tiltfile stubs: t.pyi is stale; run `tiltfile stubs -o t.pyi`, with the same PATHS if any\n"
    )
    assert (tmp_path / "t.pyi").read_text() == "old"


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_check_of_what_cannot_be_read_is_a_failure(cli, tmp_path, content):
    if content:
        (tmp_path / "t.pyi").write_bytes(content)
    done = cli("stubs", "--check", "t.pyi")
    assert done.returncode == 1
    assert done.stderr.startswith("tiltfile stubs: cannot read t.pyi: ")


def test_what_cannot_be_written_is_a_failure(cli):
    done = cli("stubs", "-o", "no/where.pyi")
    assert (done.returncode, done.stderr) == (
        1,
        "tiltfile stubs: cannot write no/where.pyi: No such file or directory\n",
    )


def installed_plugin(tmp_path, entry: str) -> str:
    """A directory with an installed package that announces *entry* as a plugin."""
    info = tmp_path / "site/acme-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[tiltfile_ext.plugins]\nacme = {entry}\n")
    return os.pathsep.join((str(tmp_path / "site"), str(ROOT / "examples/plugin")))


def test_installed_plugins_are_in_it(cli, tmp_path):
    path = installed_plugin(tmp_path, "acme_tiltfile:AcmePlugin")
    assert "acme.owner" in names(cli("stubs", path=path).stdout)


def test_a_broken_plugin_is_a_failure_in_words(cli, tmp_path):
    done = cli("stubs", path=installed_plugin(tmp_path, "acme_tiltfile:Nothing"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("tiltfile stubs: plugin acme (acme_tiltfile:Nothing) cannot be loaded: ")


def test_names_that_tiltfiles_take_from_others_are_declared_as_of_any_type(cli, tmp_path):
    text = 'load("ext://a", "deploy", other="old", print="show")\nload("./b", "deploy")\n'
    (tmp_path / "Tiltfile").write_text(text)
    found = names(cli("stubs", "Tiltfile").stdout)
    assert [ast.unparse(found[name]) for name in ("deploy", "other")] == ["deploy: Any", "other: Any"]
    assert isinstance(found["print"], ast.FunctionDef)
    assert "old" not in found
    assert cli("stubs", "-o", "t.pyi", ".").returncode == 0
    assert cli("stubs", "--check", "t.pyi", ".").returncode == 0
    assert cli("stubs", "--check", "t.pyi").returncode == 1


@pytest.mark.parametrize(
    ("text", "problem"), [("x = [", "got end of file"), (None, "there is no such file or directory")]
)
def test_a_tiltfile_that_cannot_be_read_is_a_failure_in_words(cli, tmp_path, text, problem):
    if text:
        (tmp_path / "Tiltfile").write_text(text)
    done = cli("stubs", "Tiltfile")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("tiltfile stubs: ")
    assert problem in done.stderr
