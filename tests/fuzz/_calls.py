"""The grammar of calls of Tilt's built-ins: right ones mostly, with any of their options.

As in `_grammar`; ``<fresh>`` is a name that no resource has yet, ``<made>`` one that has been taken.
"""

from __future__ import annotations

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: <workload>
metadata:
  name: <fresh>
  labels: {app: a}
spec:
  selector:
    matchLabels: {app: a}
  template:
    metadata:
      labels: {app: a}
    spec:
      containers:
      - name: c
        image: <plain_image>
        env: [{name: E, value: <plain_image>}]
"""
_SERVICE = "apiVersion: v1\nkind: <small_kind>\nmetadata:\n  name: <fresh>\n"
_CUSTOM = "apiVersion: a.b/v1\nkind: Thing\nmetadata: {name: <fresh>, namespace: ns}\nspec: {image: <plain_image>}\n"
_WORKLOADS = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: <fresh>}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    spec:\n      template:\n"
    "        spec:\n          restartPolicy: Never\n          containers: [{name: c, image: <plain_image>, command: [a, b]}]\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: <fresh>, labels: {app: a, n: '1'}}\nspec:\n  initContainers: [{name: i, image: <plain_image>}]\n"
    "  containers:\n  - {name: c, image: <plain_image>, ports: [{containerPort: 80}, {containerPort: 81, name: x}], resources: {limits: {cpu: 500m, memory: 1Gi}}}\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: <fresh>}\n  data: {a: '1', b: \"x\"}\n"
    "- apiVersion: v1\n  kind: Secret\n  metadata: {name: <fresh>}\n  type: Opaque\n  stringData: {password: hunter2}\n",
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.a.b}\nspec:\n  group: a.b\n  names: {kind: Thing, plural: things}\n"
    "  scope: Namespaced\n  versions: []\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: <fresh>}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: <fresh>, annotations: {a/b: c}}\nspec: {rules: [{host: h, http: {paths: []}}]}\n",
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: <fresh>, labels: {tier: <key_word>}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
)
_COMPOSE = "services:\n  <fresh>:\n    image: <plain_image>\n    ports: ['80:80']\n  <fresh>:\n    build: .\n    depends_on: [<made>]\n"
#: options of a service, each a line
_SERVICES = (
    "command: echo <key_word>",
    "command: [a, 'b c']",
    "entrypoint: sh -c 'x'",
    "environment: {A: b, N: 1, E: }",
    "environment: [A=b, C]",
    "env_file: none.env",
    "volumes: ['.:/app', 'data:/d', './sub:/s:ro']",
    "volumes: [{type: bind, source: ., target: /x}]",
    "ports: ['8080:80', '127.0.0.1:1:2', '5-6:7-8', 90]",
    "ports: [{target: 80, published: '81'}]",
    "depends_on: [<made>]",
    "depends_on: {<made>: {condition: service_started}}",
    "profiles: [p]",
    "labels: {a: 'b'}",
    "build: sub",
    "build: {context: ., dockerfile: Dockerfile, args: {A: '1'}, target: x}",
    "image: <plain_image>",
    "restart: always",
    "healthcheck: {test: [CMD, x], interval: 1m30s}",
    "networks: [n]",
    "container_name: c",
    "working_dir: /x",
    "user: '1000:1000'",
    "deploy: {replicas: 2}",
    "mem_limit: 10m",
    "tmpfs: /run",
    "expose: [80]",
    "scale: 2",
    "x-y: {z: 1}",
    "nope: 1",
    "init: true",
    "stop_grace_period: 10s",
    "sysctls: [a=1]",
    "ulimits: {nofile: 10}",
    "extra_hosts: ['a:1.2.3.4']",
    "secrets: [s]",
    "configs: [c]",
    "privileged: '${P:-true}'",
)
_SERVICE_TEXTS = tuple(
    f"services:\n  <fresh>:\n    image: <plain_image>\n    <service_line>\n    <service_line>\n{tail}"
    for tail in ("", "volumes: {data: {}}\nnetworks: {n: {}}\n", "secrets: {s: {file: a}}\n")
)
_DOCKERFILES = (
    "FROM <plain_image>",
    "FROM <plain_image> AS base\nRUN x\nFROM base AS <key_word>\nCOPY --from=base a b\n",
    "ARG TAG=v1\nFROM acme/api:$TAG\nADD sub /x\n",
    'ARG I=acme/web\nFROM ${I}\nCOPY ["a b", "c"]\n',
    "FROM scratch\nCOPY --from=acme/web /a /b\n",
    "# syntax=docker/dockerfile:1\nFROM a\n",
    "FROM",
    "NOPE x",
    "",
    "FROM a\nCOPY . /app\nRUN <<EOF\nfoo\nEOF\n",
    "FROM a \\\n AS b\nENTRYPOINT x\n",
    "FROM ${X:-b}\n",
    "FROM --platform=linux/amd64 acme/api:v1\n",
)
_TEXTS = (
    _DEPLOYMENT,
    _SERVICE,
    _CUSTOM,
    f"{_DEPLOYMENT}---\n{_SERVICE}",
    f"{_SERVICE}---\n---\n{_CUSTOM}",
    *_WORKLOADS,
)
_OBJECTS = tuple(f"'''{text}'''" for text in _TEXTS)

CALLS: dict[str, tuple[str, ...]] = {
    "call": (
        "local_resource(<name>, <command><resource_opt*>)", "local_resource(<name>, <command><resource_opt*>)",
        "local_resource(<name>, serve_cmd=<command><resource_opt*>)", "test(<name>, <command><resource_opt*>)",
        "local_resource(<name><resource_opt*>)", "docker_build(<image>, <context><docker_opt*>)",
        "docker_build(<image>, '.', dockerfile_contents='FROM scratch'<docker_opt*>)",
        "docker_build(<image>, '.', dockerfile_contents=<dockerfile_text><docker_opt*>)", "docker_build(<image>, <context>, dockerfile_contents=<dockerfile_text>, build_args=<env>)",
        "custom_build(<image>, <command>, <deps><custom_opt*>)", "k8s_yaml(blob(<objects>))\ndocker_build('acme/web', '.'<docker_opt*>)\nk8s_resource(<made><k8s_opt*>)",
        "k8s_yaml(blob(<objects>))\ncustom_build('nginx', 'echo hi', ['.']<custom_opt*>)\nk8s_resource(<made><k8s_opt*>)",
        "docker_compose(blob(<compose>)<compose_opt*>)\ndc_resource(<made><dc_opt*>)", "docker_compose(['compose.yaml', blob(<compose>)]<compose_opt*>)", "docker_compose('compose.yaml')",
        "docker_compose(<path>)", "k8s_yaml(<any>)", "k8s_yaml(['one.yaml', 'two.yaml'], allow_duplicates=<bool>)", "k8s_yaml('one.yaml')", "k8s_yaml(filter_yaml('one.yaml'<filter_opt*>)[<count>])",
        "k8s_yaml(filter_yaml(blob(<objects>)<filter_opt*>)[0])", "k8s_yaml(decode_yaml(<yaml>))", "k8s_resource(objects=[<object_name>, <object_name>], new_name=<name>)",
        "include('./sub/nested.tilt')", "load_dynamic('./sub/nested.tilt')['nested'](<int>)", "print(load_dynamic('./sub/nested.tilt')[<key>])", "load_dynamic('sub')", "include('sub/nested')",
        "print(read_yaml('one.yaml'))", "print(read_yaml_stream('two.yaml'))", "print(read_yaml_stream(<file>, <any>))", "print(listdir('sub'))", "print(os.path.exists(<path>), os.path.basename(<path>))",
        "print(kustomize(<path>))", "k8s_yaml(kustomize('sub'))", "print(helm(<path>, name=<string>))", "print(k8s_context(), k8s_namespace())", "print(str(local(<command>, env=<env>, dir=<path>, stdin=<any>, quiet=True)))",
        "print(str(local(<command>, echo_off=<bool>, command_bat=<any>)).splitlines())", "experimental_metrics_settings(<any>)", "print(struct(a=<any>, b=<any>))", "print(module('m', a=<any>))",
        "local_resource(<name>, serve_cmd=<command>, readiness_probe=probe(<probe_opt><probe_opt*>))", "print(probe(<probe_opt><probe_opt*>))", "print(<flag_call>)",
        "config.define_string('name')\nconfig.define_bool('fast', usage='x')\nprint(config.parse())", "print([link(<url>), link(<url>, name=<string>).url])", "os.environ[<string>] = <string>\nprint(os.getenv(<string>))",
        "print(port_forward(<port>, container_port=<port>, name=<string>, link_path=<string>, host=<string>))", "print(local_git_repo(<path>))", "print(local_git_repo('.').paths(<path>))",
        "watch_settings(<ignore>)", "v1alpha1.<v1_kind>", "print(v1alpha1.<v1_kind>)", "for n in <ints>:\n    local_resource('loop%d' % n, 'echo %s' % n<resource_opt*>)",
        "[local_resource(s, <command>) for s in <strings>]", "def wrap(*ws, **d):\n    local_resource(*ws, **d)\nwrap(<name>, <command><resource_opt*>)", "k8s_yaml(blob(<objects>))", "k8s_yaml(blob(<objects>))",
        "k8s_yaml([blob(<objects>), blob(<objects>)])", "k8s_yaml(<file>)", "k8s_yaml(encode_yaml(<data>))",
        "k8s_yaml(blob(<objects>), allow_duplicates=<bool>)", "k8s_resource(<old><k8s_opt*>)", "k8s_resource(new_name=<name>, objects=[<object_name>]<k8s_opt*>)",
        "k8s_kind(<kind><kind_opt*>)", "k8s_image_json_path(<json_path>, kind=<kind>)", "k8s_custom_deploy(<name>, <command>, <command>, <deps><custom_deploy_opt*>)",
        "docker_compose(blob(<compose>)<compose_opt*>)", "docker_compose(encode_yaml({'services': {<name>: {'image': <image>}}}))",
        "dc_resource(<old><dc_opt*>)", "workload_to_resource_function(lambda id: id.name + '-' + id.kind.lower())",
        "workload_to_resource_function(<function>)", "print(*filter_yaml(blob(<objects>)<filter_opt*>))",
        "print(filter_yaml(blob(<objects>), kind=<kind>)[0])",
        "trigger_mode(<mode>)", "default_registry(<registry><registry_opt*>)", "allow_k8s_contexts(<strings>)", "allow_k8s_contexts(<string>)",
        "analytics_settings(<bool>)", "analytics_settings(enable=<any>)", "experimental_analytics_report({<string>: <string>})",
        "experimental_analytics_report(<any>)", "config.define_string(<flag><flag_opt*>)", "config.define_bool(<flag><flag_opt*>)",
        "config.define_string_list(<flag><flag_opt*>)", "config.define_object(<flag><flag_opt*>)", "cfg = config.parse()\nprint(sorted(cfg.items()))",
        "config.set_enabled_resources([<old>])", "config.set_enabled_resources(<strings>)", "config.clear_enabled_resources()",
        "update_settings(<update_opt><update_opt*>)", "ci_settings(<ci_opt><ci_opt*>)", "docker_prune_settings(<prune_opt><prune_opt*>)",
        "version_settings(<version_opt>)", "watch_settings(ignore=<ignore>)", "watch_file(<path>)", "secret_settings(disable_scrub=<bool>)",
        "set_team(<string>)", "enable_feature(<feature>)", "disable_feature(<feature>)", "disable_snapshots()", "warn(<string>)", "warn(<any>)",
        "include('./other.tilt')", "include(<path>)", "print(load_dynamic('./other.tilt'))", "load_dynamic(<path>)",
        "print(local(<command>, quiet=<bool>))", "print(read_file(<file>, <any>))", "print(listdir(<path>, recursive=<bool>))",
        "print(<any_call>)", "print(encode_yaml(<data>))", "print(encode_yaml_stream([<data>, <data>]))", "print(encode_json(<data>))",
        "print(decode_yaml(<yaml>))", "print(decode_json(<json>))", "print(decode_yaml_stream(<yaml>))", "<v1>", "<any_call>", "exit(<string>)",
        "fail(<string>)", "local_resource(name=<name>, cmd=<command>, labels=<labels>)", "experimental_telemetry_cmd(<command>, period=<duration>)",
        "print(os.path.realpath(<path>)[-6:], os.path.relpath(<path>))", "print(type(sys.argv), type(sys.executable))", "print(config.main_path[-8:])",
    ),
    "flag_call": ("config.define_string(<flag>)", "config.main_dir == os.getcwd()", "config.tilt_subcommand", "config"),
    "probe_opt": ("initial_delay_secs=<int>", "timeout_secs=<count>", "period_secs=<small>", "success_threshold=<small>", "failure_threshold=<any>", "exec=exec_action(<command>)", "exec=exec_action(['a'])",
                  "http_get=http_get_action(<port>, host=<string>, scheme='https', path='/x')", "http_get=http_get_action(<port>, scheme=<string>)", "tcp_socket=tcp_socket_action(<port>, host=<string>)"),
    "name": ("<fresh>", "<fresh>", "<fresh>", "<fresh>", "<quoted_name>", "<string>", "<any>"),
    "quoted_name": ("'a b'", "'a/b'", "''", "'é'", "'a%b'", "'A:b'", "'x' * 64"),
    "old": ("<made>", "<made>", "<made>", "<fresh>", "<string>", "<any>"),
    "command": ("'echo hi'", "['echo', 'hi']", "'echo é; echo b'", "'exit 3'", "''", "[]", "['echo', '']", "'echo a >&2'", "<string>", "<strings>", "<any>",
                "('echo', 'a')"),
    "deps": ("['.']", "'a'", "['a', 'b/c']", "[]", "None", "<strings>", "<path>", "<any>", "local_git_repo('.')"),
    "resource_opt": ("deps=<deps>", "labels=<labels>", "links=<links>", "trigger_mode=<mode>", "resource_deps=[<old>]", "auto_init=<bool>",
                     "allow_parallel=<bool>", "env=<env>", "serve_env=<env>", "dir=<path>", "serve_dir=<path>", "ignore=<ignore>", "cmd=<command>",
                     "serve_cmd=<command>", "readiness_probe=<probe>", "cmd_bat=<command>", "serve_cmd_bat=<command>", "nope=<any>", "<any>", "resource_deps=<any>"),
    "labels": ("'a'", "['a', 'b']", "[]", "None", "'a b'", "'é'", "['x', 'x']", "('p',)", "'.a'", "<string>", "<any>"),
    "links": ("<url>", "[<url>, link(<url>, <string>)]", "link(<url>)", "[]", "<any>"),
    "mode": ("TRIGGER_MODE_AUTO", "TRIGGER_MODE_MANUAL", "TRIGGER_MODE_MANUAL", "<int>", "<any>"),
    "env": ("{'A': 'b'}", "{}", "{<string>: <string>}", "None", "<dict>", "<any>", "os.environ"),
    "ignore": ("'a'", "['*.md', 'b/']", "None", "'!a'", "'[a'", "'**/x'", "<strings>", "<any>"),
    "image": ("'acme/web'", "'nginx'", "'gcr.io/x/y'", "'acme/api:v1'", "'a'", "'b'", "'A'", "''", "'localhost:5000/a'", "'a@sha256:1'", "<string>", "<any>"),
    "plain_image": ("acme/web", "nginx", "gcr.io/x/y", "acme/api:v1", "a", "b", "acme/web:tag", "'localhost:5000/a'"),
    "context": ("'.'", "'sub'", "'none'", "<path>", "<any>", "local_git_repo('.')"),
    "docker_opt": ("build_args=<env>", "dockerfile='Dockerfile'", "dockerfile=<path>", "dockerfile_contents=<string>", "only=<ignore>", "ignore=<ignore>",
                   "entrypoint=<command>", "container_args=<strings>", "target=<string>", "ssh=<string>", "secret=<strings>", "network=<string>",
                   "extra_tag=<image>", "cache_from=<strings>", "pull=<bool>", "platform=<string>", "live_update=[<step>, <step>]",
                   "match_in_env_vars=<bool>", "extra_hosts=<strings>", "cache=<any>", "live_update=[<step>]", "live_update=<any>", "nope=1"),
    "custom_opt": ("tag=<string>", "disable_push=<bool>", "skips_local_docker=<bool>", "live_update=[<step>]", "ignore=<ignore>", "entrypoint=<command>",
                   "container_args=<strings>", "outputs_image_ref_to=<path>", "image_deps=[<image>]", "env=<env>", "dir=<path>", "command_bat=<command>",
                   "match_in_env_vars=<bool>", "command_bat_val=<command>"),
    "step": ("sync(<path>, '/app')", "sync('.', <path>)", "run(<command>)", "run('x', trigger=<ignore>)", "restart_container()", "fall_back_on(<path>)", "initial_sync()",
             "sync('a', '/a')", "run(<any>, echo_off=<bool>)", "<any>"),
    "service_line": _SERVICES,
    "dockerfile_text": tuple(f"'''{each}'''" for each in _DOCKERFILES),
    "key_word": ("a", "web", "b-c", "X"),
    "objects": (*_OBJECTS, "''", "<yaml>", "'kind: X'", "<string>", "str(encode_yaml(<data>))"),
    "workload": ("Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"),
    "small_kind": ("Service", "ConfigMap", "Secret", "Namespace", "Pod"),
    "kind": ("'Thing'", "'Deployment'", "'service'", "'^Dep'", "'['", "<string>", "<any>"),
    "kind_opt": ("image_json_path=<json_path>", "api_version=<string>", "pod_readiness=<readiness>", "image_object={'json_path': <json_path>, 'repo_field': 'r', 'tag_field': 't'}",
                 "image_object=<any>"),
    "json_path": ("'{.spec.image}'", "'{.spec.x[*].y}'", "['{.a}', '{.b}']", "'{.a'", "'.a'", "''", "'{.spec[\"image\"]}'", "'{..image}'", "'{.a[?(@.b==1)]}'", "<string>", "<any>"),
    "readiness": ("'wait'", "'ignore'", "'succeeded'", "''", "<string>", "<any>"),
    "k8s_opt": ("new_name=<name>", "port_forwards=<forwards>", "trigger_mode=<mode>", "resource_deps=[<old>]", "objects=[<object_name>]", "auto_init=<bool>",
                "pod_readiness=<readiness>", "links=<links>", "labels=<labels>", "extra_pod_selectors=<selectors>", "discovery_strategy=<strategy>", "auto_init=<any>", "nope=<any>",
                "objects=<any>"),
    "object_name": ("<made>", "<made>", "'x:service'", "'a:b:c:d'", "<string>", "<any>"),
    "forwards": ("8080", "'8080:80'", "['8080', 9090]", "port_forward(<port>)", "[port_forward(<port>, <port>, name='n', link_path='/x'), <port>]", "'x'", "''", "'h:1:2'",
                 "'1:2:3:4'", "70000", "<string>", "<any>"),
    "selectors": ("{'a': 'b'}", "[{'a': 'b'}, {'c': 'd'}]", "[]", "<dict>", "<any>"),
    "strategy": ("'default'", "'selectors-only'", "<string>"),
    "custom_deploy_opt": ("image_selector=<image>", "container_selector=<string>", "live_update=[<step>]", "apply_dir=<path>", "apply_env=<env>", "delete_env=<env>",
                          "delete_dir=<path>", "image_deps=[<image>]", "apply_cmd_bat=<command>"),
    "compose": (*(f"'''{each}'''" for each in _SERVICE_TEXTS), f"'''{_COMPOSE}'''", f"'''{_COMPOSE}'''", "'services: {}'", "''", "<yaml>", "'services: {<fresh>: {image: $$A, environment: {A: 1}}}'", "'services: {<fresh>: {image: [1]}}'"),
    "compose_opt": ("project_name=<string>", "project_name='proj'", "profiles=<strings>", "wait=<bool>", "env_file=<path>"),
    "dc_opt": ("image=<image>", "trigger_mode=<mode>", "resource_deps=[<old>]", "links=<links>", "labels=<labels>", "auto_init=<bool>", "new_name=<name>", "infer_links=<bool>",
               "project_name=<string>"),
    "filter_opt": ("labels=<env>", "name=<string>", "namespace='ns'", "kind=<kind>", "api_version='v1'", "name=<made>"),
    "registry": ("'gcr.io/x'", "'localhost:5000'", "''", "'a b'", "<string>", "<any>"),
    "registry_opt": ("host_from_cluster='r:5000'", "single_name='one'", "host_from_cluster=<string>", "single_name=<any>"),
    "flag": ("'to-run'", "'port'", "'n'", "''", "'a b'", "<string>", "<any>"),
    "flag_opt": ("args=<bool>", "args=True", "usage=<string>", "<any>"),
    "update_opt": ("max_parallel_updates=<int>", "k8s_upsert_timeout_secs=<int>", "suppress_unused_image_warnings=<strings>", "k8s_server_side_apply='auto'",
                   "k8s_server_side_apply=<string>", "max_parallel_updates=<any>"),
    "duration": ("'1m'", "'1h30m'", "'10s'", "'x'", "'-1s'", "'1.5h'", "''", "0", "5", "<string>", "<any>"),
    "ci_opt": ("timeout=<duration>", "readiness_timeout=<duration>", "k8s_grace_period=<duration>"),
    "prune_opt": ("disable=<bool>", "max_age_mins=<int>", "num_builds=<int>", "interval_hrs=<int>", "keep_recent=<int>", "keep_recent=<any>"),
    "version_opt": ("check_updates=<bool>", "constraint='>=0.1'", "constraint=<string>", "constraint='^1'"),
    "feature": ("'snapshots'", "'events'", "'nope'", "'labels'", "'team_alerts'", "<string>"),
    "any_call": ("<callee>(<any>)", "<callee>(<any>, <any>)", "<callee>()", "<callee>(<word>=<any>)", "<callee>(<any>, <word>=<any>)", "<callee>(*<list>)", "<callee>(**<dict>)",
                 "<callee>(*<any>, **<dict>)", "<callee>(*<list>, **<any>)"),
    "callee": ("len", "abs", "all", "any", "bool", "bytes", "chr", "dict", "dir", "enumerate", "float", "getattr", "hasattr", "hash", "int", "list", "max", "min", "ord",
               "range", "repr", "reversed", "set", "sorted", "str", "tuple", "type", "zip", "fail", "print", "struct", "blob", "link", "port_forward", "probe", "sync", "run",
               "exec_action", "http_get_action", "tcp_socket_action", "local_git_repo", "read_file", "read_json", "read_yaml", "decode_json", "decode_yaml", "encode_json",
               "encode_yaml", "encode_yaml_stream", "os.path.join", "os.path.abspath", "os.path.relpath", "os.getenv", "os.putenv", "os.path.exists", "shlex.quote", "listdir",
               "filter_yaml", "config.define_string", "config.set_enabled_resources", "local", "load_dynamic", "include", "watch_file", "trigger_mode", "set_team", "k8s_kind",
               "k8s_resource", "docker_compose", "dc_resource", "default_registry", "module", "helm", "kustomize", "k8s_context", "k8s_namespace", "f", "g", "h",
               "<string>.<string_method>", "<list>.<list_method>", "<dict>.<dict_method>", "<set>.<set_method>", "<bytes>.elems", "<function>"),
    "string_method": ("capitalize", "codepoints", "count", "elems", "endswith", "find", "format", "index", "isalnum", "join", "lower", "lstrip", "partition", "removeprefix",
                      "replace", "rfind", "rindex", "rsplit", "split", "splitlines", "startswith", "strip", "title", "upper"),
    "list_method": ("append", "clear", "extend", "index", "insert", "pop", "remove"),
    "dict_method": ("clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"),
    "set_method": ("add", "clear", "difference", "discard", "intersection", "issubset", "pop", "remove", "union", "symmetric_difference"),
    "word": ("name", "key", "default", "reverse", "quiet", "paths", "url", "a", "start", "base", "command", "yaml", "sep", "x", "json", "path"),
    "v1": ("v1alpha1.ui_button(name=<name>, text=<string><button_opt*>)", "v1alpha1.cmd(name=<name>, args=<strings><v1_opt*>)", "v1alpha1.config_map(name=<name>, data=<env><v1_opt*>)",
           "v1alpha1.file_watch(name=<name>, watched_paths=<strings>)", "v1alpha1.extension_repo(name=<name>, url=<url>)", "print(v1alpha1.<spec>)"),
    "v1_opt": ("labels=<env>", "annotations=<env>", "dir=<path>", "nope=1"),
    "button_opt": ("location=v1alpha1.ui_component_location(<string>, 'Resource')", "location=<any>", "icon_name=<string>", "disabled=<bool>", "requires_confirmation=<any>",
                   "inputs=[v1alpha1.ui_input_spec(name=<string>, bool=v1alpha1.ui_bool_input_spec(default_value=<bool>))]", "icon_svg=<string>", "labels=<env>"),
    "spec": ("exec_action(command=<strings>)", "forward(local_port=<port>, host=<string>)", "ignore_def(base_path=<string>, patterns=<strings>)", "http_header(name=<string>, value=<any>)",
             "tcp_socket_action(port=<port>)", "label_selector(match_labels=<env>)", "ui_choice_input_spec(choices=<strings>)", "object_selector(kind_regexp=<string>)",
             "probe(period_seconds=<int>)", "restart_on_spec(file_watches=<strings>)"),
}  # fmt: skip
