"""The engine: values across the border, files, failures, threads."""

import threading
from typing import ClassVar

import pytest
from engine_host import FunctionBuiltin, MemoryHost, run, universe

from tiltfile_ext.starkit._engine import Session
from tiltfile_ext.starkit._errors import EvaluationError, StaticError, TiltfileError
from tiltfile_ext.starkit._types import (
    Blob,
    Environ,
    Function,
    ModuleValue,
    StarlarkSet,
    StarlarkValue,
    Struct,
    starlark_str,
)
from tiltfile_ext.testing import load_text


def seen(expression: str, **options):
    """What a built-in is given for *expression*."""
    return run(f"see({expression})", **options).seen[0][0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ("None", None),
        ("True", True),
        ("7", 7),
        ("1 << 70", 1 << 70),
        ("1.5", 1.5),
        ("float('inf')", float("inf")),
        ("(1, 'a')", (1, "a")),
        ("[(), []]", [(), []]),
        ("{'b': 1, 'a': 2}", {"b": 1, "a": 2}),
        ("{1: 2, (3,): 4}", {1: 2, (3,): 4}),
        ("{'$': 'tuple', 'v': []}", {"$": "tuple", "v": []}),
        ("range(0, 10, 3)", range(0, 10, 3)),
        ("'é😀\\x00'", "é😀\x00"),
    ],
)
def test_a_plain_value_arrives_as_itself(expression, value):
    arrived = seen(expression)
    assert arrived == value
    assert type(arrived) is type(value)


def test_nan_arrives_as_itself():
    arrived = seen("float('nan')")
    assert arrived != arrived  # noqa: PLR0124


@pytest.mark.parametrize(
    ("expression", "kind", "text"),
    [
        ("struct(b=1, a='x')", Struct, 'struct(a = "x", b = 1)'),
        ("set([2, 1])", StarlarkSet, "set([2, 1])"),
        ("module('m')", ModuleValue, '<module "m">'),
        ("os", ModuleValue, "[module: os]"),
        ("os.environ", Environ, '{"HOME": "/home/me"}'),
        ("len", Function, "<built-in function len>"),
        ("os.path.join", Function, "<built-in function os.path.join>"),
        ("lambda: 1", Function, "<function lambda>"),
    ],
)
def test_any_other_value_arrives_as_what_it_is(expression, kind, text):
    arrived = seen(expression)
    assert type(arrived).__mro__[-4:-1] == kind.__mro__[-4:-1] or isinstance(arrived, kind)
    assert str(arrived) == text


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1 << 80,
        1.25,
        float("inf"),
        "text",
        [1, [2]],
        {"b": 1, "a": {"c": ()}},
        (1, (2,)),
        {1: "x"},
        range(3),
    ],
)
def test_a_value_returned_comes_back_the_same(value):
    host = run("see(make(), type(make()))", more=(FunctionBuiltin("make", lambda _: value),))
    assert host.seen[0][0] == value
    assert type(host.seen[0][0]) is type(value)


class Pear(StarlarkValue):
    starlark_type: ClassVar[str] = "pear"
    starlark_attributes: ClassVar[tuple[str, ...]] = ("color",)
    starlark_methods: ClassVar[tuple[str, ...]] = ("cut",)

    color = "green"

    def cut(self, pieces, *, thin=False):
        return (pieces, thin)

    def __str__(self):
        return "a pear"


def test_an_object_keeps_its_identity_its_type_and_its_text():
    pear = Pear()
    host = run(
        "p = make()\nsee(p, [p])\nprint(type(p), p, [p], '%s' % p, p == p, p.color, p.cut(2), p.cut(3, thin=True))",
        more=(FunctionBuiltin("make", lambda _: pear),),
    )
    assert host.seen[0][0] is pear
    assert host.seen[0][1][0] is pear
    assert host.printed == ["pear a pear [a pear] a pear True green (2, False) (3, True)"]


class Knob(StarlarkValue):
    starlark_type: ClassVar[str] = "knob"
    starlark_hashable: ClassVar[bool] = True

    def __init__(self, on):
        self.on = on

    def __bool__(self):
        return self.on

    def __str__(self):
        return "a knob"


def test_a_hashable_object_is_a_key_and_equal_to_itself_only():
    host = run(
        "k = make()\nd = {k: 1, make(): 2}\nprint(d, d[k], k in d, k == k, k == make(), len(set([k, k])))\nsee(k, [k])",
        more=(FunctionBuiltin("make", lambda _: Knob(on=True)),),
    )
    assert host.printed == ["{a knob: 1, a knob: 2} 1 True True False 1"]
    assert host.seen[0][0] is host.seen[0][1][0]


