"""ACME001 finds what it should, and lets pass what it should."""

import pytest
from acme_policy import AcmePolicy

from tiltfile_ext.testing import check, fixed

POLICY = AcmePolicy().configured({"teams": ["web", "platform"]})


def test_a_tiltfile_with_a_team_passes():
    assert check('acme.team("web")', [POLICY]) == []


def test_a_tiltfile_without_a_team_is_found():
    (finding,) = check("print('hello')", [POLICY])
    assert finding.code == "ACME001"
    assert finding.message == "no team answers for this Tiltfile"


def test_a_team_that_nobody_knows_is_found_where_it_is_named():
    (finding,) = check('\nacme.team("wbe")', [POLICY])
    assert finding.place == "Tiltfile:2:10"
    assert (finding.message, finding.help) == ('"wbe" is no team', "teams: web, platform")


def test_the_only_team_there_is_can_be_filled_in():
    policy = AcmePolicy(teams=("web",))
    text = "# Shop\n\nprint('hello')\n"
    assert fixed(text, check(text, [policy])) == "# Shop\n\nacme.team(\"web\")\n\nprint('hello')\n"


def test_a_team_may_be_named_in_a_file_that_is_loaded():
    assert check("load('team.star', 'x')", [POLICY], files={"team.star": "x = acme.team('web')"}) == []


def test_a_configuration_that_means_nothing_is_refused():
    with pytest.raises(ValueError, match="say teams ="):
        AcmePolicy().configured({"team": "web"})
