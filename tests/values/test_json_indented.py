"""JSON text, indented."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.json_indented import indented_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
)


@given(VALUES)
def test_it_is_what_the_standard_encoder_writes(value):
    assert indented_json(value) == json.dumps(value, indent=2, ensure_ascii=False)


def test_names_with_percent_signs_are_kept():
    assert indented_json({"100%": {"%s": "%d"}}) == '{\n  "100%": {\n    "%s": "%d"\n  }\n}'


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(TypeError):
        indented_json({1: 2})