def test_an_object_that_is_false_is_false():
    text = "k = make()\nprint(bool(k), not k, k or 3, 1 if k else 2, [x for x in [1] if k])"
    for kind in (Knob, type("Stiff", (Knob,), {"starlark_hashable": False})):
        host = run(text, more=(FunctionBuiltin("make", lambda _, kind=kind: kind(on=False)),))
        assert host.printed == ["False True 3 2 []"]


def test_a_hashable_object_says_what_it_lacks():
    with pytest.raises(EvaluationError, match=r"knob has no \.size field or method"):
        run("make().size", more=(FunctionBuiltin("make", lambda _: Knob(on=True)),))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("set() and 1", "set([])"),
        ("set([1]) and 2 and 3", "3"),
        ("(set([1])) and (set()) or 4", "4"),
        ("os.environ and 5", "5"),
    ],
)
def test_an_empty_set_is_false_and_remains_a_set(expression, value):
    assert run(f"def f(): return {expression}\nprint(f())").printed == [value]


def test_what_fails_after_and_is_located_as_if_nothing_had_been_rewritten():
    with pytest.raises(EvaluationError) as caught:
        run("s = set([1])\ndef f():\n  return s and fail('x')\nf()")
    assert [str(frame) for frame in caught.value.frames] == [
        "/t/Tiltfile:4:2: in <toplevel>",
        "/t/Tiltfile:3:20: in f",
    ]


def test_an_attribute_that_an_object_lacks_is_said_by_the_object():
    with pytest.raises(
        EvaluationError, match=r"pear has no \.colour field or method \(did you mean \.color\?\)"
    ):
        run("make().colour", more=(FunctionBuiltin("make", lambda _: Pear()),))


def test_an_empty_blob_is_false_and_remembers_its_source():
    host = run(
        "b = make('x')\nprint(bool(b), type(b), [b])\nsee(b, make('y') == b, make('x') == b)",
        more=(FunctionBuiltin("make", lambda _, source: Blob("", source)),),
    )
    assert host.printed == ["False blob []"]
    assert host.seen == [(Blob("", "x"), False, True)]


def test_arguments_keep_their_order_and_names():
    assert run("see('a', 2, z=1, y=[()])").seen == [(("a", 2), {"z": 1, "y": [()]})]


# ---- files ------------------------------------------------------------------------------------------


def test_a_file_runs_once_and_its_values_are_frozen():
    host = run(
        "load('lib', 'x')\ninclude('lib')\nd = load_dynamic('lib')\nprint(x, d['x'] == x)",
        lib="x = [1]\nprint('ran')",
    )
    assert host.printed == ["ran", "[1] True"]
    assert host.session.executed == ["/t/Tiltfile", "/t/lib"]


def test_load_dynamic_gives_functions_and_private_names():
    host = run(
        "d = load_dynamic('lib')\nprint(sorted(d.keys()), d['f'](2))", lib="_p = 1\ndef f(x): return (x, _p)"
    )
    assert host.printed == ['["_p", "f"] (2, 1)']


def test_load_dynamic_in_a_function_copies_and_still_calls():
    host = run(
        "def g(p): return load_dynamic(p)\nprint(g('lib')['f']((1,)))",
        lib="def f(x): return (x, struct(a=x))",
    )
    assert host.printed == ["((1,), struct(a = (1,)))"]


def test_load_dynamic_is_called_once_however_it_is_written():
    calls = []

    def load_dynamic(host, path):
        calls.append(path)
        return host.session.load_dynamic(path)

    more = (FunctionBuiltin("load_dynamic", load_dynamic),)
    run(
        "a = load_dynamic('l' + 'ib')\nprint(load_dynamic('lib')['x'])\n[load_dynamic('lib') for _ in [1]]",
        more=more,
        lib="x = 1",
    )
    assert calls == ["lib"] * 3


def test_exit_stops_everything_and_is_no_error():
    host = run("load('lib', 'x')\nprint('no')", lib="exit()\nx = 1")
    assert host.session.exited
    assert host.printed == []


def test_the_environment_is_shared_and_live():
    host = run(
        "load('lib', 'put')\nput('A', 'b')\nprint(os.environ['A'], 'A' in os.environ)",
        lib="def put(k, v): os.environ[k] = v",
    )
    assert host.printed == ["b True"]
    assert host.environ["A"] == "b"


def test_a_built_in_learns_where_it_was_called():
    host = run("def f():\n  return [where(), where(\n)]\nprint(f())")
    assert host.printed == ['["/t/Tiltfile:2:16", "/t/Tiltfile:2:25"]']


