"""Reading, listing, watching; YAML and JSON files; what counts as watched."""

import pytest

from tiltfile_ext.testing import printed


def test_a_file_is_read_as_a_blob_and_watched(tiltfile, tmp_path):
    result = tiltfile("b = read_file('a.txt')\nprint(type(b), b)", files={"a.txt": "text"})
    assert printed(result) == "blob text"
    assert f"{tmp_path}/a.txt" in result.config_files


def test_a_missing_file_is_watched_too_and_may_have_a_default(tiltfile, tmp_path):
    result = tiltfile("print(read_file('no.txt', 'default'), read_json('no.json', default=None))")
    assert printed(result) == "default None"
    assert {f"{tmp_path}/no.txt", f"{tmp_path}/no.json"} <= set(result.config_files)


def test_an_empty_default_is_a_default_and_is_false(tiltfile):
    assert printed(tiltfile("print(read_file('no.txt', '') or 'empty')")) == "empty"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("read_file('no.txt')", "Error in read_file: open {dir}/no.txt: no such file or directory"),
        ("read_file('.')", "Error in read_file: read {dir}: is a directory"),
        ("read_file('Tiltfile/x')", "Error in read_file: lstat {dir}/Tiltfile/x: not a directory"),
        ("read_file(1)", "Error in read_file: read_file: for parameter paths: "
                         "expected path | string. Actual type: starlark.Int"),
        ("blob(1)", "Error in blob: blob: for parameter input: got int, want string"),
        ("read_yaml('two.yaml')", "Error in read_yaml: expected a yaml document but found a yaml stream (documents "
                                  "separated by `---`). use decode_yaml_stream instead to decode a yaml stream"),
        ("read_json('two.yaml')", "Error in read_json: error parsing JSON from {dir}/two.yaml: "
                                  "invalid character 'a' looking for beginning of value"),
    ],
)  # fmt: skip
def test_a_failure_is_told_in_tilts_words(tiltfile, tmp_path, call, text):
    result = tiltfile(call, files={"two.yaml": "a: 1\n---\nb: 2\n"})
    assert str(result.error).splitlines()[-1] == text.format(dir=tmp_path)


def test_listdir_lists_files_sorted_and_recursion_watches(tiltfile, tmp_path):
    files = {"d/b": "", "d/a": "", "d/sub/c": ""}
    result = tiltfile("print(listdir('d'))\nprint(listdir('d', recursive=True))", files=files)
    flat, deep = printed(result).splitlines()
    assert flat == f'["{tmp_path}/d/a", "{tmp_path}/d/b"]'
    assert deep == f'["{tmp_path}/d/a", "{tmp_path}/d/b", "{tmp_path}/d/sub/c"]'
    assert f"{tmp_path}/d" in result.config_files


@pytest.mark.parametrize("target", ["nowhere", "Tiltfile"])
def test_listdir_of_no_directory_is_empty(tiltfile, target):
    assert printed(tiltfile(f"print(listdir('{target}'))")) == "[]"


def test_watch_file_takes_directories(tiltfile, tmp_path):
    assert f"{tmp_path}/anything" in tiltfile("watch_file('anything')").config_files


def test_the_tiltfile_its_ignore_file_and_loaded_files_are_watched(tiltfile, tmp_path):
    result = tiltfile("load('lib.Tiltfile', 'x')", files={"lib.Tiltfile": "x = 1"})
    assert result.config_files == (
        f"{tmp_path}/.tiltignore",
        f"{tmp_path}/Tiltfile",
        f"{tmp_path}/lib.Tiltfile",
    )


def test_codecs_go_there_and_back(tiltfile):
    text = "v = {'a': [1, 2.5, None, True], 'b': 'x'}\nprint(decode_json(encode_json(v)) == v, "
    assert printed(tiltfile(text + "decode_yaml(encode_yaml(v)) == v)")) == "True True"


def test_null_documents_of_a_stream_are_dropped(tiltfile):
    text = "print(decode_yaml_stream('a: 1\\n---\\n---\\n- 2\\n'), encode_yaml_stream([1, {'a': 2}]))"
    assert printed(tiltfile(text)) == '[{"a": 1}, [2]] 1\n---\na: 2\n'
