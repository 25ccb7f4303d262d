"""JSON with Tilt's values, texts and messages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.starkit._types import Blob
from tiltfile_ext.values.json import text as json_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"b": [1, {"c": null}], "a": true}', {"b": [1, {"c": None}], "a": True}),
        ("[1.0, 2, -0, 1.5e3]", [1.0, 2, 0, 1500.0]),
        ("9223372036854775807", 2**63 - 1),
        ('{"a": 1, "a": 2}', {"a": 2}),
        (r'"\ud83d\ude00 \ud83d"', "😀 \ufffd"),
        ('"\udcff"', "\ufffd"),
        ("1 }", 1),
        ('{"a": 1e3, "a": 2}', {"a": 2}),
    ],
)
def test_json_becomes_values(text, value):
    decoded = json_text.decode(text)
    assert decoded == value
    assert repr(decoded) == repr(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "EOF"),
        (" \n", "EOF"),
        ("[1,2", "unexpected EOF"),
        ("tru", "unexpected EOF"),
        ('"ab', "unexpected EOF"),
        ("1.", "unexpected EOF"),
        ("1 2", "found multiple JSON values"),
        ("01", "found multiple JSON values"),
        ("1.5.5", "found multiple JSON values"),
        ("[]x", "found multiple JSON values"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ("{'a':1}", r"invalid character '\'' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair"),
        ("[01]", "invalid character '1' after array element"),
        (r'"\x"', "invalid character 'x' in string escape code"),
        (r'"\u12x"', r"invalid character 'x' in \u hexadecimal character escape"),
        ('"a\nb"', r"invalid character '\n' in string literal"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
        ("[" * 10001, "exceeded max depth"),
    ],
)
def test_a_text_that_is_no_json_is_refused_in_gos_words(text, message):
    with pytest.raises(BuiltinError) as error:
        json_text.decode(text)
    assert str(error.value) == f"error parsing JSON: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1e3", 'strconv.ParseInt: parsing "1e3": invalid syntax'),
        ("[1, 9223372036854775808]", 'strconv.ParseInt: parsing "9223372036854775808": value out of range'),
        ("1.5e999", 'strconv.ParseFloat: parsing "1.5e999": value out of range'),
        ("9" * 5000, f'strconv.ParseInt: parsing "{"9" * 5000}": value out of range'),
    ],
)
def test_a_number_without_a_point_must_be_a_64_bit_integer(text, message):
    with pytest.raises(BuiltinError) as error:
        json_text.decode(text)
    assert str(error.value) == f"error converting JSON to Starlark: {message}"


def test_settings_have_floats_only():
    assert repr(json_text.unmarshal(' {"a": [1, 2.5, -0]} ')) == "{'a': [1.0, 2.5, -0.0]}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ("[1", "unexpected end of JSON input"),
        ('"a', "unexpected end of JSON input"),
        ("tru", "invalid character ' ' in literal true (expecting 'e')"),
        ("1.", "invalid character ' ' after decimal point in numeric literal"),
        ("1 2", "invalid character '2' after top-level value"),
        ("01", "invalid character '1' after top-level value"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("1e999", "json: cannot unmarshal number 1e999 into Go value of type float64"),
    ],
)
def test_settings_are_refused_in_other_words(text, message):
    with pytest.raises(json_text.JSONSyntaxError) as error:
        json_text.unmarshal(text)
    assert str(error.value) == message


def test_a_message_names_the_file():
    with pytest.raises(BuiltinError, match=r"^error parsing JSON from /a/b\.json: EOF$"):
        json_text.decode("", source="/a/b.json")


def test_deep_nesting_is_read_without_recursion():
    value = json_text.decode("[" * 10000 + "]" * 10000)
    depth = 0
    while value:
        value, depth = value[0], depth + 1
    assert depth == 9999


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (2**64 + 5, "5"),
        (-(2**64) - 5, "-5"),
        (2**63, "-9223372036854775808"),
        (1.0, "1"),
        (-0.0, "-0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (1.25e-10, "1.25e-10"),
        ('<a&b>\u2028é\x7f\x01\b\f"\\/', '"\\u003ca\\u0026b\\u003e\\u2028é\x7f\\u0001\\b\\f\\"\\\\/"'),
        ("\udcff\ufffd", '"\\ufffd\ufffd"'),
        ([], "[]"),
        ({}, "{}"),
        (
            {"b": [1, {"x": []}], "a": {}},
            '{\n  "a": {},\n  "b": [\n    1,\n    {\n      "x": []\n    }\n  ]\n}',
        ),
    ],
)
def test_values_become_json(value, text):
    assert json_text.encode(value) == text + "\n"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((1,), "unable to convert from starlark value, unsupported type starlark.Tuple"),
        ([Blob("x", "s")], "unable to convert from starlark value, unsupported type io.Blob"),
        ({1: 2}, "only string keys are supported in maps. found key '1' of type int64"),
        ({None: 2}, "only string keys are supported in maps. found key 'None' of type <nil>"),
        ({(1,): 2}, "unable to convert from starlark value, unsupported type starlark.Tuple"),
    ],
)
def test_only_plain_values_can_be_written(value, message):
    with pytest.raises(BuiltinError) as error:
        json_text.encode(value)
    assert str(error.value) == f"error converting object from starlark: {message}"


@pytest.mark.parametrize(
    ("value", "name"), [(float("nan"), "NaN"), (float("inf"), "+Inf"), (-float("inf"), "-Inf")]
)
def test_json_has_no_infinite_numbers(value, name):
    with pytest.raises(BuiltinError) as error:
        json_text.encode([value])
    assert str(error.value) == f"error serializing object to json: json: unsupported value: {name}"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(_VALUES)
def test_what_is_written_is_read_back(value):
    assert json_text.decode(json_text.encode(value)) == value


@given(_VALUES, st.randoms())
def test_the_careful_reader_agrees_with_pythons(value, random):
    text = json.dumps(value, ensure_ascii=False)
    assert json_text._Reader(text).read() == (value, len(text))
    at = random.randrange(len(text))
    try:
        expected = json.loads(text[:at] + text[at + 1 :])
    except ValueError:
        return
    if not isinstance(expected, float):
        reader = json_text._Reader(text[:at] + text[at + 1 :])
        assert repr(reader.read()[0]) == repr(expected)
