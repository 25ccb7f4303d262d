"""Simple YAML: what is read without a parser means what the parser says, and the rest is left to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiltfile_ext.values._yaml_simple import NOT_SIMPLE, read_simple
from tiltfile_ext.values.yaml.reader import YAMLError, _read

DEPLOYMENT = """\
# what runs
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {}}
"""
SIMPLE = (
    "a: b",
    "---\na: 1\nb: -5\nc: true\nd: ~\ne: null\nf: 0x1F\ng: 2001-01-01\nh: 1:30\n",
    "a:\n- b: 1\n  c: [x, 'y, z']\n- d\ne: {f: \"g: h\", i: 2}\n",
    "a:\n    - b:\n      - c\n    - d # e\nf:\n  g:\nh: i#j\n",
    "- sh\n- -c\n- 'exec server --port 8000'\n",
    "a: http://localhost:8000/b,c(d)\n",
    "a: b\na: c\n",
)
NOT = (
    "", "# a", "a", "[a]", "a: &b c", "a: *b", "a: !!str 1", "a: |\n  b", "a: 'b''c'", 'a: "b\\n"', "a: b: c",
    "a: b:", "a: b\n  c", "- a\n  b", "- - a", "a:\n  b", "? a", "'a': b", "yes: 1", "1: a", "a: 1.5", "a: é",
    "a:\tb", "a: [b, [c]]", "a: {b: {c: d}}", "a: [b", 'a: "b', "a: b\n---\nc: d", "a: b\n...\n", "  a: b\n c: d",
    "a: -", "a: - b", "a: 99999999999999999999", "a: 'b' # c", DEPLOYMENT, "a: b\n" * 10_000,
)  # fmt: skip


@pytest.mark.parametrize("text", SIMPLE)
def test_simple_yaml_is_read_as_the_parser_reads_it(text):
    assert repr(read_simple(text)) == repr(_read(text))


@pytest.mark.parametrize("text", NOT)
def test_the_rest_is_left_to_the_parser(text):
    assert read_simple(text) is NOT_SIMPLE


SCALAR = st.sampled_from(
    ["b", "-c", "1", "yes", "a b", "'x: y'", '"z"', "[a, b]", "{a: 1, b: 'c'}", "[]", "~", "1.5", "a:b", ""]
)
LINE = st.builds(
    lambda indent, dash, key, value, comment: f"{' ' * indent}{dash}{key}{value}{comment}".rstrip(" "),
    st.integers(0, 4),
    st.sampled_from(["", "", "- ", "-   ", "- - ", "-"]),
    st.sampled_from(["a: ", "b: ", "c-d/e.f:  ", "a:", "on: ", ""]),
    SCALAR,
    st.sampled_from(["", "", " # c", "#d", ":", "  "]),
)
NOISE = st.text(" \n-:#\"'[]{},.ab1~/+=", max_size=3)


@settings(max_examples=2000)
@given(st.lists(LINE, min_size=1, max_size=6), st.integers(0, 200), NOISE)
def test_whatever_is_read_is_what_the_parser_reads(lines, at, noise):
    text = "\n".join(lines)
    text = text[:at] + noise + text[at:]
    simple = read_simple(text)
    if simple is not NOT_SIMPLE:
        assert repr(simple) == repr(_parsed(text))


def _parsed(text):
    try:
        return _read(text)
    except YAMLError as error:
        return error
