"""Bodies have the bytes that Go's encoder would give them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import _event


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("<a> & b", '"\\u003ca\\u003e \\u0026 b"'),
        ("\u2028\u2029", '"\\u2028\\u2029"'),
        ("\n\r\t\b\f", '"\\n\\r\\t\\b\\f"'),
        ("\x00\x1f\x7f", '"\\u0000\\u001f\x7f"'),
        ("é漢😀\ufffd", '"é漢😀\ufffd"'),
        ("a\udcffb", '"a\\ufffdb"'),
    ],
)
def test_a_string_is_escaped_as_in_go(text, encoded):
    assert _event.quote(text) == encoded


def test_keys_are_sorted_and_numbers_are_bare():
    assert _event.encode({"b": "2", "a": 1, "a.b": "<"}) == '{"a":1,"a.b":"\\u003c","b":"2"}'


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_what_is_encoded_is_what_was_given(values):
    encoded = _event.encode(values)
    assert json.loads(encoded) == values
    assert encoded.isascii() or encoded.encode()
    assert not set("<>&\u2028\u2029\n") & set(encoded)
