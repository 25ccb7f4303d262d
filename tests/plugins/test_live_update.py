"""Live updates: their steps, and which lists of steps make sense."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.docker.images import Images


def load(tiltfile, steps):
    return tiltfile(f'docker_build("a", ".", live_update={steps})', files={"Dockerfile": "FROM scratch"})


def live_update(result):
    (build,) = result[Images]
    return build.live_update


@pytest.mark.parametrize("steps", ["None", "[]", "()", "{}"])
def test_no_steps_are_no_live_update(tiltfile, steps):
    assert not live_update(load(tiltfile, steps))


@pytest.mark.parametrize("steps", ['sync("a", "/b")', '[sync("a", "/b")]', '(sync("./a", "/b"),)'])
def test_one_step_or_a_sequence_will_do(tiltfile, steps):
    assert live_update(load(tiltfile, steps)).syncs == (("a", "/b"),)


def test_local_paths_are_relative_to_the_tiltfile(tiltfile, tmp_path):
    update = live_update(load(tiltfile, '[fall_back_on(["/x", "y"]), sync("..", "/b")]'))
    assert (update.base_path, update.stop_paths[1], update.syncs) == (str(tmp_path), "y", (("..", "/b"),))


def test_all_steps_in_order(tiltfile):
    update = live_update(
        load(
            tiltfile,
            '[initial_sync(), fall_back_on("f"), sync("a", "/b"), run("c", ["t"]), restart_container()]',
        )
    )
    assert (update.initial_sync, update.restart) == (True, True)
    assert [(run.command.argv, run.triggers) for run in update.runs] == [(("sh", "-c", "c"), ("t",))]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            '[sync("a", "/b"), initial_sync()]',
            "initial_sync must appear at most once, at the start of the list",
        ),
        ('[run("a"), fall_back_on("b")]', "fall_back_on steps must appear at the start of the list"),
        ('[run("a"), sync("a", "/b")]', "all sync steps must precede all run steps"),
        ('[restart_container(), run("a")]', "restart container is only valid as the last step"),
        (
            '[sync("a", "/b"), "c"]',
            "'steps' must be a list of live update steps - got value '\"c\"' of type 'string'",
        ),
        (
            "restart_container()",
            "spec.syncs: Invalid value: null: must contain at least 1 sync or 1 exec to run on live update",
        ),
        (
            '[sync("a", "b"), sync("a", "/b"), sync("a", "")]',
            (
                '[spec.syncs[0]: Invalid value: "b": sync destination is not absolute, '
                'spec.syncs[2]: Invalid value: "": sync destination is not absolute]'
            ),
        ),
    ],
)
def test_lists_that_make_no_sense_are_refused(tiltfile, steps, message):
    assert load(tiltfile, steps).error.message == f"live_update: {message}"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("initial_sync()", "initial_sync step"),
        ("restart_container()", "restart_container step"),
        ('sync("/a", "/b")', "sync step: '/a'->'/b'"),
        ('fall_back_on(["/a", "/b"])', "fall_back_on step: [/a /b]'"),
        ('run("a b")', 'run step: "a b"'),
        ('run(["a", "b c"], trigger=["x", "y"])', 'run step: "a \\"b c\\"" (triggers: x; y)'),
    ],
)
def test_steps_can_be_printed(tiltfile, step, text):
    assert tiltfile(f"print({step})").messages[0] == ("info", text)


def test_triggers_must_be_strings(tiltfile):
    error = tiltfile('run("a", trigger=["b", 1])').error
    assert error.message == (
        "run cmd 'a' triggers contained value '1' of type 'int'. it may only contain strings"
    )


def test_unused_steps_are_an_error(tiltfile, tmp_path):
    error = tiltfile('x = sync("/a", "/b")').error
    assert str(error) == (
        "found 1 live_update steps that were created but not used in a live_update:\n"
        f"{tmp_path}/Tiltfile:1:9: value 'sync step: '/a'->'/b'' of type 'live_update_sync_step'"
    )


def test_steps_of_one_call_count_once(tiltfile):
    result = tiltfile(
        's = [sync(p, "/b") for p in ["a", "b"]]\ndocker_build("a", ".", live_update=s[:1])',
        files={"Dockerfile": "FROM scratch"},
    )
    assert result.error is None
