"""os, os.path, os.environ, sys and shlex."""

import pytest

from tiltfile_ext.testing import printed


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("os.path.join('a', '/b', '', '../c')", "a/c"),
        ("os.path.join()", ""),
        ("os.path.basename('/a/b/')", "b"),
        ("os.path.dirname('/a/b/')", "/a/b"),
        ("os.path.relpath('/a/c', '/a/b')", "../c"),
        ("os.path.abspath('/a/../b')", "/a/../b"),
        ("os.path.exists('Tiltfile'), os.path.exists('nowhere')", "True False"),
        ("os.getenv('NOPE'), os.getenv('NOPE', 'x')", "None x"),
        ("os.name, type(os), os", "posix module [module: os]"),
        ("type(sys.argv), type(sys.executable)", "list string"),
        ("shlex.quote(\"it's\"), shlex.quote(''), shlex.quote('plain-1')", "'it'\"'\"'s' '' plain-1"),
    ],
)
def test_it_gives_tilts_value(tiltfile, expression, value):
    assert printed(tiltfile(f"print({expression})")) == value


def test_paths_start_at_the_executing_file(tiltfile, tmp_path):
    result = tiltfile(
        "include('sub/Tiltfile')", files={"sub/Tiltfile": "print(os.getcwd(), os.path.abspath('x'))"}
    )
    assert printed(result) == f"{tmp_path}/sub {tmp_path}/sub/x"


def test_environ_is_seen_by_getenv_and_the_other_way_round(tiltfile):
    text = "e = os.environ\ne['A'] = 'x'\nos.putenv('B', 'y')\nprint(os.getenv('A'), e['B'], 'C' in e)"
    assert printed(tiltfile(text)) == "x y False"


def test_what_a_tiltfile_writes_stays_in_its_load(tiltfile):
    tiltfile("os.environ['LEAK'] = '1'")
    assert printed(tiltfile("print(os.getenv('LEAK'))")) == "None"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("os.environ['NOPE']", 'Error: key "NOPE" not in environ'),
        ("os.path.join('a', 1)", "Error in os.path.join: os.path.join() only accepts strings. Argument #1: 1"),
        ("os.path.relpath('a', '/b')", "Error in os.path.relpath: Rel: can't make a relative to /b"),
        ("os.path.realpath('/no-such-place/x')",
         "Error in os.path.realpath: lstat /no-such-place: no such file or directory"),
        ("shlex.quote(s='x')", 'Error in shlex.quote: shlex.quote: unexpected keyword argument "s"'),
    ],
)  # fmt: skip
def test_an_error_is_told_in_tilts_words(tiltfile, call, text):
    assert str(tiltfile(call).error).splitlines()[-1] == text
