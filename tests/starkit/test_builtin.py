"""Binding: order of checks, words, defaults, and what counts."""

import contextlib
from itertools import permutations
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.starkit import BuiltinError, Stringable, Thread, Unpack, UnpackError
from tiltfile_ext.starkit._builtin import Builtin
from tiltfile_ext.starkit._counts import count_tags
from tiltfile_ext.starkit._signature import SignatureError


def a_thread() -> Thread:
    thread = Thread("/t/Tiltfile", environ={}, log=lambda *_: None, files=None)
    thread.executing.append("/t/Tiltfile")
    return thread


def call(function: Any, *args: Any, **kwargs: Any) -> Any:
    return Builtin("fn", function).invoke(a_thread(), args, kwargs)


def three(a: str, b: int = 7, c: bool = False) -> Any:
    return (a, b, c)


@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        (("x",), {}, ("x", 7, False)),
        (("x", 1, True), {}, ("x", 1, True)),
        ((), {"c": True, "a": "x"}, ("x", 7, True)),
    ],
)
def test_arguments_are_bound_by_the_python_signature(args, kwargs, expected):
    assert call(three, *args, **kwargs) == expected


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        (("x", 1, True, 2), {}, "fn: got 4 arguments, want at most 3"),
        ((1,), {}, "fn: for parameter a: got int, want string"),
        (("x",), {"b": "1"}, 'fn: for parameter "b": got string, want int'),
        (("x",), {"a": "y"}, 'fn: got multiple values for keyword argument "a"'),
        ((), {"b": 1}, "fn: missing argument for a"),
        (("x",), {"zzz": 1}, 'fn: unexpected keyword argument "zzz"'),
        (("x",), {"b": 1, "$twice b": 2}, 'fn: got multiple values for keyword argument "b"'),
        ((None,), {}, "fn: for parameter a: got NoneType, want string"),
        (("x", True), {}, "fn: for parameter b: got bool, want int"),
        (("x", 2**63), {}, f"fn: for parameter b: {2**63} out of range (want value in signed 64-bit range)"),
        # the first fault in this order is told: too many, positionals, keywords as given, missing
        ((1, 2, 3, 4), {"zzz": 1}, "fn: got 4 arguments, want at most 3"),
        ((), {"zzz": 1, "b": "no"}, 'fn: unexpected keyword argument "zzz"'),
    ],
)
def test_a_bad_call_is_refused_in_tilts_words(args, kwargs, message):
    with pytest.raises(BuiltinError) as caught:
        call(three, *args, **kwargs)
    assert str(caught.value) == message


def test_a_near_name_is_suggested():
    def settings(enable: bool) -> None: ...

    with pytest.raises(BuiltinError) as caught:
        call(settings, Enabled=True)
    assert str(caught.value) == 'fn: unexpected keyword argument "Enabled" (did you mean enable?)'


def test_only_the_first_half_of_the_names_is_suggested():
    def two(first: int = 0, other: int = 0) -> None: ...

    with pytest.raises(BuiltinError) as caught:
        call(two, othr=1)
    assert "did you mean" not in str(caught.value)


def test_a_converter_owns_its_words():
    def positive(_: Thread, value: object) -> int:
        if not isinstance(value, int) or value <= 0:
            raise UnpackError("want a positive number")
        return value

    def pay(amount: Annotated[int, Unpack(positive)]) -> int:
        return amount

    assert call(pay, 3) == 3
    with pytest.raises(BuiltinError, match='fn: for parameter "amount": want a positive number'):
        call(pay, amount=-3)


def test_a_parameter_without_annotation_is_refused_when_the_plugin_starts():
    def bad(thing):
        return thing

    with pytest.raises(SignatureError, match="parameter 'thing' has no annotation"):
        Builtin("bad", bad)


def test_a_union_with_none_takes_none():
    def maybe(a: str | None = "x", b: Stringable | None = None) -> Any:
        return (a, b)

    assert call(maybe, None, "t") == (None, "t")


def test_annotations_may_be_strings():
    def late(thread: "Thread", a: "str") -> Any:
        return (type(thread), a)

    assert call(late, "x") == (Thread, "x")


