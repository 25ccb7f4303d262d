"""Names that resemble a misspelt one, by the short pieces that they share.

Facts: github.com/schollz/closestmatch, as Tilt 0.37.6 uses it for images. Names that share as many pieces
come in the order given; in Tilt their order is random.
"""

from collections.abc import Iterable

_SIZES = (2, 3, 4)
_MOST = 3


def near_names(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The three *candidates* that share the most pieces with *name*; fewer, if fewer share any."""
    wanted = _pieces(name)
    scores = {candidate: len(wanted & _pieces(candidate.lower())) for candidate in candidates}
    near = [candidate for candidate in scores if scores[candidate]]
    return tuple(sorted(near, key=lambda candidate: -scores[candidate])[:_MOST])


def _pieces(text: str) -> set[str]:
    """Every piece of two, three and four characters, but for those at the very end."""
    return {text[at : at + size] for size in _SIZES for at in range(len(text) - size)}
