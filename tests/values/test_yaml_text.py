"""YAML with Tilt's values, texts and messages."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.starkit._errors import BuiltinError
from tiltfile_ext.values.yaml import text as yaml_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # words of YAML 1.1
        ("[yes, No, on, OFF, y, N, true]", [True, False, True, False, True, False, True]),
        ("['yes', \"no\", yEs, ~, null, '']", ["yes", "no", "yEs", None, None, ""]),
        # ints: octal in two spellings, hex, binary, underscores; too large for 64 bits is a float
        ("[0o17, 017, 0x1f, 0b11, -0x1F, +1, 1_000]", [15, 15, 31, 3, -31, 1, 1000]),
        ("[9223372036854775807, 9223372036854775808]", [2**63 - 1, 9.223372036854775808e18]),
        ("[18446744073709551616, 0x10000000000000000]", [1.8446744073709552e19, "0x10000000000000000"]),
        # floats without a fraction are ints, as JSON between the two libraries has them
        ("[1e3, 1.0, 1.5, .5, 1e20, 1e21, -0.0]", [1000, 1, 1.5, 0.5, 1e20, 1e21, 0]),
        ("[089, 1152921504606846976.0, 1e999]", [89, 1152921504606847000, "1e999"]),
        # what other readers take for dates and times
        ("[2001-01-01, 1:30, 12:30:45]", ["2001-01-01", "1:30", "12:30:45"]),
        # tags
        (
            "[!!str 1, !!int '5', !!float 1.5, !!binary aGk=, !!binary //8=]",
            ["1", 5, 1.5, "hi", "\ufffd\ufffd"],
        ),
        ("[!foo 1, ! 12, !!timestamp 2001-01-01]", ["1", "12", "2001-01-01"]),
        # keys become strings, the last one wins
        (
            "{1: a, yes: b, 1.5: c, 1e3: d, 1e30: e}",
            {"1": "a", "true": "b", "1.5": "c", "1000": "d", "1e+30": "e"},
        ),
        ("y: 1", {"true": 1}),
        ("a: 1\na: 2", {"a": 2}),
        # anchors; merged keys are set where they stand
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3", {"a": {"k": 1, "l": 2}, "b": {"k": 1, "l": 3}}),
        ("a: &x {k: 1}\nb:\n  k: 3\n  <<: *x", {"a": {"k": 1}, "b": {"k": 1}}),
        ("<<: [{a: 1, b: 1}, {a: 2, c: 2}]", {"a": 1, "c": 2, "b": 1}),
        ('"<<": x', {"<<": "x"}),
        # words that go-yaml ends elsewhere than libyaml
        ("[a:,b:]", ["a:", "b:"]),
        ("[?a]", [{"a": None}]),
        # blocks of text
        ("a: |\n  x\n  y\nb: >-\n  x\n  y", {"a": "x\ny\n", "b": "x y"}),
    ],
)
def test_a_document_becomes_a_value(text, value):
    (decoded,) = yaml_text.decode_stream(text)
    assert repr(decoded) == repr(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("# nothing", []),
        ("---\n---\n", []),
        ("a\n---\n~\n---\nb", ["a", "b"]),
        ("---\na\n--- # b\nc\n---", ["a", "c"]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\n...\nb: [", [{"a": 1}]),
    ],
)
def test_lines_of_dashes_part_documents_and_null_is_dropped(text, values):
    assert yaml_text.decode_stream(text) == values


def test_an_alias_is_a_value_of_its_own():
    (value,) = yaml_text.decode_stream("a: &x {k: []}\nb: *x")
    value["a"]["k"].append(1)
    assert value["b"] == {"k": []}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("a: b: c", "yaml: mapping values are not allowed in this context"),
        ("a: 1\nb: c: d", "yaml: line 2: mapping values are not allowed in this context"),
        ("a: [1, 2", "yaml: line 1: did not find expected ',' or ']'"),
        ("a:\n  - b\n  c: d", "yaml: line 2: did not find expected '-' indicator"),
        ("a: @b", "yaml: found character that cannot start any token"),
        ("a: \x07", "yaml: control characters are not allowed"),
        ('a: "\\q"', "yaml: found unknown escape character"),
        ("a: *x", "yaml: unknown anchor 'x' referenced"),
        ("a: *x\nb: [", "yaml: unknown anchor 'x' referenced"),
        ("&x [*x]", "yaml: anchor 'x' value contains itself"),
        ("<<: 1", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
        ("a: !!binary x", "yaml: !!binary value contains invalid base64 data"),
        ("a: {{ .x }}", 'yaml: invalid map key: map[interface {}]interface {}{".x":interface {}(nil)}'),
        ("[a]: b", 'yaml: invalid map key: []interface {}{"a"}'),
        ("~: a", 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "a"'),
        ("0xffffffffffffffff: 1", "unsupported map key of type: uint64, key: 0xffffffffffffffff, value: 1"),
        (".nan", "json: unsupported value: NaN"),
        ("[-.inf]", "json: unsupported value: -Inf"),
        ("%YAML 1.2\n---\na", "yaml: found incompatible YAML document"),
        ("[http://x?y=1]", "yaml: did not find expected ',' or ']'"),
        ("!!int x: [", "yaml: line 1: did not find expected node content"),
        ("[" * 5000, "yaml: exceeded max depth of 10000"),
    ],
)
def test_a_bad_document_is_refused_in_gos_words(text, detail):
    with pytest.raises(BuiltinError) as error:
        yaml_text.decode_stream(text)
    assert str(error.value) == f"error parsing YAML: error converting YAML to JSON: {detail}"


def test_too_many_aliases_are_refused():
    text = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(BuiltinError, match=r"yaml: document contains excessive aliasing$"):
        yaml_text.decode_stream(text)


def test_only_a_comment_may_follow_the_dashes():
    with pytest.raises(BuiltinError) as error:
        yaml_text.decode_stream("a\n--- b\nc", source="x.yaml")
    assert str(error.value) == "error reading YAML stream from x.yaml: invalid Yaml document separator: b"


def test_a_message_names_the_file():
    with pytest.raises(
        BuiltinError, match=r"^error parsing YAML from x\.yaml: error converting YAML to JSON: yaml: "
    ):
        yaml_text.decode_stream("a: [", source="x.yaml")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ([], "[]"),
        ({}, "{}"),
        ({"a": [], "b": {}, "c": None, "d": True}, "a: []\nb: {}\nc: null\nd: true"),
        ({"a": [1, {"b": 2, "c": [3]}, [4, [5]]]}, "a:\n- 1\n- b: 2\n  c:\n  - 3\n- - 4\n  - - 5"),
        ([1.0, 1.5, -0.0, 1e20, 1234567.5, 1e-7], "- 1\n- 1.5\n- 0\n- 1e+20\n- 1.2345675e+06\n- 1e-07"),
        # words that would be read as something else
        (
            ["1", "0x1f", "1e3", "true", "y", "null", "~", "", "1:30", "2001-01-01", ".inf", "1_0"],
            '- "1"\n- "0x1f"\n- "1e3"\n- "true"\n- "y"\n- "null"\n- "~"\n- ""\n- "1:30"\n- "2001-01-01"\n- ".inf"\n- "1_0"',
        ),
        (["1.2.3", "2001-13-01", "08:60", "-", "a:b", "a#b"], "- 1.2.3\n- 2001-13-01\n- 08:60\n- '-'\n- a:b\n- a#b"),
        # signs that mean something
        (
            ["a: b", "a #b", "- a", "#a", "@a", " a", "a ", "it's", "'a'", "--- a", "a:"],
            "- 'a: b'\n- 'a #b'\n- '- a'\n- '#a'\n- '@a'\n- ' a'\n- 'a '\n- it's\n- '''a'''\n- '--- a'\n- 'a:'",
        ),
        # characters that need an escape
        (["\t", "a\rb", "é\xa0", "😀", "\x01\x1b", "\ufeffa"], '- "\\t"\n- "a\\rb"\n- é\xa0\n- "\\U0001F600"\n- "\\x01\\e"\n- "\\uFEFF\\x61"'),
        # several lines
        ("a\nb", "|-\n  a\n  b"),
        ({"k": "a\n\nb\n"}, "k: |\n  a\n\n  b"),
        ({"k": ["a\n\n", "\na", " a\nb"]}, "k:\n- |+\n  a\n\n- |2-\n\n  a\n- |2-\n   a\n  b"),
        ("a \nb", '"a \\nb"'),
        # keys
        ({"a\nb": 1, "": 2, "1": 3}, '"": 2\n"1": 3\n? |-\n  a\n  b\n: 1'),
        ({"k" * 129: [1]}, f"? {'k' * 129}\n: - 1"),
        ({"a10": 1, "a9": 1, "a1": 1, "b": 1, "_": 1, "a-": 1, "A": 1}, "_: 1\nA: 1\na-: 1\na1: 1\na9: 1\na10: 1\nb: 1"),
        # lines above 80 columns end at the next blank
        ({"k": "word " * 20 + "end"}, "k: " + "word " * 15 + "word\n  " + "word " * 4 + "end"),
        ({"k": "x: " * 30 + "end"}, "k: '" + "x: " * 25 + "x:\n  " + "x: " * 4 + "end'"),
        ({"k": "\t" + "word  " * 16 + "end"}, 'k: "\\t' + "word  " * 12 + "word\n  \\ " + "word  " * 3 + 'end"'),
        ({"k": "word-" * 30}, "k: " + "word-" * 30),
    ],
)  # fmt: skip
def test_a_value_becomes_a_document(value, text):
    assert yaml_text.encode(value) == text + "\n"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "error serializing object to yaml: error marshaling into JSON: json: unsupported value: NaN"),
        ("\x7f", "error serializing object to yaml: yaml: control characters are not allowed"),
        ({"k" * 1023: 1}, "error serializing object to yaml: yaml: did not find expected ',' or '}'"),
        ((1,), "error converting object from starlark: unable to convert from starlark value, unsupported type starlark.Tuple"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(value, message):
    with pytest.raises(BuiltinError) as error:
        yaml_text.encode(value)
    assert str(error.value) == message


#: "<<" is written bare, by Tilt too, and as a key it merges when it is read
_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from(" \n\t'\"#:-?1eEyn.")
).filter(lambda text: text != "<<")
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
)


@given(_VALUES.filter(lambda value: value is not None))
def test_what_is_written_is_read_back(value):
    assert yaml_text.decode_stream(yaml_text.encode(value)) == [value]


def test_the_yaml_library_is_imported_when_it_is_needed():
    code = "import sys, tiltfile_ext.values.yaml.text; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_large_documents_take_seconds():
    item = "- name: a\n  args: [--b, c]\n  text: |\n    some text\n    here\n"
    start = time.monotonic()
    (value,) = yaml_text.decode_stream(item * 20_000)
    yaml_text.encode(value)
    assert len(value) == 20_000
    assert time.monotonic() - start < 20
