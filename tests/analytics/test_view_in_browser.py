"""The web view in a real browser. ``SCREENSHOTS=directory`` keeps pictures of what was seen."""

import os
import threading
from pathlib import Path

import pytest

from analytics import Client, Opt, _ledger
from analytics._app import TILT, locate
from analytics._consent import read_choice, write_choice
from analytics._parcel import Parcel
from analytics._spool import Record
from analytics.view import View, serve

PAGES = ("/", "/sent", "/waiting", "/keys")
LOOKS = {"light": (1200, 900, "light"), "dark": (1200, 900, "dark"), "narrow": (320, 700, "dark")}


@pytest.fixture
def address(browser, environ, no_sender):
    """Serve a view with something on every page, let the browser in, and return the address."""
    dirs = locate(environ)
    write_choice(dirs, Opt.IN)
    client = Client.open(version="1.2.3", subcommand="load", environ=environ, cwd=environ["HOME"])
    client.incr("cmd.load")
    client.incr("tiltfile.custom.report", {"<b>note</b>": "<script>document.title='hit'</script>" * 9})
    client.settle()
    client.flush()
    for number, (status, detail) in enumerate(
        [(200, "accepted"), (503, "the server is in trouble"), (0, "refused")]
    ):
        body = client.preview()[number % 2]
        record = Record(id=str(number), time=0, url="https://h/r", level="full", allowed_by="user", body=body)
        _ledger.attempt(dirs, Parcel([record], is_batch=False), 1.7e9)
        _ledger.answer(dirs, Parcel([record], is_batch=False), 1.7e9, status=status, detail=detail)
    server = serve(View(dirs, environ, TILT, version="1.2.3", prog="tool analytics"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    browser.complaints.clear()
    browser.look(*LOOKS["light"])
    browser.open(server.link)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_link_leads_to_the_page_and_is_gone_from_the_address(browser, address):
    assert browser.script("location.href") == f"{address}/"
    assert browser.script("document.querySelector('h1').textContent") == "Your usage is reported"


def test_the_style_applies_and_no_script_runs(browser, address):
    for page in PAGES:
        browser.open(address + page)
        assert browser.script("document.scripts.length") == 0
        assert browser.script("getComputedStyle(document.body).marginTop") == "0px"
    assert [words for words in browser.complaints if "favicon" not in words] == []
    assert browser.script("document.title") == "What each key means: tilt analytics"


def test_the_buttons_work(browser, address, environ):
    browser.click("button[value=out]")
    assert browser.script("document.querySelector('h1').textContent") == "Nothing is reported"
    assert "thrown away" in browser.script("document.querySelector('[role=status]').textContent")
    assert read_choice(locate(environ)).opt is Opt.OUT
    browser.click("button[value=in]")
    assert read_choice(locate(environ)).opt is Opt.IN
    browser.click("button[value=default]")
    assert read_choice(locate(environ)).opt is Opt.DEFAULT


def test_another_site_cannot_press_them(browser, address, environ):
    form = f"<form method=post action='{address}/choice'><input name=choice value=out></form>"
    browser.open(f"data:text/html,{form}")
    browser.script("document.forms[0].submit()")
    browser._wait(lambda message: message.get("method") == "Page.loadEventFired")
    assert browser.script("document.querySelector('h1').textContent") == "Not here"
    assert read_choice(locate(environ)).opt is Opt.IN


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_sticks_out(browser, address, look):
    browser.look(*LOOKS[look])
    for page in PAGES:
        browser.open(address + page)
        browser.script("document.querySelectorAll('details').forEach(d => d.open = true)")
        widths = browser.script("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], page
        keep(browser, f"{look}{page.replace('/', '-')}")


def test_the_focus_goes_from_top_to_bottom(browser, address):
    seen = []
    for _ in range(8):
        browser.press("Tab")
        seen.append(browser.script("document.activeElement.textContent.trim()"))
    assert seen == ["Skip to the content", "Overview", "Sent", "Waiting", "What each key means", "Opt in", "Opt out",
                    "Take the choice back"]  # fmt: skip
    assert browser.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser, address, axe, look):
    browser.look(*LOOKS[look])
    for page in PAGES:
        browser.open(address + page)
        browser.script("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = browser.axe(axe)
        assert found == [], page


def keep(browser, name):
    where = os.environ.get("SCREENSHOTS")
    if where:
        Path(where, f"{name}.png").write_bytes(browser.screenshot())
