"""Our values are attrs' values, for those who use attrs."""

import attrs

from tiltfile_ext.starkit import Data
from tiltfile_ext.testing import load_text
from tiltfile_ext.values.commands import Command


class Point(Data):
    """A value with every kind of field."""

    x: int
    y: int = 2


class Named(Point):
    """One that adds a field."""

    name: str = "here"


def test_attrs_finds_the_fields_with_their_types_and_defaults():
    assert [(a.name, a.type, a.default) for a in attrs.fields(Named)] == [
        ("x", int, attrs.NOTHING),
        ("y", int, 2),
        ("name", str, "here"),
    ]
    assert [a.name for a in attrs.fields(Point)] == ["x", "y"]


def test_attrs_makes_a_dict_and_another_value():
    assert attrs.asdict(Named(1)) == {"x": 1, "y": 2, "name": "here"}
    assert attrs.evolve(Named(1), y=3) == Named(1, 3)


def test_a_result_is_an_attrs_value_through_and_through():
    result = load_text("local_resource('a', cmd=['x'])")
    assert attrs.has(type(result))
    assert attrs.evolve(result, error=None).manifests == result.manifests
    command = attrs.asdict(Command(("x",), "/d"))
    assert command == {"argv": ("x",), "dir": "/d", "env": ()}
