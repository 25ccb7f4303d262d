"""Values with named fields."""

from typing import ClassVar

import pytest

from tiltfile_ext.starkit import Data, evolve, field


class Point(Data):
    dimensions: ClassVar[int] = 2

    x: int
    y: int = 0
    tags: dict[str, str] = field(factory=dict)


class Named(Point):
    name: str = ""


class Cell(Data, frozen=False, eq=False):
    value: int = 0


class Even(Data):
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(self.number)


def test_fields_are_given_by_place_or_name():
    assert Point(1, 2) == Point(x=1, y=2)


def test_a_field_that_is_left_out_has_its_default():
    assert (Point(1).y, Point(1).tags) == (0, {})


def test_a_factory_makes_a_default_for_each_object():
    assert Point(1).tags is not Point(1).tags


def test_a_class_adds_its_fields_to_those_of_its_base():
    assert Named(1, name="a") == Named(1, 0, {}, "a")


@pytest.mark.parametrize(
    ("args", "kwargs", "problem"),
    [
        ((), {}, r"Point\(\) is missing 'x'"),
        ((1, 2, {}, 4), {}, r"Point\(\) takes 3 positional arguments but 4 were given"),
        ((1,), {"x": 1}, r"Point\(\) got multiple values for argument 'x'"),
        ((1,), {"z": 1}, r"Point\(\) got an unexpected keyword argument 'z'"),
    ],
)
def test_wrong_arguments_are_refused_in_pythons_words(args, kwargs, problem):
    with pytest.raises(TypeError, match=problem):
        Point(*args, **kwargs)


def test_a_field_cannot_be_set():
    with pytest.raises(AttributeError, match=r"Point\.x cannot be set"):
        Point(1).x = 2


def test_unless_the_class_says_so():
    cell = Cell()
    cell.value = 3
    assert cell.value == 3


def test_equal_fields_make_equal_values_with_one_hash():
    assert {Even(2), Even(2)} == {Even(2)}
    assert Even(2) != Even(4)


def test_objects_of_another_class_are_never_equal():
    assert Point(1) != Named(1)


def test_without_eq_each_object_is_its_own():
    assert Cell(1) != Cell(1)
    assert len({Cell(1), Cell(1)}) == 2


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="3"):
        Even(3)


def test_evolve_makes_another_value():
    point = Point(1, 2)
    assert (evolve(point, x=5), point) == (Point(5, 2), Point(1, 2))


def test_it_shows_its_fields():
    assert repr(Point(1)) == "Point(x=1, y=0, tags={})"


def test_it_can_be_matched():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