class TestCounting:
    def count(self, *calls: tuple[tuple, dict], function=three, **options) -> dict[str, str]:
        thread, builtin = a_thread(), Builtin("fn", function, **options)
        for args, kwargs in calls:
            with contextlib.suppress(BuiltinError):
                builtin.invoke(thread, args, kwargs)
        return count_tags(thread.counts.by_builtin())

    def test_a_call_and_its_arguments_count(self):
        assert self.count((("x", 1), {"c": True})) == {
            "tiltfile.invoked.fn": "1",
            "tiltfile.invoked.fn.arg.a": "1",
            "tiltfile.invoked.fn.arg.b": "1",
            "tiltfile.invoked.fn.arg.c": "1",
        }

    def test_a_call_that_cannot_be_bound_counts_without_arguments(self):
        assert self.count((("x", "bad"), {}), ((), {})) == {"tiltfile.invoked.fn": "2"}

    def test_arguments_count_even_if_the_body_fails(self):
        def body(a: str) -> None:
            raise BuiltinError(a)

        assert self.count((("x",), {}), function=body) == {
            "tiltfile.invoked.fn": "1",
            "tiltfile.invoked.fn.arg.a": "1",
        }

    def test_a_check_before_binding_hides_the_arguments(self):
        def refuse(_: Thread) -> None:
            raise BuiltinError("no")

        assert self.count((("x",), {}), before=refuse) == {"tiltfile.invoked.fn": "1"}

    def test_an_open_ended_built_in_counts_no_arguments(self):
        def join(*parts: Any, **rest: Any) -> str:
            return "".join(parts)

        assert self.count((("x", "y"), {"z": 1}), function=join) == {"tiltfile.invoked.fn": "1"}

    def test_a_positional_may_count_under_another_name(self):
        tags = self.count((("x",), {}), ((), {"a": "x"}), counted_as={"a": "a?"})
        assert tags["tiltfile.invoked.fn.arg.a?"] == tags["tiltfile.invoked.fn.arg.a"] == "1"


NAMES = "abc"
VALUES = st.sampled_from(["s", 1, True, None, 2.5])


def model(args: list, kwargs: dict) -> Any:  # noqa: PLR0911  # obvious beats short here
    """Binding `three`, slow and obvious: the values, or the message."""
    wants = {"a": (str, "string"), "b": (int, "int"), "c": (bool, "bool")}
    kinds = {str: "string", int: "int", bool: "bool", type(None): "NoneType", float: "float"}
    if len(args) > 3:
        return f"fn: got {len(args)} arguments, want at most 3"
    bound = {}
    for name, value in zip(NAMES, args, strict=False):
        if type(value) is not wants[name][0]:
            return f"fn: for parameter {name}: got {kinds[type(value)]}, want {wants[name][1]}"
        bound[name] = value
    for name, value in kwargs.items():
        if name not in wants:
            return f'fn: unexpected keyword argument "{name}"'
        if name in bound and NAMES.index(name) < len(args):
            return f'fn: got multiple values for keyword argument "{name}"'
        if type(value) is not wants[name][0]:
            return f'fn: for parameter "{name}": got {kinds[type(value)]}, want {wants[name][1]}'
        bound[name] = value
    if "a" not in bound:
        return "fn: missing argument for a"
    return (bound["a"], bound.get("b", 7), bound.get("c", False))


def outcome(builtin: Builtin, args: list, kwargs: dict) -> Any:
    try:
        return builtin.invoke(a_thread(), args, kwargs)
    except BuiltinError as error:
        return str(error)


#: remembers the shapes of all calls below, so that each is bound by what another one left
EXPERIENCED = Builtin("fn", three)


@given(
    st.lists(VALUES, max_size=4),
    st.dictionaries(st.sampled_from(["a", "b", "c", "zzzzzz"]), VALUES, max_size=3),
)
def test_binding_agrees_with_a_slow_model(args, kwargs):
    builtins = [Builtin("fn", three), EXPERIENCED, EXPERIENCED]
    assert [outcome(each, args, kwargs) for each in builtins] == [model(args, kwargs)] * 3


def test_calls_in_any_order_of_names_are_bound_and_counted_and_few_orders_are_remembered():
    def six(a: int, b: int, c: int, d: int, e: int, f: int) -> Any:
        return (a, b, c, d, e, f)

    builtin, thread = Builtin("fn", six), a_thread()
    for order in permutations({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}.items()):
        assert builtin.invoke(thread, (), dict(order)) == (1, 2, 3, 4, 5, 6)
    use = thread.counts.by_builtin()["fn"]
    assert (use.calls, set(use.arguments.values())) == (720, {720})
    assert len(builtin._shapes) <= 500
