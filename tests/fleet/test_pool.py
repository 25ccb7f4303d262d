"""Many paths, several processes, and what a bad path may cost."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tiltfile_ext.fleet import Done, Failed, FleetError, Limits, Lost, Pool, Progress


@pytest.fixture(autouse=True)
def _tasks_are_found(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent), *sys.path])


def run(paths, *, target="tasks:make", settings=None, **limits):
    with Pool(target, settings, Limits(**{"jobs": 2, **limits})) as pool:
        return {outcome.path: outcome for outcome in pool.outcomes(paths)}


def test_every_path_has_its_outcome_and_workers_are_used_again():
    outcomes = run([str(number) for number in range(50)], settings={"colour": "red"})
    assert [outcomes[str(number)].value[0] for number in range(50)] == [str(number) for number in range(50)]
    assert 1 <= len({outcome.value[1] for outcome in outcomes.values()}) <= 2
    assert outcomes["0"].value[3] == {"colour": "red"}


def test_workers_are_used_again_however_large_their_parent_is():
    code = (
        "import sys; sys.path[:] = sys.argv[1:]; large = bytearray(400 << 20); large[::4096] = b'x' * (400 << 8)\n"
        "from tiltfile_ext.fleet import Limits, Pool\n"
        "with Pool('tasks:make', None, Limits(jobs=1, memory_mib=500)) as pool:\n"
        "    print(len({outcome.value[1] for outcome in pool.outcomes(['a', 'b', 'c'])}))\n"
    )
    command = [sys.executable, "-c", code, *sys.path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "1\n"


def test_no_paths_start_no_process():
    assert run([]) == {}


def test_more_jobs_than_paths_start_a_process_for_each_path_at_most():
    assert len({outcome.value[1] for outcome in run(["a", "b"], jobs=8).values()}) <= 2


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("segfault", "died (SIGSEGV)"),
        ("exit:0", "died (exit status 0)"),
        ("shout:out of luck", "died (exit status 9): out of luck"),
    ],
)
def test_a_worker_that_dies_costs_its_path_only(path, reason):
    outcomes = run(["a", path, "b", "c", "d"], jobs=1)
    assert outcomes[path] == Lost(path, reason)
    assert all(isinstance(outcomes[each], Done) for each in "abcd")


def test_a_path_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr("tiltfile_ext.fleet._pool._GRACE_SECONDS", 1.5)
    outcomes = run(["hang", "a", "b"], timeout=0.5)
    assert outcomes["hang"] == Lost("hang", "did not end within 0.5 s, and was killed")
    assert isinstance(outcomes["b"], Done)


def test_a_worker_that_takes_too_much_memory_is_killed():
    outcomes = run(["grow:300", "a"], memory_mib=200)
    assert outcomes["grow:300"] == Lost("grow:300", "took more than 200 MiB of memory, and was killed")
    assert isinstance(outcomes["a"], Done)


def test_a_worker_that_has_grown_gets_no_more_paths():
    outcomes = run(["a", "b", "c"], jobs=1, memory_mib=2)
    assert len({outcome.value[1] for outcome in outcomes.values() if isinstance(outcome, Done)}) == sum(
        isinstance(outcome, Done) for outcome in outcomes.values()
    )


def test_a_task_that_raises_says_what_and_where():
    outcome = run(["fail:no way", "a"])["fail:no way"]
    assert isinstance(outcome, Failed)
    assert outcome.message == "ValueError: no way"
    assert outcome.where.startswith("tasks.py:")


def test_a_task_that_cannot_be_made_stops_everything():
    with pytest.raises(FleetError, match="no luck today"):
        run(["a", "b", "c"], target="tasks:unusable", settings="luck")


def test_a_worker_that_dies_before_it_can_work_stops_everything():
    with pytest.raises(FleetError, match=r"the process that is to load Tiltfiles died \(exit status 3\)"):
        run(["a", "b"], target="tasks:deadly")


def test_leaving_early_stops_workers_and_the_programs_they_run(tmp_path):
    marker = tmp_path / "pid"
    started = time.monotonic()
    with Pool("tasks:make", None, Limits(jobs=2)) as pool:
        outcomes = pool.outcomes([f"program:{marker}", f"await:{marker}"])
        assert next(outcomes).path == f"await:{marker}"
    assert time.monotonic() - started < 50
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text()), 0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_after_a_second_and_leaves_nothing(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stream = Terminal()
    progress = Progress(stream, 10, "checked")
    progress.update(1)
    assert stream.getvalue() == ""
    now[0] += 1.5
    progress.update(4, "2 findings")
    progress.clear()
    assert stream.getvalue() == "\r\x1b[K4 of 10 checked, 2 findings\r\x1b[K"


def test_progress_is_not_shown_in_a_file(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stream = io.StringIO()
    progress = Progress(stream, 10, "checked")
    now[0] += 100
    progress.update(4)
    progress.clear()
    assert stream.getvalue() == ""
