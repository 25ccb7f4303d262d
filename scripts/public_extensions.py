"""Writes ``analytics/_extensions.py``, the public list of extensions, from a checkout of tilt-extensions.

    git clone --depth 1 https://github.com/tilt-dev/tilt-extensions
    python scripts/public_extensions.py tilt-extensions
    python docs/generate.py

To be done for each release. A name that is missing does no harm: it is sent as the Tiltfile has it, like
every other, and is only not said to be public.
"""

import sys
from pathlib import Path

LIST = Path(__file__).parent.parent / "analytics/_extensions.py"
_TEST = "test"
_HEAD = '''\
"""The public list of extensions: those of tilt-extensions; written by ``scripts/public_extensions.py``."""

from __future__ import annotations

#: Names as a Tiltfile has them after ``ext://``.
PUBLIC = (
'''


def names(checkout: Path) -> list[str]:
    """Every directory with a Tiltfile, but for the extensions' own tests."""
    found = (path.parent.relative_to(checkout) for path in checkout.rglob("Tiltfile"))
    return sorted(str(path) for path in found if path.parts and not _is_test(path))


def _is_test(path: Path) -> bool:
    return any(part == _TEST or part.startswith(f"{_TEST}_") for part in path.parts[1:])


def text(found: list[str]) -> str:
    """The text of the module."""
    return _HEAD + "".join(f'    "{name}",\n' for name in found) + ")\n"


def main(argv: list[str]) -> int:
    """Write the list, and say how long it is."""
    found = names(Path(argv[0])) if len(argv) == 1 else []
    if not found:
        sys.stderr.write("usage: python scripts/public_extensions.py CHECKOUT, of tilt-extensions\n")
        return 2
    LIST.write_text(text(found))
    sys.stdout.write(f"{LIST}: {len(found)} names\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
