"""Objects of the Kubernetes API: what is taken, what is refused, and what is written of it."""

import textwrap

import pytest

from tiltfile_ext.values.k8s import types as k8s_types
from tiltfile_ext.values.k8s.object import K8sObjectError, spec_yaml
from tiltfile_ext.values.k8s.yaml_text import read_objects


def written(text):
    return spec_yaml(read_objects(textwrap.dedent(text)))


def names(text):
    return [found.full_name for found in read_objects(textwrap.dedent(text))]


def problem(text):
    with pytest.raises(K8sObjectError) as caught:
        read_objects(textwrap.dedent(text))
    return str(caught.value)


def test_known_kinds_are_written_with_the_fields_that_go_always_writes():
    text = """
        kind: Deployment
        apiVersion: apps/v1
        metadata: {name: a, nonsense: 1}
        spec: {template: {spec: {containers: [{image: x, resources: {limits: {cpu: 1000m}}}]}}}
        status: {replicas: 3}
        """
    assert written(text) == textwrap.dedent(
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: a
        spec:
          selector: null
          strategy: {}
          template:
            metadata: {}
            spec:
              containers:
              - image: x
                name: ""
                resources:
                  limits:
                    cpu: "1"
        """
    )


def test_other_kinds_are_kept_as_they_are():
    text = "apiVersion: a/v1\nkind: B\nmetadata:\n  creationTimestamp: null\nstatus:\n  x: 1.5\n"
    assert written(text) == text


def test_documents_are_written_with_a_line_between():
    text = "apiVersion: a/v1\nkind: B\n"
    assert written(f"{text}---\n{text}") == f"{text}\n---\n{text}"


def test_a_port_without_target_gets_zero():
    text = "kind: Service\napiVersion: v1\nspec: {ports: [{port: 80}]}"
    assert "targetPort: 0" in written(text)


def test_a_list_stands_for_its_items_and_nulls_for_nothing():
    text = """
        kind: List
        apiVersion: v1
        items: [{kind: A, apiVersion: b/v1, metadata: {name: x}}, null]
        ---
        ---
        kind: A
        apiVersion: b/v1
        metadata: {name: z, namespace: other}
        """
    assert names(text) == ["x:A:default", "z:A:other"]


def test_json_objects_follow_each_other():
    text = '{"kind":"A","apiVersion":"v","metadata":{"name":"x"}}\n{"kind":"A","apiVersion":"v"}'
    assert names(text) == ["x:A:default", ":A:default"]


def test_json_may_be_followed_by_yaml():
    assert len(names('{"kind":"A","apiVersion":"v"}\n---\nkind: A\napiVersion: v\n')) == 2


def test_the_names_of_an_object_grow():
    (found,) = read_objects("kind: Pod\napiVersion: v1\nmetadata: {name: 'A:b'}")
    assert found.names == ("a\\:b", "a\\:b:pod", "a\\:b:pod:default", "a\\:b:pod:default:core")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "Object 'Kind' is missing in '{\"a\":1}'"),
        ('{"a":  1}', "Object 'Kind' is missing in '{\"a\":  1}'"),
        ("kind: A\nmetadata: {name: b}", "decoding A \"b\": Object 'apiVersion' is missing in"),
        ("kind: A\napiVersion: a/b/c", "unexpected GroupVersion string: a/b/c"),
        ("[1]", "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of"),
        ("kind: 3", "json: cannot unmarshal number into Go struct field .kind of type string"),
        ("a: b: c", "error converting YAML to JSON: yaml: mapping values are not allowed in this context"),
        ('{"a": [}', "json: offset 8: invalid character '}' looking for beginning of value"),
    ],
)
def test_what_is_no_object_is_refused(text, message):
    assert message in problem(text)


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("apps/v1 Deployment", "spec: {replicas: '3'}",
         "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"),
        ("apps/v1 Deployment", "spec: {replicas: 1.5}", "cannot unmarshal number 1.5 into Go struct field"),
        ("v1 Pod", "spec: {containers: [{imagePullPolicy: 1}]}",
         "struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy"),
        ("v1 Pod", "spec: {volumes: [{hostPath: {path: 3}}]}",
         "struct field HostPathVolumeSource.spec.volumes.VolumeSource.hostPath.path of type string"),
        ("v1 Pod", "spec: {nodeSelector: [a]}", "cannot unmarshal array into Go struct field PodSpec.spec."),
        ("v1 Secret", "data: {x: 'a b c'}", "illegal base64 data at input byte 1"),
        ("v1 Secret", "data: {x: YWJjZA}", "illegal base64 data at input byte 4"),
        ("v1 Pod", "spec: {containers: [{resources: {limits: {cpu: abc}}, name: 3}]}",
         "quantities must match the regular expression"),
        ("v1 Service", "spec: {ports: [{targetPort: true}]}",
         "cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32"),
        ("v1 Pod", "metadata: {creationTimestamp: yesterday}", 'cannot parse "yesterday" as "2006"'),
        ("v1 Pod", "metadata: {creationTimestamp: '2020-02-30T00:00:00Z'}", "day out of range"),
        ("apiextensions.k8s.io/v1 CustomResourceDefinition",
         "spec: {versions: [{schema: {openAPIV3Schema: {items: {type: 3}}}}]}",
         "struct field JSONSchemaProps.spec.versions.schema.openAPIV3Schema.items.type of type string"),
        ("apiextensions.k8s.io/v1 CustomResourceDefinition",
         "spec: {versions: [{schema: {openAPIV3Schema: {additionalProperties: 3}}}]}",
         "boolean or JSON schema expected"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_kind_is_refused(kind, fields, message):
    api_version, name = kind.split(" ")
    found = problem(f"apiVersion: {api_version}\nkind: {name}\n{fields}")
    assert found.startswith(f'decoding {name} "": ')
    assert message in found


def test_the_first_fault_in_the_order_of_names_is_told():
    text = "kind: Pod\napiVersion: v1\nspec: {nodeName: 1}\nmetadata: {labels: {a: 1}}"
    assert "ObjectMeta.metadata.labels" in problem(text)


def _by_reading(key):
    """What `holders` says, found out slowly: types are added until none holds one of them."""
    known, fresh = set(), {key}
    while fresh:
        known |= fresh
        lines = ((name, rest) for name, rest in k8s_types._table().lines.items() if name not in known)
        fresh = {name for name, rest in lines if any(_held(name, word) in known for word in rest.split())}
    return known


def _held(name, word):
    kind = word.partition(":")[2].lstrip("*")
    while kind.startswith("["):
        kind = kind.partition("]")[2].lstrip("*")
    return k8s_types._key(kind[1:], name) if kind.startswith("@") else ""


@pytest.mark.parametrize("key", sorted(k8s_types._table().holders))
def test_the_table_knows_what_may_hold_a_struct(key):
    assert k8s_types.holders(key) == _by_reading(key)
