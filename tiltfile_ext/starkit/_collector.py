"""Python's garbage collector during loads.

A load makes many objects that live to its end, such as the syntax trees of its files, and hardly a cycle.
With the usual thresholds the collector goes through them again and again: of a load of 10 000 lines, a
third of the time.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 200_000  # new ones before the collector looks at them


class _Loads:
    """How many loads run, and what the collector was like before the first of them."""

    lock = threading.Lock()
    running = 0
    thresholds = gc.get_threshold()
    may_freeze = False


@contextmanager
def few_collections() -> Iterator[None]:
    """Collect seldom while any load runs, then as before."""
    with _Loads.lock:
        _Loads.running += 1
        if _Loads.running == 1:
            _begin()
    try:
        yield
    finally:
        with _Loads.lock:
            _Loads.running -= 1
            if not _Loads.running:
                _end()


def _begin() -> None:
    _Loads.thresholds = gc.get_threshold()
    _Loads.may_freeze = gc.isenabled() and not gc.get_freeze_count()
    first, *others = _Loads.thresholds
    if first:
        gc.set_threshold(max(_OBJECTS, first), *others)


def _end() -> None:
    gc.set_threshold(*_Loads.thresholds)
    if _Loads.may_freeze:
        gc.unfreeze()


@contextmanager
def no_collection() -> Iterator[None]:
    """Do not collect at all, and leave what is made out of later collections of the load."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        with _Loads.lock:
            if _Loads.running and _Loads.may_freeze:
                gc.freeze()
        gc.enable()
