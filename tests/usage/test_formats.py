"""The same numbers as a table, as JSON, as CSV and as a page."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

from tiltfile_ext.usage import LoadUsage, Site, Survey
from tiltfile_ext.usage._data import as_csv, as_json
from tiltfile_ext.usage._html import as_html
from tiltfile_ext.usage._shown import Shown
from tiltfile_ext.usage._table import table


@pytest.fixture
def shown(survey, project):
    return Shown(survey, str(project))


def test_the_table_tells_what_is_used_and_what_is_not(survey, shown):
    lines = table(survey, shown, places=False).splitlines()
    assert lines[0] == f"3 Tiltfiles: 4 of {survey.declared} built-ins used, 8 calls"
    assert lines[1:3] == [
        "1 failed to load; what ran before is counted:",
        '  bad/Tiltfile: Error in docker_build: docker_build: unexpected keyword argument "nope"',
    ]
    assert lines[4:6] == [
        "built-in        Tiltfiles  calls  arguments",
        "local_resource          2      5  name 5, cmd 4, labels 4, serve_cmd 1",
    ]
    assert lines[6].startswith("                                  never: deps, trigger_mode, ")
    assert f"never called ({len(survey.never_called())}):" in lines
    assert not [line for line in lines[3:] if len(line) > 100]


def test_the_table_lists_places_where_asked(survey, shown):
    lines = table(survey, shown, places=True).splitlines()
    assert "  lib.tilt:2:19  4 calls" in lines
    assert "  api/Tiltfile:4:2  1 call" in lines


def test_the_json_has_everything(survey, shown):
    data = json.loads(as_json(survey, shown))
    assert (data["tiltfiles"], data["files"], data["calls"]) == (3, 5, 8)
    first = data["builtins"][0]
    assert (first["name"], first["tiltfiles"], first["calls"]) == ("local_resource", 2, 5)
    assert first["arguments"][0] == {"name": "name", "tiltfiles": 2, "calls": 5}
    assert first["places"][1] == {
        "path": "lib.tilt", "line": 2, "column": 19, "calls": 4, "tiltfiles": 2,
        "arguments": {"name": 4, "cmd": 4, "labels": 4},
    }  # fmt: skip
    assert data["failures"][0]["path"] == "bad/Tiltfile"
    assert "set_team" in data["never_called"]


def test_the_rows_of_the_csv_add_up(survey, shown):
    rows = list(csv.DictReader(io.StringIO(as_csv(survey, shown))))
    for name, use in survey.builtins.items():
        own = [row for row in rows if row["built-in"] == name]
        assert sum(int(row["calls"]) for row in own if not row["argument"]) == use.calls
        for argument, given in use.arguments.items():
            assert sum(int(row["calls"]) for row in own if row["argument"] == argument) == given.calls
    never = {
        row["built-in"] for row in rows if not row["path"] and not row["argument"] and row["calls"] == "0"
    }
    assert never == set(survey.never_called())


class Page(HTMLParser):
    """Checks that elements are closed in order; collects text and attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.found = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def page(survey, shown):
    parsed = Page()
    parsed.feed(as_html(survey, shown))
    parsed.close()
    assert parsed.open == []
    return parsed


def test_the_page_has_no_script_and_nothing_from_elsewhere(page, survey, shown):
    assert page.all("script") == page.all("img") == page.all("link") == page.all("iframe") == []
    assert not [attributes for _, attributes in page.found for name in attributes if name.startswith("on")]
    assert "://" not in as_html(survey, shown)
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_every_chart_has_a_title_a_description_and_a_table(page):
    charts = page.all("svg")
    ids = {attributes.get("id") for _, attributes in page.found}
    assert len(charts) == 3
    for chart in charts:
        assert chart["role"] == "img"
        assert set(chart["aria-labelledby"].split()) <= ids
    assert len(page.all("figure")) == 3
    assert len(page.all("table")) >= 3
    named = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(named) == len(set(named))


def test_the_bars_are_as_long_as_their_numbers(survey, shown):
    chart = re.findall(r"<svg.*?</svg>", as_html(survey, shown), re.DOTALL)[1]
    lengths = [int(width) for width in re.findall(r'<rect[^>]* width="(\d+)"', chart)]
    assert lengths[0] == 5 * lengths[1] == max(lengths)


def test_whatever_a_tiltfile_says_is_text():
    survey = Survey({})
    evil = "<script>alert(1)</script>"
    usage = LoadUsage(
        f"/{evil}", {evil: 1}, {evil: {evil: 1}}, (Site(evil, f"/{evil}", 1, 1, 1, {evil: 1}),), {}, 1, evil
    )
    survey.add(usage)
    survey.finish()
    assert "<script" not in as_html(survey, Shown(survey, "/"))


def test_a_survey_of_nothing_can_be_shown():
    survey = Survey({})
    survey.finish()
    shown = Shown(survey, "/")
    assert "no built-in was called" in table(survey, shown, places=True)
    assert json.loads(as_json(survey, shown))["builtins"] == []
    assert as_csv(survey, shown).count("\n") == 1
    assert "Nothing was called." in as_html(survey, shown)


def test_files_of_extensions_are_shown_by_their_address(project):
    survey = Survey({})
    survey.origins["/cache/hello/Tiltfile"] = "ext://hello"
    shown = Shown(survey, str(project))
    assert shown.path("/cache/hello/Tiltfile") == "ext://hello"
    assert shown.path(f"{project}/web/Tiltfile") == "web/Tiltfile"
    assert shown.path("/elsewhere/Tiltfile") == "/elsewhere/Tiltfile"