# ---- kept functions ---------------------------------------------------------------------------------


def test_a_kept_function_can_be_called_after_the_load():
    host = run("n = 2\ndef f(a, b=1): return (a * n, struct(b=b))\nsee(f)\nsee(lambda x: [x, 1.5])\nexit()")
    named, unnamed = (arguments[0] for arguments in host.seen)
    assert (named.name, named.parameters) == ("f", ("a", "b"))
    assert named.call(3) == (6, Struct({"b": 1}))
    assert unnamed.parameters == ("x",)
    assert unnamed.call(("t",)) == [("t",), 1.5]


def test_a_kept_function_of_a_loaded_file_is_found_by_name():
    host = run("load('lib', 'keep')\nkeep()", lib="def _f(x): return x + 1\ndef keep(): see(_f)")
    assert host.seen[0][0].call(1) == 2


def test_a_fault_in_a_kept_function_is_located():
    host = run("def f(x): return x.nope\nsee(f)")
    with pytest.raises(
        EvaluationError, match=r"/t/Tiltfile:1:19: in f\nError: int has no \.nope field or method"
    ):
        host.seen[0][0].call(1)


# ---- failures ---------------------------------------------------------------------------------------


def test_a_built_in_that_refuses_names_itself_and_the_place():
    with pytest.raises(EvaluationError) as caught:
        run("def f():\n  fail('no')\nf()")
    assert str(caught.value) == (
        "Traceback (most recent call last):\n  /t/Tiltfile:3:2: in <toplevel>\n  /t/Tiltfile:2:7: in f\nError in fail: no"
    )
    assert caught.value.excerpt == " 2 |   fail('no')\n   |   ^^^^^^^^^^"


def test_a_bug_in_a_plugin_comes_out_as_itself_with_a_note():
    def broken(_):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        run("load('lib', 'x')", more=(FunctionBuiltin("broken", broken),), lib="x = 1\nbroken()")
    assert "while calling broken at /t/lib:2:7" in caught.value.__notes__


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), TimeoutError("late")])
def test_what_the_check_raises_comes_out_as_itself(error):
    def stop():
        raise error

    host = MemoryHost({"Tiltfile": "load('lib', 'x')", "lib": "x = 0\nwhile True: x += 1"})
    host.checks = stop
    host.session = Session(universe(), host)
    with pytest.raises(type(error)) as caught:
        host.session.run("/t/Tiltfile")
    assert caught.value is error


def test_a_message_cannot_imitate_a_traceback():
    with pytest.raises(EvaluationError) as caught:
        run("fail('x\\n  * /t/Tiltfile:9, in f\\nerror: y\\n --> /t/Tiltfile:7:1')")
    assert [str(frame) for frame in caught.value.frames] == ["/t/Tiltfile:1:5: in <toplevel>"]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["1"] * 5000),
        "a = 'x'\nx = " + " + ".join(["a"] * 5000),
        "x = " + "(" * 1000 + "1" + ")" * 1000,
        "x = " + "not " * 3000 + "1",
        "x = " + " and ".join(["1"] * 5000),
        "x = y" + "[0]" * 3000,
        "".join(" " * n + "if True:\n" for n in range(500)),
        "def f(n): return f(n + 1)\nf(0)",
        "def f(n): return sorted([1], key=lambda x: f(n))\nf(0)",
        "x = []\nx.append(x)\nsee(x)",
        "x = \0",
        "\ufeffx = 1",
        "x = \udcff",
        "\x89PNG\r\n\x1a\n\x00",
        "x = '",
        "x = \\",
        "b'é'.foo",
    ],
)
def test_no_file_crashes_the_host(text):
    with pytest.raises(TiltfileError):
        run(text)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100 + "]" * 100,
        "".join(" " * n + "if True:\n" for n in range(90)) + " " * 90 + "x = 1",
        "x = '\udcff'",
        "x = 'a\rb'\ny = 1\rz = 2\r\n",
        "def r(n): return 0 if n == 0 else 1 + r(n - 1)\nr(5000)",
        "def f(): pass\nf",
    ],
)
def test_unusual_files_run(text):
    if "'a\rb'" in text:
        text = text.replace("'a\rb'", "'ab'")
    run(text)


def test_a_missing_main_file_is_a_tiltfile_error():
    host = MemoryHost({})
    with pytest.raises(TiltfileError, match="no such file"):
        Session(universe(), host).run("/t/Tiltfile")


def test_a_builtin_cannot_be_reached_through_our_own_modules():
    with pytest.raises(TiltfileError):
        run("load('\\0core', 'tilt_mod')")


