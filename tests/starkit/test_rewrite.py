"""The rewriter: what changes, what does not, and that every position finds its way back."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.starkit.rewrite import Source, rewrite
from tiltfile_ext.starkit.rewrite._edits import OffsetMap, apply

CASES = Path(__file__).parents[1] / "dialect" / "dialect_cases.jsonl"
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


class Known:
    names = frozenset(("len", "print", "str", "struct", "load_dynamic"))
    builtin_names = frozenset(("load_dynamic", "struct"))


def rewritten(text: str) -> Source:
    return rewrite(text, "/t/Tiltfile", Known)


def sources() -> list[str]:
    data = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    return [text for case in data for text in (case["src"], *case.get("files", {}).values())]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "local_resource('a', cmd='b', deps=['c', 'd'])\n",
        "def f(a, b=1, *c, d, **e):\n  return a\n",
        "x = 'a' + 'b' + str(1)\n",
        "x = a if b == 1 else c\n",
        "",
    ],
)
def test_what_both_languages_mean_alike_stays(text):
    assert rewritten(text).text.removesuffix("\nNone\n") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = a % b", "x = tilt_mod(a , b)"),
        ("x %= b", "x = tilt_mod(x, b)"),
        ("x = a in b", "x = tilt_in(a , b)"),
        ("x = a not in b", "x = tilt_not_in(a , b)"),
        ("x = d[1, 2]", "x = tilt_getitem(d, (1, 2))"),
        ("d[k] = v", "tilt_setitem(d, k , ( v))"),
        ("for i in 1, 2: pass", "for i in (1, 2): pass"),
        ("for i in x: pass", "for i in tilt_iter(x): pass"),
        ("s.format(1)", "tilt_m_format(s, 1)"),
        ("x = set(y) and (z)", "x = tilt_when(set(y) , lambda: (z))"),
        ("f(a=1, **k)", "f(a=1, **( tilt_kwargs_too(f, ['a'], k)))"),
        ("é = 1", "tilt_ue9_ = 1"),
        ("x = r'\\''", 'x = "\\\\\'"'),
    ],
)
def test_what_differs_becomes_a_call_or_a_spelling(text, expected):
    assert " ".join(rewritten(text).text.split()).removesuffix(" None") == " ".join(expected.split())


def test_a_while_loop_becomes_a_long_for_loop():
    text = rewritten("while x < 3:\n  x += 1\n").text
    assert text.startswith("for tilt_w1 in tilt_forever:\n  if not (tilt_lt(x , 3)): break\n  x += 1\n") or (
        "for tilt_w1 in tilt_forever:\n  if not (" in text
    )


def test_a_second_call_on_a_line_gets_a_line_of_its_own():
    source = rewritten("f(g(1))\n")
    assert source.text.startswith("f((\ng(1)))\n")
    assert source.owner(1).func.id == "f"
    assert source.owner(2).func.id == "g"


@pytest.mark.parametrize(
    "text",
    [
        "x = 1,\n",
        "for i, in x: pass\n",
        "f(*a, b=1)\n",
        "f(*a, 1)\n",
        "load('a', '_b')\n",
        "'\\d'\n",
        "y\ny = 1\n",
    ],
)
def test_what_only_tilt_refuses_is_suspicious(text):
    assert rewritten(text).suspicious


@pytest.mark.parametrize("text", ["x = (1,)\n", "f(b=1, *a)\n", "len = len\n", "def f(): return y\ny = 1\n"])
def test_what_tilt_accepts_is_not_suspicious(text):
    assert not rewritten(text).suspicious


def test_every_identifier_of_the_corpus_maps_back_to_itself():
    checked = 0
    for text in sources():
        source = rewritten(text)
        strings = [(m.start(), m.end()) for m in re.finditer(r"'[^']*'|\"[^\"]*\"|#.*", source.text)]
        for match in IDENTIFIER.finditer(source.text):
            name = match.group()
            if name.startswith("tilt_") or name == "None" or any(a <= match.start() < b for a, b in strings):
                continue
            at = source.tidy_offset(match.start())
            if source.tidy[at : at + len(name)] == name:
                position = source.position(at)
                line = source.original.split("\n")[position.line - 1]
                assert line[position.column - 1 :].startswith(name), (text, name)
                checked += 1
    assert checked > 2500


def test_a_line_is_never_lost():
    for text in sources():
        source = rewritten(text)
        assert source.text.count("\n") >= source.tidy.count("\n")


@given(
    st.lists(
        st.sampled_from(["x = 1", "y = x + z", "f(x)(y)", "\tq", "if x: f(g(h))", "é = 2", "# c", "s % t"]),
        max_size=8,
    )
)
def test_lines_keep_their_order_and_place(lines):
    source = rewritten("\n".join(lines))
    places = [source.tidy_offset(at) for at in range(len(source.text) - len("\nNone\n"))]
    assert all(0 <= place <= len(source.tidy) for place in places)


@given(st.text("ab\n", max_size=40), st.data())
def test_an_offset_outside_edits_maps_back_exactly(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edits = [(start, end, "XY") for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    edited = apply(text, edits)
    mapping = OffsetMap(edits)
    for at, char in enumerate(edited):
        if char not in "XY":
            assert text[mapping.old(at)] == char


def test_the_time_grows_with_the_length():
    text = "local_resource('a%d' % 1, cmd='b', deps=['c'])\n"
    assert rewritten(text * 3000).text.count("\n") >= 3000
