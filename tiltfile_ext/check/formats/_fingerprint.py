"""Tells whether two checks found the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from tiltfile_ext.check._finding import Finding

_NUMBER = re.compile(r"\d+")


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """For each finding, a text that stays when lines move, and that no other finding here has.

    It is made of the code, the path and the message without its numbers, and, of findings that are equal in
    those, of how many came before.
    """
    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.code, finding.path, _NUMBER.sub("0", finding.message))
        seen[key] = seen.get(key, 0) + 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
