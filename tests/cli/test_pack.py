"""The pack: what a second load of the command line takes its modules from."""

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import analytics
import tiltfile_ext
from tiltfile_ext.cli import _pack

#: the console script, and what it imported, by which loader, with what attributes
SCRIPT = """
import atexit, sys
def tell():
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and spec.has_location:
            facts = [getattr(module, f"__{key}__", None) for key in ("file", "cached", "path", "package")]
            print(name, type(spec.loader).__name__, facts, file=sys.stderr)
from tiltfile_ext.cli import run
atexit.register(tell)
run()
"""


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    """Variables for a Python whose modules nobody else touches: a directory that changes spoils a pack."""
    place = tmp_path_factory.mktemp("source")
    for package in (tiltfile_ext, analytics):
        source = Path(package.__file__).parent
        shutil.copytree(source, place / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "TILT_DISABLE_ANALYTICS": "1",  # a sender, which heeds no variable, would write byte code beside the source
        "PYTHONPATH": os.pathsep.join([str(place), *libraries]),
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("pyc")),
    }


@pytest.fixture
def load(tmp_path, variables):
    """Run ``tiltfile load`` as an installed script; returns output, status, and a dict of its modules."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/tiltfile").write_text(SCRIPT)
    (tmp_path / "Tiltfile").write_text("local_resource('a', 'true')\n")

    def load(*argv, **environ):
        command = [sys.executable, "-S", str(tmp_path / "bin/tiltfile"), "load", "--json", *argv]
        env = {**variables, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), **environ}
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        modules = {line.split(" ", 2)[0]: line.split(" ", 2)[1:] for line in done.stderr.splitlines()}
        return done.stdout, done.returncode, modules

    return load


@pytest.fixture
def packs(tmp_path):
    return lambda: [str(path) for path in tmp_path.glob("cache/tiltfile/*")]


def from_pack(modules):
    return {name for name, (loader, _) in modules.items() if loader == "_Loader"}


def test_the_second_load_finds_its_modules_in_the_pack(load, packs):
    first, second = load(), load()
    assert second[:2] == first[:2]
    assert from_pack(first[2]) == set()
    assert {"tiltfile_ext.host", "analytics._client", "json", "typing"} < from_pack(second[2])
    assert len(packs()) == 1


def test_a_module_of_the_pack_has_the_attributes_that_it_would_have(load):
    (_, _, first), (_, _, second) = load(), load()
    assert len(from_pack(second)) > 100
    assert {name: facts for name, (_, facts) in first.items()} == {
        name: facts for name, (_, facts) in second.items()
    }


def test_what_another_tiltfile_needs_is_added(load, packs, tmp_path):
    load()
    (tmp_path / "Tiltfile").write_text("watch_file('a')\nos.getcwd()\n")
    assert "tiltfile_ext.plugins.files" not in from_pack(load()[2])
    assert "tiltfile_ext.plugins.files" in from_pack(load()[2])
    (tmp_path / "Tiltfile").write_text("local_resource('a', 'true')\n")
    assert "tiltfile_ext.plugins.local_resources" in from_pack(load()[2])
    assert len(packs()) == 1


def test_a_complete_pack_is_not_written_again(load, packs):
    load(), load()
    before = os.stat(packs()[0])
    load()
    assert os.path.samestat(before, os.stat(packs()[0]))


@pytest.mark.parametrize("damage", [b"", b"nonsense", marshal.dumps(1), marshal.dumps((1, {}, {}, set()))])
def test_a_damaged_pack_is_none(load, packs, damage):
    first = load()
    Path(packs()[0]).write_bytes(damage)
    assert load()[:2] == first[:2]
    assert "tiltfile_ext.host" in from_pack(load()[2])


def test_a_truncated_pack_is_none(load, packs):
    first = load()
    path = Path(packs()[0])
    path.write_bytes(path.read_bytes()[:-1000])
    assert load()[:2] == first[:2]


def test_what_others_can_write_is_not_run(load, packs):
    load()
    os.chmod(packs()[0], 0o622)
    assert from_pack(load()[2]) == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_what_somebody_else_wrote_is_not_run(load, packs):
    load()
    os.chown(packs()[0], 12345, -1)
    assert from_pack(load()[2]) == set()


def test_who_wants_no_byte_code_gets_no_pack(load, packs):
    assert load(PYTHONDONTWRITEBYTECODE="1")[1] == 0
    assert packs() == []


@pytest.mark.parametrize("cache", ["/dev/null", "/proc", "relative", ""])
def test_where_nothing_can_be_kept_a_load_is_as_ever(load, cache):
    assert load(XDG_CACHE_HOME=cache, HOME=cache)[:2] == load()[:2]


def test_an_error_in_the_tiltfile_is_the_status_as_ever(load, tmp_path):
    (tmp_path / "Tiltfile").write_text("fail('no')\n")
    assert [load()[1], load()[1]] == [5, 5]


@pytest.fixture
def site(tmp_path, variables):
    """A directory of modules, imported through a pack of its own: ``run(name)`` is the module's WORD."""
    place = tmp_path / "site"
    (place / "package").mkdir(parents=True)
    (place / "package/__init__.py").write_text("WORD = 'package'\n")
    (place / "package/part.py").write_text("WORD = 'part'\n")
    (place / "single.py").write_text("WORD = 'single'\n")
    program = (
        "import importlib, sys\n"
        "from tiltfile_ext.cli import _pack\n"
        "sys.path[:0] = sys.argv[1].split(':')\n"
        "pack = _pack.Pack(sys.argv[2]); sys.meta_path.insert(0, pack)\n"
        "module = importlib.import_module(sys.argv[3])\n"
        "print(module.WORD, type(module.__spec__.loader).__name__)\n"
        "pack.complete()\n"
    )

    def run(name, *more):
        path = ":".join([*map(str, more), str(place)])
        command = [sys.executable, "-S", "-P", "-c", program, path, str(tmp_path / "own.pack"), name]
        done = subprocess.run(
            command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout.split()

    return run, place


def test_a_source_that_changed_is_read_again(site):
    run, place = site
    run("single")
    assert run("single") == ["single", "_Loader"]
    (place / "single.py").write_text("WORD = 'changed'\n")
    assert run("single") == ["changed", "SourceFileLoader"]
    assert run("single") == ["changed", "_Loader"]


def test_a_source_of_the_same_size_and_another_time_is_read_again(site):
    run, place = site
    run("single")
    (place / "single.py").write_text("WORD = 'sinful'\n")
    os.utime(place / "single.py", (1_000_000_000, 1_000_000_000))
    assert run("single") == ["sinful", "SourceFileLoader"]


def test_a_source_that_is_gone_is_gone(site):
    run, place = site
    run("package.part")
    assert run("package.part") == ["part", "_Loader"]
    (place / "package/part.py").unlink()
    with pytest.raises(subprocess.CalledProcessError) as error:
        run("package.part")
    assert "No module named 'package.part'" in error.value.stderr


def test_a_new_file_that_comes_first_is_found_first(site, tmp_path):
    run, _ = site
    (tmp_path / "first").mkdir()
    run("single", tmp_path / "first")
    assert run("single", tmp_path / "first") == ["single", "_Loader"]
    (tmp_path / "first/single.py").write_text("WORD = 'first'\n")
    assert run("single", tmp_path / "first") == ["first", "SourceFileLoader"]


def test_another_path_is_another_pack(site, tmp_path):
    run, _ = site
    run("single")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/single.py").write_text("WORD = 'other'\n")
    assert run("single", tmp_path / "other") == ["other", "SourceFileLoader"]


def test_a_package_in_the_pack_finds_its_parts(site):
    run, _ = site
    run("package")
    assert run("package") == ["package", "_Loader"]
    assert run("package.part") == ["part", "SourceFileLoader"]
    assert run("package.part") == ["part", "_Loader"]


def test_modules_of_the_working_directory_are_in_no_pack(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    assert _pack.install() is None


def test_a_module_of_the_project_is_not_taken_for_pythons(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('this is not json')\n")
    (tmp_path / "Tiltfile").write_text("print('fine')\n")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[1:])}
    command = [sys.executable, "-m", "tiltfile_ext", "load"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "fine\n")
