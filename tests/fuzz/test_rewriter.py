"""What the rewriter makes of random programs leads back to them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tiltfile_ext.host import environment_for
from tiltfile_ext.starkit._errors import StaticError
from tiltfile_ext.starkit.rewrite import Source, rewrite

sys.path.insert(0, str(Path(__file__).parent))

import itertools

from _programs import program

COUNT = int(os.environ.get("FUZZ_REWRITES", "60"))


def _rewritten(seed: int) -> Source | None:
    try:
        source = rewrite(program(seed).files["Tiltfile"], "/Tiltfile", environment_for(None).universe())
    except StaticError:
        return None
    return source if source.tree is not None else None


@pytest.mark.parametrize("seed", range(COUNT))
def test_what_is_kept_is_found_where_it_was_written(seed):
    source = _rewritten(seed)
    if source is None:
        return
    replaced = {offset for start, end, _ in source._edits for offset in range(start, end)}
    for offset in range(len(source.tidy)):
        if offset not in replaced:
            assert source.tidy_offset(source.new_offset(offset, behind=True)) == offset


@pytest.mark.parametrize("seed", range(COUNT))
def test_nothing_changes_places(seed):
    source = _rewritten(seed)
    if source is None:
        return
    back = [source.tidy_offset(offset) for offset in range(len(source.text))]
    assert all(one <= other for one, other in itertools.pairwise(back))