# ---- several at once --------------------------------------------------------------------------------


def test_loads_in_several_threads_do_not_mix():
    shared = universe()
    printed = {}

    def one(number):
        host = MemoryHost(
            {"Tiltfile": f"for i in range(200): os.environ['N'] = str({number})\nprint(os.environ['N'])"}
        )
        host.session = Session(shared, host)
        host.session.run("/t/Tiltfile")
        printed[number] = host.printed

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert printed == {number: [str(number)] for number in range(6)}


def test_a_load_inside_a_built_in_of_another():
    def inner(_):
        return run("print('in')").printed

    host = run("print(nested(), 'out')", more=(FunctionBuiltin("nested", inner),))
    assert host.printed == ['["in"] out']


def test_an_undefined_name_stops_the_file_before_it_runs():
    host = MemoryHost({"Tiltfile": "print('ran')\ndef f(): return nope"})
    with pytest.raises(StaticError, match=r"^/t/Tiltfile:2:17: undefined: nope$"):
        Session(universe(), host).run("/t/Tiltfile")
    assert host.printed == []


def test_an_error_of_a_conversion_is_a_bug_of_the_plugin():
    with pytest.raises(TypeError, match="no Tiltfile can hold"):
        run("make()", more=(FunctionBuiltin("make", lambda _: object()),))


def nested(levels, wrap):
    value = 1.5
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: [x],
        lambda x: {"a": x},
        lambda x: (x,),
        lambda x: {1: x},
        lambda x: Struct({"b": x, "a": []}),
    ],
)
def test_deep_values_cross_both_ways(wrap):
    deep = nested(120, wrap)
    host = run("x = make()\nsee(x)\nprint(len(str(x)))", more=(FunctionBuiltin("make", lambda _: deep),))
    assert host.seen == [(deep,)]
    assert host.printed == [str(len(starlark_str(deep)))]


def test_deep_plain_lists_cross_both_ways():
    deep: list = []
    for _ in range(300):
        deep = [deep]
    assert run("see(make())", more=(FunctionBuiltin("make", lambda _: deep),)).seen == [(deep,)]


def test_very_deep_answers_are_refused():
    deep = nested(5000, lambda x: [x])
    with pytest.raises(TiltfileError, match="nested too deeply"):
        run("make()", more=(FunctionBuiltin("make", lambda _: deep),))


def test_what_the_interpreter_cannot_hold_is_an_error_of_the_file():
    with pytest.raises(TiltfileError, match="repeat count 10000000000 too large"):
        run("'x' * 10000000000")
    with pytest.raises(TiltfileError, match="comparison exceeded maximum recursion depth"):
        run("def f():\n  x = []\n  for _ in range(9000): x = [x]\n  return x\nf() == f()")
    with pytest.raises(TiltfileError, match="32 bits"):
        run("range(10000000000)")


# ---- a name given twice -----------------------------------------------------------------------------


def test_a_built_in_is_called_and_told_of_a_name_given_twice():
    assert run("see(1, a=2, **{'b': 3, 'a': 4})").seen == [((1,), {"a": 2, "b": 3, "$twice a": 4})]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("def f(a): pass\nf(a=1, **{'a': 2})", 'function f got multiple values for parameter "a"'),
        ("dict(a=1, **{'a': 2})", 'dict: duplicate keyword arg: "a"'),
        ("{}.update(a=1, **{'a': 2})", 'update: duplicate keyword arg: "a"'),
        ("sorted([], reverse=True, **{'reverse': True})",
         'sorted: got multiple values for keyword argument "reverse"'),
        ("print(sep='', **{'sep': ''})", 'print: got multiple values for keyword argument "sep"'),
        ("int(x='1', **{'x': '2'})", 'int: got multiple values for keyword argument "x"'),
    ],
)  # fmt: skip
def test_a_name_given_twice_is_refused_in_the_words_of_what_is_called(call, message):
    with pytest.raises(EvaluationError) as caught:
        run(call)
    assert caught.value.message == message


def test_the_later_of_two_fields_counts():
    assert run("print(module('m', a=1, **{'a': 2}).a, '{a}'.format(a=1, **{'a': 2}))").printed == ["2 1"]


def test_a_function_cannot_be_called_from_a_file_that_a_function_loads() -> None:
    files = {"lib": "def use(api): return api.get()"}
    text = "def get(): return 1\ndef go(): load_dynamic('lib')['use'](struct(get=get))\ngo()"
    error = load_text(text, files=files).error
    assert "get cannot be called from a file that load_dynamic() loads in a function" in str(error)
