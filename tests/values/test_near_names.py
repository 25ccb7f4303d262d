"""Suggestions for misspelt image names."""

from __future__ import annotations

from tiltfile_ext.values.config.near_names import near_names


def test_names_that_share_more_pieces_come_first():
    assert near_names("gcr.io/frontend", ["frontier", "gcr.io/fronted", "zzz"]) == (
        "gcr.io/fronted",
        "frontier",
    )


def test_there_are_three_at_most():
    assert near_names("abcd", ["abcd1", "abcd2", "abcd3", "abcd4"]) == ("abcd1", "abcd2", "abcd3")


def test_names_too_short_for_a_piece_are_never_near():
    assert near_names("ab", ["ab"]) == ()
