"""Names that Tilt allows and the interpreter does not."""

import pytest
from engine_host import run

from tiltfile_ext.starkit._errors import EvaluationError, StaticError
from tiltfile_ext.starkit._odd_names import ascii_name, written_name


@pytest.mark.parametrize("name", ["assert", "é", "größe", "naïve_é"])
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("def N(x, y=1): return x + y\nprint(N(1, y=2), N)", "3 <function N>"),
        ("def f(N, **N2): return (N, N2)\nprint(f(1), f(N=2, N3=3))", '(1, {}) (2, {"N3": 3})'),
        ("N = 1\nN += 2\nfor N in [N]: pass\nprint([N + 1 for N in [N]], (lambda N: N)(N))", "[4] 3"),
        ("x = struct(N=1, b=(lambda: 2))\nprint(x.N, hasattr(x, 'N'), getattr(x, 'N'), 'N' in dir(x))",
         "1 True 1 True"),
        ("print(struct(N=1), dict(N=2))", 'struct(N = 1) {"N": 2}'),
        ("x = struct(N=struct(N=lambda a: a))\nprint(x.N.N(3))", "3"),
        ("load('lib', 'N')\nload('lib', N1='N')\nload('lib', b='N')\nprint(N, N1, b)", "7 7 7"),
        ("load('lib', 'N', c='N')\nprint(N, c, load_dynamic('lib'))", '7 7 {"N": 7}'),
        ("print('N')  # N\n# N", "N"),
        ("see(N=1)\ndef N(N): pass\nprint(N)", "<function N>"),
        ("x = struct(**{'N': 1})\nprint(x.N)", "1"),
    ],
)  # fmt: skip
def test_a_name_works_wherever_a_name_may_stand(name, text, printed):
    host = run(text.replace("N", name), lib=f"{name} = 7")
    assert host.printed == [printed.replace("N", name)]


def test_a_built_in_is_given_the_name_as_it_is_written():
    assert run("see(assert=1, é=2)").seen == [((), {"assert": 1, "é": 2})]


@pytest.mark.parametrize("name", ["assert", "é"])
def test_messages_and_frames_have_the_name_as_it_is_written(name):
    with pytest.raises(EvaluationError) as caught:
        run(f"def {name}(): return fail('x')\n{name}()")
    assert [str(frame) for frame in caught.value.frames] == [
        f"/t/Tiltfile:2:{len(name) + 1}: in <toplevel>",
        f"/t/Tiltfile:1:{len(name) + 20}: in {name}",
    ]
    with pytest.raises(EvaluationError, match=rf"function f missing 1 argument \({name}\)"):
        run(f"def f({name}): pass\nf()")
    with pytest.raises(EvaluationError, match=rf"struct has no \.{name} attribute"):
        run(f"struct().{name}")


def test_assert_is_no_statement():
    with pytest.raises(StaticError, match="got identifier, want newline"):
        run("assert True")


def test_a_kept_function_has_its_name():
    host = run("def assert(x): return x\nsee(assert)\nload('lib', 'é')\nsee(é)", lib="def é(x): return x + 1")
    assert [arguments[0].name for arguments in host.seen] == ["assert", "é"]
    assert [arguments[0].call(1) for arguments in host.seen] == [1, 2]


@pytest.mark.parametrize("name", ["assert", "é", "_a", "größe", "名前"])
def test_every_name_can_be_read_back(name):
    assert ascii_name(name).isascii()
    assert written_name(ascii_name(name)) == name
