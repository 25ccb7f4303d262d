"""When a watcher says that it is time to load again: with a bell that tests ring, and a clock that they set."""

import os
import threading
import time

import pytest

from tiltfile_ext import load
from tiltfile_ext.watching import SystemBell, Watcher, watch


class FakeTime:
    """A clock and a bell in one: waiting takes no time, and does on the way what a test has planned."""

    def __init__(self) -> None:
        self.problem = ""
        self.now = 0.0
        self.waited: list[float] = []
        self.hung: list[set[str]] = []
        self._plans: list[tuple[float, object, bool]] = []

    def plan(self, at: float, what, *, rings: bool = True) -> None:
        """Do *what* at the time *at*, and ring for it or not."""
        self._plans.append((at, what, rings))
        self._plans.sort(key=lambda plan: plan[0])

    def monotonic(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return time.time_ns()

    def hang(self, places) -> bool:
        paths = {place.path for place in places}
        if self.hung and self.hung[-1] == paths:
            return False
        self.hung.append(paths)
        return True

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        end = self.now + seconds
        while self._plans and self._plans[0][0] <= end:
            at, what, rings = self._plans.pop(0)
            self.now = max(self.now, at)
            what()
            if rings:
                return True
        self.now = end
        return False

    def close(self) -> None:
        self.hung.append(set())


@pytest.fixture
def fake():
    return FakeTime()


@pytest.fixture
def watcher(tmp_path, fake, monkeypatch):
    """A watcher of a Tiltfile that reads a.yaml; its looks take no time."""
    path = tmp_path / "Tiltfile"
    path.write_text("watch_file('a.yaml')\nread_file('b.yaml', default='')\n")
    _age(path)
    return Watcher(str(path), lambda: load(path), bell=fake, clock=fake)


def _age(path) -> None:
    """As if *path* had been written long ago."""
    os.utime(path, ns=(1, 1))


def names(changes):
    """What changed, by its name."""
    return [(os.path.basename(path), kind) for path, kind in changes]


def test_a_change_ends_the_wait_when_it_has_come_to_rest(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    fake.plan(50.0, lambda: (tmp_path / "a.yaml").write_text(""))
    fake.plan(50.1, (tmp_path / "a.yaml").unlink)
    fake.plan(50.25, lambda: (tmp_path / "a.yaml").write_text("x"))
    assert names(watcher.wait()) == [("a.yaml", "created")]
    assert fake.now == pytest.approx(50.45)


def test_a_ring_for_nothing_that_matters_does_not_end_the_wait(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    fake.plan(10.0, lambda: (tmp_path / "other").write_text(""))
    fake.plan(20.0, lambda: (tmp_path / "a.yaml").write_text(""))
    assert names(watcher.wait()) == [("a.yaml", "created")]
    assert fake.now > 20


def test_what_is_written_and_taken_back_within_a_burst_is_no_change(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    fake.plan(10.0, lambda: (tmp_path / "a.yaml").write_text(""))
    fake.plan(10.1, (tmp_path / "a.yaml").unlink)
    fake.plan(20.0, lambda: (tmp_path / "b.yaml").write_text(""))
    assert names(watcher.wait()) == [("b.yaml", "created")]


def test_a_change_that_nobody_rings_for_is_found_by_looking(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    fake.plan(10.5, lambda: (tmp_path / "a.yaml").write_text(""), rings=False)
    assert names(watcher.wait()) == [("a.yaml", "created")]
    assert fake.now < 13


def test_without_a_bell_it_looks_more_often(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    fake.problem = "no more watches"
    fake.plan(10.5, lambda: (tmp_path / "a.yaml").write_text(""), rings=False)
    watcher.wait()
    assert fake.now == pytest.approx(11.2)


def test_the_bell_follows_a_directory_that_is_made_on_the_way_to_a_missing_file(watcher, fake, tmp_path):
    (tmp_path / "Tiltfile").write_text("watch_file('deep/er/a.yaml')")
    _age(tmp_path / "Tiltfile")
    watcher.load()
    watcher.arm()
    fake.plan(1.0, lambda: (tmp_path / "deep" / "er").mkdir(parents=True))
    fake.plan(9.0, lambda: (tmp_path / "deep" / "er" / "a.yaml").write_text(""))
    assert names(watcher.wait()) == [("a.yaml", "created")]
    assert {str(tmp_path), str(tmp_path / "deep" / "er")} in fake.hung


def test_changes_during_a_load_lead_to_one_more_load(tmp_path, fake):
    path = tmp_path / "Tiltfile"
    path.write_text("x = 1")
    _age(path)
    texts = iter(["", "x = 3", ""])

    def slow():
        result = load(path)
        text = next(texts)
        if text:
            path.write_text("x = 2")
            path.write_text(text)
        return result

    watcher = Watcher(str(path), slow, bell=fake, clock=fake)
    ends = []
    fake.plan(100.0, lambda: path.write_text("x = 11"))
    fake.plan(200.0, lambda: path.write_text("x = 12"))
    for _ in range(3):
        watcher.load()
        watcher.arm()
        assert names(watcher.wait()) == [("Tiltfile", "changed")]
        ends.append(fake.now)
    assert ends == pytest.approx([100.2, 100.4, 200.2])


def test_a_tiltfile_that_has_written_what_it_reads_is_not_loaded_again(tmp_path, fake):
    path = tmp_path / "Tiltfile"
    path.write_text("local('echo a > a.yaml')\nread_file('a.yaml')")
    (tmp_path / "a.yaml").write_text("a\n")
    for name in ("Tiltfile", "a.yaml"):
        _age(tmp_path / name)
    watcher = Watcher(str(path), lambda: load(path), bell=fake, clock=fake)
    watcher.load()
    watcher.arm()
    assert names(watcher.wait()) == [("a.yaml", "changed")]  # not known before, so it may be another's
    watcher.load()
    watcher.arm()
    fake.plan(fake.now + 500, lambda: path.write_text("x = 1"))
    assert names(watcher.wait()) == [("Tiltfile", "changed")]
    assert fake.now > 500


def test_a_tiltfile_that_always_writes_something_else_is_loaded_ever_more_seldom(tmp_path, fake):
    path = tmp_path / "Tiltfile"
    path.write_text("local('echo x >> a.yaml')\nread_file('a.yaml')")
    _age(path)
    watcher = Watcher(str(path), lambda: load(path), bell=fake, clock=fake)
    times, restless = [], []
    for _ in range(6):
        watcher.load()
        watcher.arm()
        restless.append(names(watcher.restless))
        began = fake.now
        watcher.wait()
        times.append(fake.now - began)
    assert times == pytest.approx([0.2, 0.2, 1.2, 2.2, 4.2, 8.2])
    assert restless == [[], [], *[[("a.yaml", "changed")]] * 4]


def test_a_pause_ends_when_another_file_changes(tmp_path, fake):
    path = tmp_path / "Tiltfile"
    path.write_text("local('echo x >> a.yaml')\nread_file('a.yaml')")
    _age(path)
    watcher = Watcher(str(path), lambda: load(path), bell=fake, clock=fake)
    for _ in range(8):
        watcher.load()
        watcher.arm()
        watcher.wait()
    watcher.load()
    watcher.arm()
    began = fake.now
    fake.plan(began + 5, lambda: path.write_text(path.read_text() + "\n"))
    found = watcher.wait()
    assert fake.now - began == pytest.approx(5.2)
    assert names(found) == [("Tiltfile", "changed"), ("a.yaml", "changed")]


def test_what_a_load_no_longer_reads_is_no_longer_watched(watcher, fake, tmp_path):
    watcher.load()
    watcher.arm()
    assert f"{tmp_path}/a.yaml" in watcher.watched
    (tmp_path / "Tiltfile").write_text("")
    watcher.wait()
    watcher.load()
    assert watcher.watched == (f"{tmp_path}/Tiltfile", f"{tmp_path}/.tiltignore")


def test_what_the_tiltignore_names_is_not_watched(watcher, tmp_path):
    (tmp_path / ".tiltignore").write_text("*.yaml")
    watcher.load()
    assert not [path for path in watcher.watched if path.endswith(".yaml")]


def test_a_tiltfile_that_is_missing_is_awaited(tmp_path, fake):
    path = tmp_path / "Tiltfile"
    watcher = Watcher(str(path), lambda: load(path), bell=fake, clock=fake)
    assert watcher.load().error is not None
    watcher.arm()
    fake.plan(3.0, lambda: path.write_text(""))
    assert names(watcher.wait()) == [("Tiltfile", "created")]


def test_the_link_that_a_tiltfile_is_named_by_is_watched(tmp_path, fake):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Tiltfile").write_text(f"print('{name}')")
        _age(tmp_path / name / "Tiltfile")
    link = tmp_path / "current"
    link.symlink_to("one")
    watcher = Watcher(f"{link}/Tiltfile", lambda: load(f"{link}/Tiltfile"), bell=fake, clock=fake)
    watcher.load()
    watcher.arm()

    def switch():
        (tmp_path / "new").symlink_to("two")
        (tmp_path / "new").rename(link)

    fake.plan(3.0, switch)
    assert watcher.wait()[0].path == f"{link}/Tiltfile"


def test_waiting_ends_when_it_is_stopped(tmp_path):
    (tmp_path / "Tiltfile").write_text("")
    stop = threading.Event()
    loads = watch(tmp_path / "Tiltfile", stop=stop)
    next(loads)
    threading.Timer(0.3, stop.set).start()
    assert list(loads) == []


def test_a_program_gets_each_load_with_what_led_to_it(tmp_path):
    path = tmp_path / "Tiltfile"
    path.write_text("local_resource('a', 'x')")
    loads = watch(path)
    first = next(loads)
    assert (first.files, first.result.error, bool(first.differences)) == ((), None, False)
    path.write_text("fail('x')")
    second = next(loads)
    assert names(second.files) == [("Tiltfile", "changed")]
    assert second.result.error is not None
    path.write_text("local_resource('b', 'x')")
    third = next(loads)
    assert (third.recovered, third.differences.added, third.differences.removed) == (True, ("b",), ("a",))
    loads.close()


def test_a_bell_rings_for_what_happened_while_nobody_waited(tmp_path):
    bell = SystemBell()
    watcher = Watcher(str(tmp_path / "x"), lambda: load(tmp_path / "x"), bell=bell)
    watcher.load()
    watcher.arm()
    (tmp_path / "x").write_text("")
    assert bell.wait(30)
    bell.close()


def test_a_bell_that_cannot_be_hung_says_why_and_waits_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("watchfiles.watch", _no_more)
    path = tmp_path / "Tiltfile"
    path.write_text("")
    bell = SystemBell()
    watcher = Watcher(str(path), lambda: load(path), bell=bell)
    watcher.load()
    watcher.arm()
    assert watcher.problem == "OS file watch limit reached"
    path.write_text("x = 1")
    assert names(watcher.wait()) == [("Tiltfile", "changed")]


def _no_more(*_, **__):
    raise OSError("OS file watch limit reached")
