"""Statements that are like an earlier one are not read again, and nobody can tell."""

import ast

import pytest
from engine_host import FunctionBuiltin, run
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.starkit import rewrite as package
from tiltfile_ext.starkit._errors import EvaluationError, StaticError
from tiltfile_ext.starkit._nodes import position_offset
from tiltfile_ext.starkit.rewrite import Source, rewrite
from tiltfile_ext.starkit.rewrite._skim import Skimmed


class Known:
    names = frozenset(("see", "where", "os", "load_dynamic", "print"))
    builtin_names = frozenset(("see", "where", "os.getcwd", "load_dynamic"))


def read(text: str, monkeypatch: pytest.MonkeyPatch, lines: float) -> Source | StaticError:
    """*text*, skimmed where it has more than so many *lines*."""
    monkeypatch.setattr(package, "_MANY_LINES", lines)
    return rewrite(text, "/t/Tiltfile", Known)


def seen(source: Source) -> list:
    """What the engine asks of a source, and where it says that each line of the text comes from."""
    owners = [source.owner(line) for line in range(1, source.text.count("\n") + 1)]
    places = [
        None if node is None else str(source.position(position_offset(source, node))) for node in owners
    ]
    return [
        source.text, source.suspicious, source.is_parsed, source.keeps, source.is_stepped, source.binds_methods,
        source.globals(), source.loaded(), places,
    ]  # fmt: skip


STATEMENTS = st.sampled_from(
    [
        'see("a")', 'see("b")', "see('c', 1)", 'see("d", 20) # twenty', "os.getcwd()", 'see(["x", "y"], name={"k": 1})',
        'see(["z", "ü"], name={"k": 2})', 'see(\n    "a",\n    name="b",\n)', 'see(\n    "c",\n    name="d",\n)',
        "helper('a')", "helper('b')", "see(helper)", "see(late)", "late = 1", "def helper(x):\n    see(x)",
        'load("x", "loaded")', 'load("x", "other")', "see(loaded)", "loaded('z')", 'd = load_dynamic("p")',
        'load_dynamic("q")', '"""', "see([", "])", "if see:", "else:", '    see("a")', "x = 1 + \\", 's = "%s" % x',
        "see(lambda: 1)", 'see("a", a=1, a=2)', 'see(a=1, "b")', 'see("é", r"x")', "f = see", "where()", "\tsee('t')",
        'see("a");see("b")', "see(assert)", "x.append('v')", 'see("#")', 'see(""" """)',
        'see("a" in "b")', "see([1][0])", "see(1 == 2)", "see(not x)", 'see(b"x")', "see(1 if x else 2)",
        'see({"a": [1]})', 'see({"b": [2]})', "see([x for x in [1]])", 'see("a" "b")', "see(x.y)", 'see("a"[0])',
        "see(-1)", "see(*x)", "see(1.5)", "see(x or 1)", "see(a=lambda: 1)", "see(x[1])", "see([1], [2])", "see(01)",
    ]
)  # fmt: skip


@given(st.lists(STATEMENTS, max_size=12))
def test_a_skimmed_file_becomes_what_it_becomes_when_all_of_it_is_read(statements):
    text = "\n".join(statements)
    with pytest.MonkeyPatch.context() as monkeypatch:
        skimmed, whole = read(text, monkeypatch, -1), read(text, monkeypatch, 1e9)
    assert seen(skimmed) == seen(whole)
    assert (skimmed.tree and ast.dump(skimmed.tree)) == (whole.tree and ast.dump(whole.tree))
    assert seen(skimmed) == seen(whole)


def test_the_second_of_a_kind_is_skipped():
    assert Skimmed('see("a")\nsee("b", 1)\nsee("c")\nsee("d", 22)  # why\n').text == (
        'see("a")\nsee("b", 1)\n\n  # why\n'
    )


@pytest.mark.parametrize(
    "line",
    [
        'see(f("a"))',
        'see("\\n")',
        'load("a", "b")',
        'see(x["a"])',
        'x = see("a")',
        "see(not x)",
        'see("a"[0])',
        "see(1 == 2)",
        "see(lambda: 1)",
        "see([1][0])",
        "see(x.y)",
        "see(a if b else c)",
        "see(assert)",
        "see(1.5)",
    ],
)
def test_other_statements_are_all_read(line):
    assert not Skimmed(f"{line}\n{line}\n").skipped


def test_a_call_that_was_skipped_can_tell_where_it_is():
    note = FunctionBuiltin("note", lambda host, _: host.seen.append(str(host.call_position)), positioned=True)
    host = run("".join(f'x = {n}\nnote(\n  "{n}"\n)\n' for n in range(50)), more=(note,))
    assert host.seen == [f"/t/Tiltfile:{2 + 4 * n}:5" for n in range(50)]


def test_a_fault_in_a_call_that_was_skipped_is_located():
    text = 'echo("a")\n' * 150 + 'def f(x):\n    echo(1 // x)\nf(1)\nf(2)\nf(0)\necho("b")\n'
    with pytest.raises(EvaluationError) as caught:
        run(text)
    assert [str(frame.position) for frame in caught.value.frames] == [
        "/t/Tiltfile:155:2",
        "/t/Tiltfile:152:12",
    ]
    assert caught.value.excerpt.startswith(" 152 |     echo(1 // x)\n")
