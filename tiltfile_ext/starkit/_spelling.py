"""Guesses at what a misspelt name was meant to be, as Tilt makes them."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate most like *name*, "" if none is within half its letters; case and "_" do not count."""
    folded = _fold(name)  # letters are counted in bytes
    best, limit = "", (len(folded) + 1) // 2
    for candidate in candidates:
        distance = _distance(folded, _fold(candidate), limit)
        if distance < limit:
            best, limit = candidate, distance
    return best


def no_attribute(type_name: str, name: str, names: Iterable[str]) -> str:
    """The message for an attribute that a value lacks."""
    if type_name == "K8sObjectID":  # the only type of Tilt that says so itself
        return f"tiltfile.k8sObjectID has no attribute '{name}'"
    what = {"struct": "struct has no .{} attribute"}.get(type_name, type_name + " has no .{} field or method")
    guess = nearest(name, names)
    return what.format(name) + (f" (did you mean .{guess}?)" if guess else "")


def _fold(name: str) -> bytes:
    return name.replace("_", "").lower().encode("utf-8", "surrogateescape")


def _distance(left: bytes, right: bytes, limit: int) -> int:
    """Edits that make *left* into *right*; anything from *limit* on means "too many"."""
    if abs(len(left) - len(right)) > limit:
        return limit
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            cost = before if char == other else 1 + min(before, row[j], row[j - 1])
            before, row[j] = row[j], cost
    return row[-1]
