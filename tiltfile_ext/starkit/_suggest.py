"""For "did you mean …": the nearest of a few names, by starlark-go's measure."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(name: str, candidates: Iterable[str]) -> str:
    """The candidate nearest to *name*, "" if none is near.

    Case and underscores are ignored; the edit distance must be below half the name's length.
    """
    wanted = _plain(name)
    best, best_distance = "", (len(wanted) + 1) // 2
    for candidate in candidates:
        distance = edit_distance(wanted, _plain(candidate), best_distance)
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def edit_distance(a: str, b: str, bound: int) -> int:
    """The Levenshtein distance of *a* and *b*; any number of at least *bound* when it is not below it."""
    if abs(len(a) - len(b)) >= bound:
        return bound
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            substituted = previous + (left != right)
            previous = row[j]
            row[j] = min(row[j] + 1, row[j - 1] + 1, substituted)
    return row[-1]
