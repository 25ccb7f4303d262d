"""Random Tiltfiles: the same seed makes the same program.

A program is made of the grammar in `_grammar` and `_calls`. Most are right nearly everywhere; in some, kinds
are mixed up here and there; some are damaged as text (`_damage`).
"""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from _calls import CALLS
from _damage import damage
from _grammar import EXPRESSIONS, STATEMENTS
from _kinds import kinds

_RULES = {**EXPRESSIONS, **STATEMENTS, **CALLS, **kinds()}
_HOLE = re.compile(r"<([a-z0-9_]+)([?*]?)>")
#: alternatives that end the growth
_ENDS = {
    kind: tuple(each for each in rules if not _HOLE.search(each) and "\n" not in each) or rules
    for kind, rules in _RULES.items()
}
#: variable to what it holds
_FIRST = {
    "i": "int", "j": "int", "k": "int", "n": "int", "s": "string", "t": "string", "w": "string", "xs": "ints",
    "ys": "ints", "ws": "strings", "vs": "strings", "m": "list", "d": "dict", "e": "dict", "p": "pair", "b": "bool",
    "x": "float", "y": "float", "z": "bytes", "o": "struct", "u": "set",
}  # fmt: skip
#: alternatives that mention no variable
_LITERALS = {
    kind: [each for each in _ENDS[kind] if each not in _FIRST and not re.match(r"[a-z]+$", each)]
    for kind in set(_FIRST.values())
}
#: how often one kind stands for another, a program draws one of these
_SLIPS = (0.0, 0.0, 0.001, 0.005, 0.02)
_FILES = {
    "data.json": '{"k": [1, 2.5, "é", null]}',
    "data.yaml": "a: [1, x]\n",
    "sub/a.txt": "text\n",
    "Dockerfile": "FROM acme/api\nCOPY sub /app\n",
    "one.yaml": "kind: Service\napiVersion: v1\nmetadata: {name: one, labels: {a: b}}\n",
    "two.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: two}\n---\nkind: Job\napiVersion: batch/v1\nmetadata: {name: job}\nspec: {template: {spec: {containers: [{name: c, image: a}]}}}\n",
    "compose.yaml": "services:\n  redis: {image: redis, ports: ['6379:6379']}\n  app: {build: sub, depends_on: [redis]}\n",
    "sub/Dockerfile": "FROM acme/web\n",
    "sub/kustomization.yaml": "resources: [../one.yaml]\n",
    ".tiltignore": "*.tmp\n!keep.tmp\n",
    "sub/.dockerignore": "a\n",
}


class Program(NamedTuple):
    """A Tiltfile, and what is beside it: files by name (the main one is "Tiltfile"), and arguments."""

    files: dict[str, str]
    args: tuple[str, ...]


def program(seed: int) -> Program:
    """The program number *seed*."""
    return _Maker(Random(seed)).program()


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._slip = random.choice(_SLIPS)
        self._in_function = False
        self._names: list[str] = []

    def program(self) -> Program:
        random = self._random
        library = self._library() if random.random() < 0.7 else "lib_name = 'lib'\n"
        main = self._prologue() + self._statements(random.randint(3, 14))
        if random.random() < 0.5:
            main += self._statements(random.randint(4, 16), kind="call")
        if random.random() < 0.6:
            main = self._load() + main
        files = {
            "Tiltfile": main,
            "lib.tilt": library,
            "other.tilt": self._statements(2, loads=False),
            "sub/nested.tilt": self._nested(),
            **_FILES,
        }
        if random.random() < 0.3:
            name = random.choice(("Tiltfile", "Tiltfile", "lib.tilt"))
            files[name] = damage(random, files[name])
        args = random.choice(
            ((), (), ("--port=1",), ("web", "b"), ("--to-run", "a", "x"), ("--nope",), ("--n",))
        )
        return Program(files, args)

    def _library(self) -> str:
        text = "lib_name = <string>\nlib_list = <list>\n<definition>\n"
        return self._prologue() + self._fill(text, 3) + "\n" + self._statements(1, loads=False)

    def _nested(self) -> str:
        """A file that loads the library, in a directory of its own."""
        text = "load('../lib.tilt', 'lib_name')\nprint(lib_name, os.getcwd()[-4:])\ndef nested(n):\n<body>\n    return <int>\n"
        return self._fill(text, 2) + self._prologue() + self._statements(1, loads=False)

    def _load(self) -> str:
        names = [
            "'lib_name'",
            "lib_list='lib_name'",
            "'lib_list'",
            "f2='f'",
            "'lib_name', q='lib_list'",
            "'lib_name')\nload('./sub/nested.tilt', 'nested'",
            "'nope'",
            "'_x'",
        ]
        weights = (8, 2, 4, 2, 2, 3, 1, 1)
        return f"load('./lib.tilt', {self._random.choices(names, weights)[0]})\n"

    def _prologue(self) -> str:
        """Every variable gets a value, every function a definition."""
        lines = [f"{name} = {self._random.choice(_LITERALS[kind])}" for name, kind in _FIRST.items()]
        for start in ("def f", "def g", "def h"):
            chosen = self._random.choice(
                [each for each in STATEMENTS["definition"] if each.startswith(start)]
            )
            self._in_function = True
            lines.append(self._fill(chosen, 2))
            self._in_function = False
        return "\n".join(lines) + "\n"

    def _statements(self, count: int, *, kind: str = "statement", loads: bool = True) -> str:
        made = [self._expression(kind, self._random.choice((1, 2, 3, 4, 5))) for _ in range(count)]
        if not loads:
            made = [each for each in made if "other.tilt" not in each and "nested" not in each]
        return "".join(each + "\n" for each in made)

    def _expression(self, kind: str, depth: int) -> str:
        if kind == "fresh":
            return self._fresh()
        if kind == "made":
            return repr(self._random.choice(self._names)) if self._names else "'web'"
        if kind in EXPRESSIONS and self._random.random() < self._slip:
            kind = "any"
        rules = _RULES[kind] if depth > 0 else _ENDS[kind]
        chosen = self._random.choice(rules)
        while self._in_function and re.search(r"\b[fgh]\(", chosen):
            chosen = self._random.choice(rules)
        return self._fill(chosen, depth - 1)

    def _fresh(self) -> str:
        name = f"res{len(self._names)}" if self._random.random() < 0.95 else "web"
        self._names.append(name)
        return repr(name)

    def _fill(self, template: str, depth: int) -> str:
        """*template* with its holes filled; names within texts of YAML are without quotes."""
        bare = template.startswith("'''")

        def fill(hole: re.Match[str]) -> str:
            kind, times = hole[1], hole[2]
            if kind in ("block", "loop", "body"):
                return self._block(kind, depth)
            if times == "*":
                chosen = self._random.sample(_RULES[kind], self._random.choice((0, 0, 1, 1, 2, 3)))
                return "".join(", " + self._fill(each, min(depth, 1)) for each in chosen)
            made = self._expression(kind, depth)
            return made.strip("'") if bare and kind in ("fresh", "made") else made

        return _HOLE.sub(fill, template)

    def _block(self, kind: str, depth: int) -> str:
        """Indented statements; those of a loop may leave it."""
        made = [
            self._expression("statement", min(depth, 2)) for _ in range(self._random.choice((1, 1, 2, 3)))
        ]
        if kind == "loop":
            made.append(self._expression("jump", 1))
            self._random.shuffle(made)
        if all(line.lstrip().startswith("#") for line in "\n".join(made).splitlines()):
            made.append("pass")
        return "\n".join("    " + line for each in made for line in each.split("\n"))
