"""Bytes that are no UTF-8: they pass through a Tiltfile as they came, and count as bytes."""

import pytest
from engine_host import FunctionBuiltin, run

from tiltfile_ext.starkit._errors import EvaluationError
from tiltfile_ext.starkit._stray_bytes import inward, outward
from tiltfile_ext.starkit._types import Blob

CAFE = "caf\udce9"


def printed(text, value=CAFE):
    return run(text, more=(FunctionBuiltin("text", lambda _: value),)).printed


def test_a_stray_byte_is_printed_and_handed_on_as_it_came():
    host = run(
        "x = text()\nprint(x)\nprint(blob())\nsee(x, [x], {x: x})",
        more=(FunctionBuiltin("text", lambda _: CAFE), FunctionBuiltin("blob", lambda _: Blob(CAFE, "f"))),
    )
    assert host.printed == [CAFE, CAFE]
    assert host.seen == [(CAFE, [CAFE], {CAFE: CAFE})]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("len(x)", "4"),
        ("[x]", '["caf\\xe9"]'),
        ("repr(x + '!')", '"caf\\xe9!"'),
        ("x[3]", "\udce9"),
        ("x[:3]", "caf"),
        ("x.elems()", '"caf\\xe9".elems()'),
        ("list(x.elems())[3] == x[3]", "True"),
        ("list(x.codepoints())", '["c", "a", "f", "\ufffd"]'),
        ("list(x.elem_ords())[3]", "233"),
        ("list(x.codepoint_ords())[3]", "65533"),
        ("ord(x[3])", "65533"),
        ("x.upper()", "CAF\ufffd"),
        ("hash(x)", "3111221"),
        ("bytes(x)", "caf\ufffd"),
        ("x.find('f')", "2"),
        ("x.startswith('f', 2)", "True"),
        ("'%s|%r' % (x, x)", 'caf\udce9|"caf\\xe9"'),
    ],
)
def test_text_with_a_stray_byte_is_what_it_is_in_tilt(expression, shown):
    assert printed(f"x = text()\nprint({expression})") == [shown]


def test_a_letter_comes_apart_into_bytes_and_together_again():
    assert printed("print(repr('é'[0]))\nsee('é'[0] + 'é'[1])\nprint('é'[0] + 'é'[1])") == ['"\\xc3"', "é"]


def test_a_message_keeps_a_stray_byte():
    with pytest.raises(EvaluationError, match=r'key "caf\\xe9" not in dict'):
        printed("{}[text()]")
    with pytest.raises(EvaluationError) as caught:
        printed("fail(text())")
    assert caught.value.message == CAFE


def test_the_environment_keeps_a_stray_byte():
    host = run("os.environ['A'] = text()\nprint(os.environ['A'], 'B' in os.environ)",
               more=(FunctionBuiltin("text", lambda _: CAFE),))  # fmt: skip
    assert host.environ["A"] == CAFE
    assert host.printed == [CAFE + " False"]


@pytest.mark.parametrize("text", ["", "abc", "é😀", CAFE, "\udc80\udcff", "\ufffd"])
def test_what_goes_in_comes_out(text):
    assert outward(inward(text)) == text


def test_other_lone_surrogates_are_replaced():
    assert inward("\ud800x\udc00") == "\ufffdx\ufffd"
    assert inward("\ud83d\udc80") == "💀"
