"""Kubernetes objects become resources."""

import textwrap

import pytest

POD = "kind: Pod\napiVersion: v1\nmetadata: {name: %s}\nspec: {containers: [{image: %s}]}\n---\n"
CONFIG = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: %s}\n---\n"
DEPLOYMENT = (
    "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: %s}\n"
    "spec: {template: {metadata: {labels: %s}, spec: {containers: [{image: x}]}}}\n---\n"
)
SERVICE = "kind: Service\napiVersion: v1\nmetadata: {name: %s}\nspec: {selector: %s}\n---\n"
KUBECONFIG = textwrap.dedent(
    """
    kind: Config
    apiVersion: v1
    current-context: prod
    contexts: [{name: prod, context: {cluster: prod, user: u}}]
    clusters: [{name: prod, cluster: {server: "https://x"}}]
    users: [{name: u}]
    """
)


@pytest.fixture
def load(tiltfile):
    """Load a Tiltfile after k8s_yaml of some YAML."""

    def run(yaml, text="", **options):
        files = {"all.yaml": yaml, **options.pop("files", {})}
        return tiltfile(f"k8s_yaml('all.yaml')\n{text}", files=files, **options)

    return run


def groups(result):
    """Resource name -> names of its objects."""
    assert result.error is None, result.error
    return {made.name: [found.name for found in made.target.objects] for made in result.manifests}


def test_workloads_are_resources_and_the_rest_is_uncategorized(load):
    assert groups(load(POD % ("a", "x") + CONFIG % "b")) == {"a": ["a"], "uncategorized": ["b"]}


def test_services_join_the_workload_whose_pods_they_select(load):
    yaml = DEPLOYMENT % ("a", "{x: a, z: b}") + SERVICE % ("s", "{x: a}") + SERVICE % ("t", "{x: q}")
    assert groups(load(yaml)) == {"a": ["s", "a"], "uncategorized": ["t"]}


def test_pods_without_image_make_a_resource_too(load):
    yaml = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\n---\n" + CONFIG % "b"
    assert groups(load(yaml)) == {"a": ["a"], "uncategorized": ["b"]}


def test_names_are_as_short_as_can_be(load):
    job = "kind: Job\napiVersion: batch/v1\nmetadata: {name: a}\n---\n"
    assert list(groups(load(POD % ("a", "x") + job + POD % ("b", "x")))) == ["a:pod", "a:job", "b"]


def test_a_function_can_name_them(load):
    result = load(POD % ("a", "x"), "workload_to_resource_function(lambda w: w.name + w.kind)")
    assert list(groups(result)) == ["aPod"]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("lambda w: 3", "lambda: invalid return value. wanted: string. got: starlark.Int"),
        ("lambda w: w.x", "tiltfile.k8sObjectID has no attribute 'x'"),
    ],
)
def test_a_function_that_names_nothing_is_an_error(load, tmp_path, function, message):
    error = load(POD % ("a", "x"), f"workload_to_resource_function({function})").error
    place = f"{tmp_path}/Tiltfile:2:31: error applying workload_to_resource_function"
    assert str(error) == f"{place}: error determining resource name for 'a:pod:default:': {message}"


def test_two_workloads_of_one_name_are_an_error(load):
    error = load(POD % ("a", "x") + POD % ("b", "x"), "workload_to_resource_function(lambda w: 'q')").error
    assert str(error).endswith("both 'b:pod:default:' and 'a:pod:default:' mapped to resource name 'q'")


def test_options_add_up_in_the_order_of_the_calls(load):
    text = "k8s_resource('a', port_forwards=1, labels='l')\nk8s_resource('a', 'b', port_forwards=2)\n"
    (made,) = load(POD % ("a", "x"), text + "k8s_resource('b', pod_readiness='ignore')").manifests
    assert (made.name, made.labels, made.target.pod_readiness) == ("b", {"l": "l"}, "ignore")
    assert [forward.local_port for forward in made.target.port_forwards] == [1, 2]


