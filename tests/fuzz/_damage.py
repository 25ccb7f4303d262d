"""Damages a program's text: tokens, characters and lines go away, come twice, or change places."""

from __future__ import annotations

import re
from random import Random

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_ODD = (
    "\\", "'", '"', '"""', "(", ")", "[", "]", "{", "}", ":", ";", ",", ".", "=", "==", "*", "**", "@", "!", "~", "->", "|=", "%", "\t", "\n", "\r", "\r\n",
    " ", "  ", "\f", "\v", "\u00a0", "\u2028", "\ufeff", "\x00", "\x7f", "é", "世", "😀", "#", "$", "?", "`", "1", "0x", "0b2", "08", "1e", "1.", "1_0", "1a", "0o8", "..",
    "if", "else", "for", "in", "not", "lambda", "def", "return", "load", "None", "print", "while", "break", "class", "import", "is", "assert", "del", "yield", "async",
    "await", "f'", "rb'", "u'", "b'é'", "'\\q'", "'\\x4'", "'\\u12'", "'\\ud800'", "'\\N{DASH}'", "'\\400'", "b'\\400'", "*,", "/,", "+ ", " - ", "<<", ">>=", "//", ":=", "...",
)  # fmt: skip


def damage(random: Random, text: str) -> str:
    """*text* with one to three faults."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice((_token, _token, _token, _character, _line, _indent))(random, text)
    return text


def _token(random: Random, text: str) -> str:
    tokens = _TOKEN.findall(text)
    at = random.randrange(len(tokens))
    other = random.randrange(len(tokens))
    match random.randrange(5):
        case 0:
            tokens[at] = ""
        case 1:
            tokens[at] *= 2
        case 2:
            tokens[at] = tokens[other]
        case 3:
            tokens[at] += random.choice(_ODD)
        case _:
            tokens[at] = random.choice(_ODD)
    return "".join(tokens)


def _character(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice(("", random.choice(_ODD))) + text[at + 1 :]


def _line(random: Random, text: str) -> str:
    lines = text.split("\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[at] = random.choice(
        ("", lines[other], lines[at] + "\n" + lines[at], lines[at] + " " + lines[other])
    )
    return "\n".join(lines)


def _indent(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    lines[at] = random.choice(("", " ", "  ", "\t", "    ", "        ", " \t")) + random.choice(
        (lines[at], lines[at].lstrip())
    )
    return "\n".join(lines)
