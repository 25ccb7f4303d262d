"""kubectl's JSONPath."""

import pytest

from tiltfile_ext.values.json.path import JSONPath
from tiltfile_ext.values.json.path_parser import JSONPathError

DATA = {
    "a": {"x/y": 1, "image": "q"},
    "b": [{"n": "x", "image": "r"}, {"n": "y", "image": "s"}, {"m": 1}],
    "c": [0, 1, 2, 3, 4],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("{.a.image}", ["q"]), ("{$.a['image']}", ["q"]), ("{.a.x/y}", [1]), ("{.b[0].n}", ["x"]),
        ("{.b[*].image}", ["r", "s"]), ("{..image}", ["q", "r", "s"]), ("{.c[1:3]}", [1, 2]),
        ("{.c[-1:]}", [4]), ("{.c[::2]}", [0, 2, 4]), ("{.c[0,2]}", [0, 2]), ("{.c[?(@>2)]}", [3, 4]),
        ("{.c[?(@==2)]}", [2]), ("{.b[?(@.m)].m}", [1]), ("text", ["text"]),
        ("{range .b[0:2]}{.image}{end}", ["r", "s"]), ("{.a.image}{.b[0].n}", ["q", "x"]), ("{.a.*}", [1, "q"]),
        ("{true}", [True]), ("{1.5}", [1.5]), ('{"t\\n"}', ["t\n"]),
    ],
)  # fmt: skip
def test_a_path_finds(path, found):
    assert list(JSONPath(path).find(DATA)) == found


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("{.z}", "z is not found"), ("{.c[9]}", "array index out of bounds: index 9, length 5"),
        ("{.a[0]}", r"map\[string\]interface \{\} is not array or slice"), ("{hello}", "unrecognized identifier hello"),
        ("{end}", "not in range, nothing to end"), ("{.c[?(@<>1)]}", "unrecognized filter operator <>"),
        ('{.b[?(@.n=="y")].image}', "n is not found"), ("{.a.image[?(@.x)]}", "is not array, slice or map and cannot be filtered"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_data_is_told(path, problem):
    with pytest.raises(JSONPathError, match=problem):
        list(JSONPath(path).find(DATA))


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("{.a", "unclosed action"), ("{.a[1", "unterminated array"), ("{.a[b]}", "invalid array index b"),
        ('{"a}', "unterminated quoted string"), ("{~}", r"unrecognized character in action: U\+007E '~'"),
        ("{.a[?(@.x==1}", "unterminated filter"), ("{.a[?(@.x)}", "unclosed array expect ]"),
        ("{.a[1:-]}", "array index - is not a number"), ("{1.2.3}", "cannot parse number 1.2.3"),
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused(path, problem):
    with pytest.raises(JSONPathError, match=problem):
        JSONPath(path)
