"""Writes the pages that come from the code itself: ``python docs/generate.py``."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from analytics._app import TILT
from analytics._describe import describe
from analytics.collector._openapi import document
from tiltfile_ext.plugins import own
from tiltfile_ext.starkit import ABSENT, Builtin, Environment

HERE = Path(__file__).parent

_HEAD = """\
# Built-ins

Every function that a Tiltfile can call, and every value that it finds, besides the language's own. This page
is written by `docs/generate.py` from the declarations that bind the calls.

A parameter with `=` may be left out. "Takes" is what may be passed; what the body checks is "any value".
"""


def builtins_page() -> str:
    """The page of all built-ins, by namespace, then by name."""
    environment = Environment(own())
    parts = [
        _HEAD,
        "## Values\n\n" + ", ".join(f"`{name}`" for name in sorted([*environment.values, "os.environ"])),
    ]
    ordered = sorted(environment.builtins.values(), key=lambda builtin: (_namespace(builtin), builtin.name))
    for namespace, group in groupby(ordered, _namespace):
        parts.append(f"## {f'`{namespace}`' if namespace else 'Functions'}")
        parts.extend(map(_section, group))
    return "\n\n".join(parts) + "\n"


def _namespace(builtin: Builtin) -> str:
    return builtin.name.rpartition(".")[0]


def _section(builtin: Builtin) -> str:
    lines = [f"### `{_call(builtin)}`", "", _summary(builtin)]
    table = list(_rows(builtin))
    if table:
        lines += ["", "| parameter | takes |", "|---|---|", *table]
    return "\n".join(lines)


def _call(builtin: Builtin) -> str:
    if builtin.signature.open_ended:
        return f"{builtin.name}(…)"
    return f"{builtin.name}({', '.join(map(_parameter, builtin.parameters))})"


def _parameter(parameter: object) -> str:
    name, default = parameter.name, parameter.default  # type: ignore[attr-defined]
    if parameter.required:  # type: ignore[attr-defined]
        return str(name)
    if default is ABSENT or default is None or default in ((), {}):
        return f"{name}=…"
    return f"{name}={default!r}".replace("'", '"')


def _summary(builtin: Builtin) -> str:
    return " ".join((builtin.body.__doc__ or "").split("\n\n")[0].split()).replace("*", "`")


def _rows(builtin: Builtin) -> Iterator[str]:
    for parameter in builtin.parameters:
        yield f"| `{parameter.name}` | {parameter.accepts} |"


_EVENTS_HEAD = """\
# What does it send?

Every event that can be sent, and every key in it. This page is written by `docs/generate.py` from the
registry that the encoder obeys: what is not here is left out before it is kept. [Analytics](analytics.md)
says who decides, and how to look."""


def events_page() -> str:
    """The page of all events, with what each key is for and what may stand under it."""
    schema = describe(TILT)
    levels = [f"- **{level}**: {words}" for level, words in schema["levels"].items()]
    parts = [
        _EVENTS_HEAD,
        "\n".join(levels),
        "## On every event of level full",
        _keys(schema["global"]),
        *map(_event, schema["events"]),
    ]
    return "\n\n".join(parts) + "\n"


def _event(event: dict[str, Any]) -> str:
    parts = [f"## `{event['name']}`", f"Level {event['level']}: {event['purpose']}."]
    if event["keys"]:
        parts.append(_keys(event["keys"]))
    if event["free_keys"]:
        parts.append("Any key that the Tiltfile's author chose, and text, cut where it is long.")
    return "\n\n".join(parts)


def _keys(keys: list[dict[str, Any]]) -> str:
    rows = [f"| `{key['name']}` | {key['purpose']} | {key['values']} |" for key in keys]
    return "\n".join(["| key | what it is for | what may be sent |", "|---|---|---|", *rows])


def openapi() -> str:
    """The collector's addresses, for programs."""
    return json.dumps(document(), indent=2) + "\n"


PAGES = {
    HERE / "builtins.md": builtins_page,
    HERE / "events.md": events_page,
    HERE / "openapi.json": openapi,
}


def main() -> None:
    """Write every page."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
