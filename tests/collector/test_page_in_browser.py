"""The page in a real browser. ``SCREENSHOTS=directory`` keeps pictures of what was seen."""

import os
import random
from pathlib import Path

import pytest
from collecting import Running, event

PAGES = ("/", "/t/builtins", "/builtin/load?days=90", "/me", "/me?hash=m1")
LOOKS = {"light": (1200, 900, "light"), "dark": (1200, 900, "dark"), "narrow": (340, 700, "dark")}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A collector with something in every table."""
    running = Running(str(tmp_path_factory.mktemp("served") / "collector.db"))
    chance = random.Random(1)
    bodies = []
    for number in range(120):
        who = {"machine": f"m{number % 9}", "version": f"0.{number % 5}", "git__origin": f"r{number % 4}"}
        calls = {
            name: chance.randrange(1, 9)
            for name in chance.sample(["load", "local", "helm", "load.arg.<b>"], 3)
        }
        bodies.append(event(calls=calls, subcommand="up", ext_name="acme/ext", env="kind", **who))
        bodies.append(event(name="tilt.tiltfile.load", duration=chance.randrange(10**8, 10**9), **who))
    running.call(body=b"\n".join(bodies), headers={"Content-Type": "application/x-ndjson"})
    running.call(body=b"poison")
    running.settle()
    yield running.address
    running.stop()


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_sticks_out_and_nothing_is_complained_of(browser, address, look):
    browser.complaints.clear()
    browser.look(*LOOKS[look])
    for page in PAGES:
        browser.open(address + page)
        widths = browser.script("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], page
        assert browser.script("document.scripts.length") == 0
        if where := os.environ.get("SCREENSHOTS"):
            name = "".join(char if char.isalnum() else "-" for char in page)
            Path(where, f"{look}{name}.png").write_bytes(browser.screenshot())
    assert [words for words in browser.complaints if "favicon" not in words] == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser, address, axe, look):
    browser.look(*LOOKS[look])
    for page in PAGES:
        browser.open(address + page)
        assert browser.axe(axe) == [], page


def test_the_button_erases(browser, address):
    browser.look(*LOOKS["light"])
    browser.open(f"{address}/me?hash=m8")
    browser.script("document.querySelector('button').click()")
    browser._wait(lambda message: message.get("method") == "Page.loadEventFired")
    assert '"erased":26' in browser.script("document.body.textContent")