def test_objects_can_be_taken_from_the_rest(load):
    yaml = POD % ("a", "x") + CONFIG % "b" + CONFIG % '"c:d"'
    text = "k8s_resource('a', objects=['B'])\nk8s_resource(new_name='n', objects=['c\\\\:d:configmap'])"
    assert groups(load(yaml, text)) == {"a": ["b", "a"], "n": ["c:d"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("k8s_resource('z')", '/Tiltfile:2:13: k8s_resource specified unknown resource "z". known k8s resources: a'),
        ("k8s_resource('a', objects=['z'])", 'No object identified by the fragment "z" could be found. Possible'),
        ("k8s_resource('a', objects=['b', 'b'])", "could be found in remaining YAML. Valid remaining fragments are: "),
        ("k8s_resource('a', objects=['a:b:c:d'])", 'Error making selector from string "a:b:c:d": Too many parts'),
        ("local_resource('q', 'x')\nk8s_resource('a', 'q')", 'to rename "a" to "q": local_resource named "q" already'),
        ("k8s_resource(new_name='a', objects=['b'])", 'k8s_resource named "a" already exists'),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_an_error(load, text, message):
    assert message in str(load(POD % ("a", "x") + CONFIG % "b", text).error)


@pytest.mark.parametrize(
    ("kind", "mode"), [("v1 Pod", "wait"), ("batch/v1 Job", "succeeded"), ("batch/v1 CronJob", "ignore")]
)
def test_the_kind_says_when_pods_are_ready(load, kind, mode):
    api_version, name = kind.split(" ")
    yaml = f"kind: {name}\napiVersion: {api_version}\nmetadata: {{name: a}}\nspec: {{}}"
    (made,) = load(yaml, "k8s_kind('^Pod$')").manifests
    assert made.target.pod_readiness == mode


@pytest.mark.parametrize(
    "locator",
    [
        "k8s_kind('B', image_json_path='{.spec.image}')",
        "k8s_kind('B', image_object={'json_path': '{.spec}', 'repo_field': 'image', 'tag_field': 'tag'})",
        "k8s_image_json_path('{.spec.image}', name='^a$')",
    ],
)
def test_images_of_other_kinds_are_found_where_the_tiltfile_says(load, locator):
    text = f"{locator}\ndocker_build('i', '.', dockerfile_contents='FROM x')"
    (made,) = load("kind: B\napiVersion: q/v1\nmetadata: {name: a}\nspec: {image: i}", text).manifests
    assert [image.build.familiar for image in made.images] == ["i"]


def test_images_are_found_in_environment_variables_where_asked(load):
    yaml = (
        "kind: Pod\napiVersion: v1\nmetadata: {name: a}\n"
        "spec: {containers: [{image: x, env: [{name: I, value: 'i:3'}]}]}"
    )
    text = "docker_build('i', '.', dockerfile_contents='FROM x', match_in_env_vars=True)"
    (made,) = load(yaml, text).manifests
    assert made.target.images == ("i",)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("''", "finding images in a: parsing : invalid reference format"),
        ("'A b'", "finding images in a: parsing A b: invalid reference format"),
    ],
)
def test_a_bad_image_is_an_error(load, image, message):
    assert str(load(POD % ("a", image)).error).startswith(message)


def test_a_cluster_that_might_be_production_is_left_alone(load, tmp_path):
    environ = {"KUBECONFIG": f"{tmp_path}/config", "PATH": "/bin"}
    error = load(POD % ("a", "x"), environ=environ, files={"config": KUBECONFIG}).error
    assert str(error).startswith(
        "Stop! prod might be production.\nIf you're sure you want to deploy there, add:\n"
    )


def test_a_context_can_be_allowed(load, tmp_path):
    environ = {"KUBECONFIG": f"{tmp_path}/config", "PATH": "/bin"}
    result = load(
        POD % ("a", "x"), "allow_k8s_contexts('prod')", environ=environ, files={"config": KUBECONFIG}
    )
    assert result.error is None


@pytest.mark.parametrize("contexts", ["None", "'prod'", "('a', 'b')", "[]"])
def test_contexts_are_allowed_by_a_name_or_a_sequence_of_names(load, contexts):
    assert load(POD % ("a", "x"), f"allow_k8s_contexts({contexts})").error is None


@pytest.mark.parametrize(("contexts", "found"), [("[None]", "starlark.NoneType"), ("3", "starlark.Int")])
def test_a_context_must_be_a_string(load, contexts, found):
    message = f"allow_k8s_contexts contexts must be a string or a sequence of strings; found a {found}"
    assert message in str(load(POD % ("a", "x"), f"allow_k8s_contexts({contexts})").error)


def test_objects_are_applied_in_the_order_of_their_kinds(load):
    yaml = (
        SERVICE % ("s", "{a: b}") + CONFIG % "c" + "kind: Namespace\napiVersion: v1\nmetadata: {name: ns}\n"
    )
    assert groups(load(yaml)) == {"uncategorized": ["ns", "c", "s"]}
