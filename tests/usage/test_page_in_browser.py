"""The page in a real browser. ``SCREENSHOTS=directory`` keeps pictures of what was seen."""

import os
from pathlib import Path

import pytest

from tiltfile_ext.usage._html import as_html
from tiltfile_ext.usage._shown import Shown

LOOKS = {"light": (1200, 900, "light"), "dark": (1200, 900, "dark"), "narrow": (320, 700, "dark")}


@pytest.fixture
def page(browser, survey, project):
    """Open the page."""
    path = project / "usage.html"
    path.write_text(as_html(survey, Shown(survey, str(project))))
    browser.complaints.clear()

    def open_(look):
        browser.look(*LOOKS[look])
        browser.open(f"file://{path}")
        browser.script("document.querySelectorAll('details').forEach(d => d.open = true)")
        return browser

    return open_


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_sticks_out_and_the_style_applies(page, look):
    browser = page(look)
    widths = browser.script("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert browser.script("getComputedStyle(document.body).marginTop") == "0px"
    assert browser.complaints == []
    where = os.environ.get("SCREENSHOTS")
    if where:
        Path(where, f"usage-{look}.png").write_bytes(browser.screenshot())


def test_light_and_dark_differ(page):
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('rect')).fill]"
    light, dark = page("light").script(colours), page("dark").script(colours)
    assert light[0] != dark[0]
    assert light[1] != dark[1]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(page, axe, look):
    browser = page(look)
    assert browser.axe(axe) == []
