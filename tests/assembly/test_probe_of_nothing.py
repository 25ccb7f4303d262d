"""A readiness probe whose command is empty."""

import json

from tiltfile_ext.result_json import result_json


def test_an_empty_command_is_left_out_of_the_result(tiltfile):
    result = tiltfile("local_resource('a', serve_cmd='x', readiness_probe=probe(exec=exec_action([])))")
    target = json.loads(result_json(result))["Manifests"][0]["DeployTarget"]
    assert target["ReadinessProbe"]["exec"] == {}
