"""What is counted, where, and what is never used."""

import pickle

import pytest

from tiltfile_ext import load
from tiltfile_ext.host import environment_for
from tiltfile_ext.usage import LoadUsage, Site, Survey
from tiltfile_ext.usage._collect import Settings, make_task, usage_of


def sites(survey, name, project):
    return {
        (path.removeprefix(f"{project}/"), line, column): site.calls
        for (path, line, column), site in survey.builtins[name].sites.items()
    }


def test_calls_are_counted_as_they_are_made_where_they_are_made(survey, project):
    assert sites(survey, "local_resource", project) == {("lib.tilt", 2, 19): 4, ("api/Tiltfile", 4, 2): 1}


def test_a_built_in_made_by_the_engine_has_its_place_too(survey, project):
    assert sites(survey, "struct", project) == {("web/Tiltfile", 4, 11): 1}


def test_every_call_has_a_place(survey):
    for use in survey.builtins.values():
        assert sum(site.calls for site in use.sites.values()) == use.calls


def test_tiltfiles_are_counted_once_however_often_they_call(survey):
    use = survey.builtins["local_resource"]
    assert (use.calls, use.tiltfiles) == (5, 2)
    (shared, own) = use.sites.values() if len(use.sites) == 2 else (None, None)
    assert {shared.tiltfiles, own.tiltfiles} == {1, 2}


def test_arguments_are_counted_by_position_and_by_name(survey):
    arguments = survey.builtins["local_resource"].arguments
    assert {name: (use.calls, use.tiltfiles) for name, use in arguments.items()} == {
        "name": (5, 2), "cmd": (4, 2), "labels": (4, 2), "serve_cmd": (1, 1),
    }  # fmt: skip
    assert list(arguments) == ["name", "cmd", "labels", "serve_cmd"]


def test_a_failed_load_counts_what_ran_and_is_listed(survey, project):
    (failure,) = survey.failures
    assert failure.path == f"{project}/bad/Tiltfile"
    assert failure.reason == 'Error in docker_build: docker_build: unexpected keyword argument "nope"'
    assert failure.counted
    assert survey.builtins["os.getcwd"].calls == 1
    assert "set_team" not in survey.builtins


def test_a_call_whose_arguments_do_not_fit_counts_as_a_call(survey):
    use = survey.builtins["docker_build"]
    assert (use.calls, use.arguments) == (1, {})
    assert "ref" in survey.never_given("docker_build")


def test_what_is_never_used_is_told(survey):
    assert "set_team" in survey.never_called()
    assert "local_resource" not in survey.never_called()
    assert survey.never_given("local_resource")[:3] == ["deps", "trigger_mode", "resource_deps"]
    assert survey.never_given("struct") == []
    assert survey.used + len(survey.never_called()) == survey.declared


def test_the_most_used_come_first(survey):
    assert next(iter(survey.builtins)) == "local_resource"
    assert list(survey.builtins)[1:] == ["docker_build", "os.getcwd", "struct"]


def test_a_tiltfile_of_which_nothing_is_known_is_listed():
    survey = Survey({})
    survey.lose("/b/Tiltfile", "the process died")
    survey.lose("/a/Tiltfile", "the process died")
    survey.finish()
    assert [(each.path, each.counted) for each in survey.failures] == [
        ("/a/Tiltfile", False),
        ("/b/Tiltfile", False),
    ]
    assert survey.loaded == 2


def test_an_argument_counts_under_its_own_name():
    survey = Survey(environment_for(None).builtins)
    usage = LoadUsage(
        "/Tiltfile", {"docker_build": 2}, {"docker_build": {"dockerfile?": 1, "dockerfile": 1}}, (), {}, 1
    )
    survey.add(usage)
    assert survey.builtins["docker_build"].arguments["dockerfile"].calls == 2
    assert "dockerfile" not in survey.never_given("docker_build")


def test_the_order_of_the_loads_does_not_matter(survey, project):
    collect = make_task(Settings(timeout=30))
    other = Survey(environment_for(None).builtins)
    for name in ("api", "web", "bad"):
        other.add(collect(str(project / name / "Tiltfile")))
    other.finish()
    assert list(other.builtins) == list(survey.builtins)
    assert [each.path for each in other.failures] == [each.path for each in survey.failures]


def test_adding_loads_of_the_same_files_takes_no_more_memory(survey):
    one = LoadUsage(
        "/Tiltfile", {"fail": 1}, {"fail": {"msg": 1}}, (Site("fail", "/l", 1, 5, 1, {"msg": 1}),), {}, 1
    )
    for _ in range(3):
        survey.add(one)
    assert len(survey.builtins["fail"].sites) == 1
    assert survey.builtins["fail"].calls == 3


def test_a_usage_can_be_sent_between_processes(project):
    usage = make_task(Settings(timeout=30))(str(project / "web/Tiltfile"))
    assert pickle.loads(pickle.dumps(usage)) == usage


def test_programs_that_were_not_run_are_told(tmp_path):
    (tmp_path / "Tiltfile").write_text('local("rm -rf x")')
    usage = make_task(Settings(timeout=30, run=False))(str(tmp_path / "Tiltfile"))
    assert (usage.error, len(usage.not_run)) == ("", 1)


def test_a_call_after_all_files_have_run_has_its_place_too(tmp_path):
    (tmp_path / "Tiltfile").write_text(
        'k8s_yaml(blob("apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: a}\\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}"))\n'
        "workload_to_resource_function(lambda id: id.name + os.path.basename('x/y'))\n"
    )
    result = load(tmp_path / "Tiltfile", places=True)
    assert result.error is None
    survey = Survey(environment_for(None).builtins)
    survey.add(usage_of(str(tmp_path / "Tiltfile"), result))
    use = survey.builtins["os.path.basename"]
    assert (use.calls, [line for _, line, _ in use.sites]) == (1, [2])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = [1", "Tiltfile:1:7: got end of file, want ']'"),
        ("fail('one\\ntwo')", "Error in fail: one"),
        ("docker_build('a', 'nowhere')", "nowhere"),
    ],
)
def test_the_reason_of_a_failure_is_one_line(tmp_path, text, reason):
    (tmp_path / "Tiltfile").write_text(text)
    usage = make_task(Settings(timeout=30))(str(tmp_path / "Tiltfile"))
    assert reason in usage.error
    assert "\n" not in usage.error


def test_places_are_only_kept_when_asked_for(tiltfile):
    assert tiltfile("fail('x')").places == {}
