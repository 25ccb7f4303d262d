"""Programs that run while the Tiltfile loads."""

import pytest

from tiltfile_ext.testing import printed


def test_the_output_is_a_blob_and_is_shown_line_by_line(tiltfile):
    result = tiltfile("b = local(\"printf 'a\\nb\\n'\")\nprint(type(b), str(b))")
    assert printed(result).splitlines()[-4:] == [" → a", " → b", "blob a", "b"]


def test_a_silent_program_is_said_to_be_silent(tiltfile):
    assert printed(tiltfile("local(['true'])")) == "local: true\n → [no output]"


@pytest.mark.parametrize("options", ["quiet=True", "quiet=True, echo_off=True"])
def test_quiet_shows_no_output(tiltfile, options):
    assert " → " not in printed(tiltfile(f"local('echo x', {options})"))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("local('exit 3')", 'command "exit 3" failed.\nerror: exit status 3'),
        ("local('exit 3', quiet=True)", 'command "exit 3" failed.\nerror: exit status 3\nstdout:\n\nstderr:\n\n'),
        ("local('kill -9 $$')", 'command "kill -9 $$" failed.\nerror: exit status -1'),
        ("local(['nope'])", 'command "nope" failed.\nerror: exec: "nope": executable file not found in $PATH'),
        ("local(['./no'])", 'command "./no" failed.\nerror: fork/exec ./no: no such file or directory'),
        ("local(['/tmp'])", 'command "/tmp" failed.\nerror: fork/exec /tmp: permission denied'),
        ("local('')", 'command "" failed.\nerror: empty cmd'),
        ("local(5)", "a command must be a string or list of strings. found starlark.Int"),
        ("local(['a', 1])", "a command must be a string or a list of strings: '1' is a starlark.Int, not a string"),
        ("local('x', env={'': 'v'})", 'environment has empty key for value "v"'),
        ("local('x', dir=1)", "a command directory must be empty or a string: "
                              "expected path | string. Actual type: starlark.Int"),
    ],
)  # fmt: skip
def test_a_failure_is_told_in_tilts_words(tiltfile, call, text):
    assert str(tiltfile(call).error).partition("Error in local: ")[2] == text


def test_a_missing_directory_is_a_failure_to_start(tiltfile):
    error = str(tiltfile("local('true', dir='nowhere')").error)
    assert error.endswith("/sh: no such file or directory")


def test_the_child_sees_what_the_tiltfile_put_into_the_environment(tiltfile):
    text = (
        "os.environ['A'] = '1'\nos.putenv('B', '2')\nprint(local('echo $A$B$C', env={'C': '3'}, quiet=True))"
    )
    assert printed(tiltfile(text)).splitlines()[-2:] == ["123", ""] or "123" in printed(tiltfile(text))


def test_a_tilt_inside_a_tilt_does_not_report(tiltfile):
    assert "=1=" in printed(tiltfile("local('echo =$TILT_DISABLE_ANALYTICS=')"))


def test_the_child_reads_what_it_is_given_and_nothing_else(tiltfile):
    text = "print(str(local('cat', stdin='given', quiet=True)), str(local('cat', quiet=True)) == '')"
    assert printed(tiltfile(text)).endswith("given True")


def test_a_megabyte_passes_in_both_directions(tiltfile):
    result = tiltfile("print(len(str(local('cat', stdin='x' * 1000000, quiet=True))))")
    assert printed(result).endswith("1000000")


def test_it_runs_in_the_directory_of_the_executing_file(tiltfile, tmp_path):
    result = tiltfile("include('sub/Tiltfile')", files={"sub/Tiltfile": "print(local('pwd', quiet=True))"})
    assert f"{tmp_path}/sub" in printed(result)
