"""Whoever is killed, what was acknowledged is stored, once, and counted."""

import os

import kills
import pytest
from postgres import PROGRAMS

KILLS = int(os.environ.get("COLLECTOR_KILLS", "3"))


@pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL: apt-get install postgresql")
def test_relays_and_postgresql_are_killed_in_turn_and_nothing_is_lost_or_doubled():
    acknowledged, stored = kills.rounds(KILLS)
    assert 0 < acknowledged <= stored
