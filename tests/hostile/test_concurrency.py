"""Loads at the same time, in threads, forked children and executors, give what each gives alone."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import tiltfile_ext
from tiltfile_ext.result_json import result_json
from tiltfile_ext.starkit.rewrite import _python
from tiltfile_ext.starkit.rewrite._python import parse

LOADS = 24


def _write(directory, number: int) -> str:
    """A Tiltfile whose outcome tells *number*; every third fails."""
    path = directory / str(number)
    path.mkdir()
    (path / "lib.tilt").write_text(
        f"def make(name):\n    os.putenv('WHO', '{number}')\n    local_resource(name, os.getenv('WHO'))\n"
    )
    end = f"fail('{number}')" if number % 3 == 0 else f"print({number}, sorted(set([3, {number}, 1])))"
    text = f"load('./lib.tilt', 'make')\nfor i in range(20):\n    make('r%d' % i)\nd = {{'a': [1]}}\nd['a'] += [{number}]\n{end}\n"
    (path / "Tiltfile").write_text(text)
    return str(path / "Tiltfile")


def outcome(path: str) -> tuple:
    result = tiltfile_ext.load(path, environ={"PATH": os.defpath}, timeout=60)
    counts = {name: use.calls for name, use in result.uses.items()}
    return result.messages, str(result.error), counts, result_json(result) if result.error is None else ""


def _paths(tmp_path) -> list[str]:
    return [_write(tmp_path, number) for number in range(LOADS)]


def test_threads_do_not_meet(tmp_path):
    paths = _paths(tmp_path)
    alone = [outcome(path) for path in paths]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, paths)) == alone


def test_the_first_loads_of_a_process_may_be_at_the_same_time(tmp_path):
    """What is made once, when first needed, is made once."""
    paths = _paths(tmp_path)
    alone = [outcome(path) for path in paths]
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_in_threads, (paths,)) == alone


def _in_threads(paths: list[str]) -> list[tuple]:
    together, found = threading.Barrier(8), {}

    def run(mine: list[str]) -> None:
        together.wait()
        found.update({path: outcome(path) for path in mine})

    threads = [threading.Thread(target=run, args=(paths[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[path] for path in paths]


def test_forked_children_go_on_with_what_their_parent_made(tmp_path):
    paths = _paths(tmp_path)
    alone = [outcome(path) for path in paths]
    with get_context("fork").Pool(2) as pool:
        assert pool.map(outcome, paths) == alone


def test_an_event_loop_may_load_in_its_executor(tmp_path):
    paths = _paths(tmp_path)
    alone = [outcome(path) for path in paths]

    async def together() -> list[tuple]:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(None, outcome, path) for path in paths))

    assert asyncio.run(together()) == alone


@pytest.fixture
def busy():
    """Threads change at every chance, and there is one whenever something is made."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5)
    gc.callbacks.append(_dawdle)
    yield
    gc.callbacks.remove(_dawdle)
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


def _dawdle(*_):
    for _ in range(50):
        pass


def test_threads_that_parse_at_once_get_their_trees_and_leave_warnings_as_they_were(busy):
    before = list(warnings.filters)
    text = "x = '\\d' + (1 + (2 * (3 + [x for x in [4]][0])))\n" * 20
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda _: parse(text, "Tiltfile")[1], range(120)))
    assert [len(tree.body) for tree in trees] == [20] * 120
    assert warnings.filters == before


def test_a_child_forked_while_another_thread_parses_can_parse():
    with _python._alone, ThreadPoolExecutor(1) as pool:
        assert pool.submit(_forked_parse).result(timeout=30) == 0


def _forked_parse() -> int:
    child = os.fork()
    if not child:
        signal.alarm(20)
        os._exit(parse("x = 1\n", "Tiltfile")[1] is None)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
