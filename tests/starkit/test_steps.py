"""Blocks at top level that call load_dynamic: what they load is as good as what a load statement brings."""

import pytest
from engine_host import MemoryHost, run, universe

from tiltfile_ext.starkit._engine import Session
from tiltfile_ext.starkit._errors import EvaluationError, StaticError

API = """
def make():
    notes = []
    def add(note): notes.append(note)
    return struct(add=add, notes=notes)
api = make()
"""


def test_a_file_loaded_in_a_loop_is_handed_functions():
    host = run(
        API + "for p in ['a', 'b']:\n  load_dynamic(p)['setup'](api, lambda x: (x, p))\nprint(api.notes, p)",
        a="def setup(api, f): api.add(f(1))",
        b="def setup(api, f): api.add(f(2))",
    )
    assert host.printed == ['[(1, "a"), (2, "b")] b']


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("if x('a'):\n  d = load_dynamic('a')\nelse:\n  d = None\nprint(d['f'](lambda: 3))", "3"),
        ("if not x('a'):\n  d = load_dynamic('a')\nelif x('b'):\n  d = 5\nprint(d)", "5"),
        ("n = 0\nwhile n < 3:\n  n += 1\n  if n == 2: continue\n  s = load_dynamic('a')['f'](lambda: n)\nprint(n, s)",
         "3 3"),
        ("for i in range(9):\n  if i == 4:\n    break\n  for j in [i]:\n    d = load_dynamic('a')\nprint(i, j)", "4 3"),
        ("s = []\nfor p in ['a']:\n  s += [load_dynamic(p)['f'](lambda: 1), load_dynamic(p)['f'](lambda: 2)]\nprint(s)",
         "[1, 2]"),
        ("def g(): return later\nfor p in ['a']:\n  d = load_dynamic(p)\nlater = 7\nprint(d['f'](g))", "7"),
        ("load('a', h='f')\nif True:\n  d = load_dynamic('a')\nload('a', 'f')\nprint(d['f'] == f, f(lambda: 1), h == f)",
         "True 1 True"),
        ("for a, (b, c) in [(1, (2, 3))]:\n  d = load_dynamic('a')\n  e = load_dynamic('a')\nprint(a + b + c, d == e)",
         "6 True"),
    ],
)  # fmt: skip
def test_a_block_runs_as_if_the_interpreter_ran_it(text, printed):
    assert run("def x(p): return p == 'a' or p == 'b'\n" + text, a="def f(g): return g()").printed == [
        printed
    ]


def test_a_fault_in_a_block_is_where_it_is():
    with pytest.raises(EvaluationError) as caught:
        run(
            "for p in ['a']:\n  d = load_dynamic(p)\n  d['f'](lambda: fail('no'))", a="def f(g): return [g()]"
        )
    assert [str(frame) for frame in caught.value.frames] == [
        "/t/Tiltfile:3:9: in <toplevel>",
        "/t/a:1:20: in f",
        "/t/Tiltfile:3:22: in lambda",
    ]


def test_what_cannot_be_iterated_over_is_where_it_is():
    with pytest.raises(
        EvaluationError, match=r"/t/Tiltfile:2:1: in <toplevel>\nError: int value is not iterable"
    ):
        run("x = 1\nfor p in x:\n  load_dynamic(p)")


def test_an_undefined_name_is_found_before_anything_runs():
    host = MemoryHost({"Tiltfile": "print(1)\nif True:\n  load_dynamic('a')\nnope()", "a": ""})
    host.session = Session(universe(), host)
    with pytest.raises(StaticError, match="undefined: nope"):
        host.session.run("/t/Tiltfile")
    assert host.printed == []


def test_an_endless_block_can_be_stopped():
    host = MemoryHost({"Tiltfile": "while True:\n  load_dynamic('a')", "a": ""})
    calls = []

    def check():
        calls.append(1)
        if len(calls) > 50:
            raise TimeoutError

    host.checks = check
    host.session = Session(universe(), host)
    with pytest.raises(TimeoutError):
        host.session.run("/t/Tiltfile")


def test_a_function_may_go_where_it_cannot_be_called_but_not_be_called_there():
    text = "def load_it(p): return load_dynamic(p)\nd = load_it('a')\n"
    host = run(
        text + "print(d['name'](struct(n=1, f=lambda: 1)))", a="def name(s): return s.n\ndef call(f): f()"
    )
    assert host.printed == ["1"]
    with pytest.raises(EvaluationError, match="lambda cannot be called from a file that load_dynamic"):
        run(text + "d['call'](lambda: 1)", a="def call(f): f()")
