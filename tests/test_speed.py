"""Guards of the cost of many calls, by what does not depend on the machine: how many functions are called."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import tiltfile_ext
from tiltfile_ext.result_json import result_json

#: the functions of Python that may run for a call of local_resource, from the Tiltfile to its manifest
MOST_FOR_A_CALL = 50
#: and those that may run to write its manifest
MOST_FOR_A_MANIFEST = 30

CALL = 'local_resource("{0}", cmd="echo {0}", deps=["src/{0}"], labels=["group"], allow_parallel=True)\n'


class Counted:
    """How many functions of Python were called."""

    calls = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _note(self, _frame: Any, event: str, _argument: Any) -> None:
        self.calls += event == "call"


@pytest.fixture
def functions_called(tmp_path) -> Callable[[str], tuple[int, int]]:
    """How many functions are called to load a Tiltfile of that text, and to write the result."""
    path = tmp_path / "Tiltfile"

    def count(text: str) -> tuple[int, int]:
        path.write_text(text)
        load, write = Counted(), Counted()
        with load.counting():
            result = tiltfile_ext.load(path, environ={})
        assert result.error is None
        with write.counting():
            result_json(result)
        return load.calls, write.calls

    count(CALL.format("imports what is imported late"))
    return count


def flat(calls: int) -> str:
    """As many calls, one a line."""
    return "".join(map(CALL.format, range(calls)))


def looped(calls: int) -> str:
    """As many calls, in a loop."""
    return f"for i in range({calls}):\n    i = str(i)\n    " + CALL.replace("{0}", '" + i + "')


@pytest.mark.parametrize("write", [flat, looped])
def test_a_call_and_its_manifest_take_few_functions_however_many_there_are(functions_called, write):
    few, many, most = (functions_called(write(number)) for number in (150, 300, 600))
    for less, more, calls in ((few, many, 150), (many, most, 300)):
        assert (more[0] - less[0]) / calls < MOST_FOR_A_CALL
        assert (more[1] - less[1]) / calls < MOST_FOR_A_MANIFEST


def test_a_line_like_an_earlier_one_takes_no_function_more_than_a_round_of_a_loop(functions_called):
    def growth(write: Callable[[int], str]) -> int:
        return functions_called(write(600))[0] - functions_called(write(150))[0]

    assert growth(flat) - growth(looped) < 45
