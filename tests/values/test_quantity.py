"""Quantities of the Kubernetes API, as it writes them."""

import pytest

from tiltfile_ext.values.k8s.quantity import QuantityError, canonical


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("1", "1"), ("1000m", "1"), ("1024Mi", "1Gi"), ("0.5", "500m"), ("1.5Gi", "1536Mi"), ("1000", "1k"),
        ("0.1m", "100u"), ("1.5Ki", "1536"), ("0.3Ki", "307200m"), ("1e3", "1e3"), ("1000e3", "1e6"),
        ("0", "0"), ("0Ki", "0"), ("m", "0"), ("-5", "-5"), ("1E", "1E"), ("0.0000000001", "1n"),
        ("9223372036854775807Ei", "9223372036854775807"), ("-2000", "-2k"), ("12e1", "120"),
    ],
)  # fmt: skip
def test_a_quantity_has_one_usual_form(written, usual):
    assert canonical(written) == usual


@pytest.mark.parametrize("text", ["500m", "3Ki", "12e6", "+5", "1.500", "010", "5."])
def test_a_quantity_that_looks_usual_keeps_its_text(text):
    assert canonical(text) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "regular"), ("abc", "regular"), ("1 Gi", "regular"), ("1x", "regular"), ("1Kii", "suffix")],
)
def test_other_text_is_refused(text, problem):
    with pytest.raises(QuantityError, match=problem):
        canonical(text)
