"""What a receiver of each protocol gets."""

import json
import time

import pytest
from collecting import NOW, event
from hypothesis import given
from hypothesis import strategies as st
from receiving import StatsD, parse_metric

from analytics.collector._export import Record, records
from analytics.collector._read import RefusedError, parse
from analytics.collector.forward import _datadog, _otlp, _statsd

LOADED = event(
    version="0.37.6", git__origin="repo", subcommand="up", env="kind", tiltfile__changed="true",
    calls={"docker_build": 2, "docker_build.arg.ref": 1, "os.getcwd": 3},
)  # fmt: skip
TIMED = event(name="tilt.tiltfile.load", version="0.37.6", duration=1_500_000_000)
EXTENSION = event(name="tilt.tiltfile.loaded.plugin", ext_name="acme/ext, the |best#", version="0.37.6")


def test_a_log_record_says_what_the_event_said(put, db, forwarded, otlp):
    put(LOADED, TIMED)
    assert forwarded(otlp)[-2:] == ["2 events forwarded", True]
    (resource, scope, loaded), (_, _, timed) = otlp.events()
    (whose,) = db.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
    assert {pair.key: pair.value.string_value for pair in resource.attributes} == {"service.name": "tilt"}
    assert scope.name == "tiltfile-ext"
    assert (loaded.event_name, loaded.body.string_value) == ("tilt.tiltfile.loaded",) * 2
    assert (loaded.time_unix_nano, loaded.severity_text) == (NOW * 10**6, "INFO")
    assert loaded.severity_number == 9
    assert abs(loaded.observed_time_unix_nano / 1e9 - time.time()) < 600
    assert otlp.attributes(loaded) == {
        "log.record.uid": f"{whose}-1", "user.hash": "u1", "machine": "m1", "os.type": "linux", "version": "0.37.6",
        "git.origin": "repo", "subcommand": "up", "env": "kind", "tiltfile.changed": "true",
        "tiltfile.invoked.docker_build": 2, "tiltfile.invoked.docker_build.arg.ref": 1, "tiltfile.invoked.os.getcwd": 3,
    }  # fmt: skip
    assert otlp.attributes(timed)["duration"] == 1_500_000_000


def test_a_log_of_datadog_says_what_the_event_said(store, put, forwarded, datadog):
    now = int(time.time() * 1000)
    put(LOADED, EXTENSION, time=now)
    forwarded(datadog)
    loaded, extension = datadog.events()
    assert (loaded["message"], loaded["timestamp"]) == ("tilt.tiltfile.loaded", now)
    assert (loaded["ddsource"], loaded["service"], loaded["status"]) == ("tilt", "tilt", "info")
    assert loaded["ddtags"] == "event:tilt.tiltfile.loaded,os:linux,version:0.37.6,command:up,cluster:kind"
    assert loaded["builtins"] == ["docker_build", "os.getcwd"]
    assert loaded["arguments"] == ["docker_build.ref"]
    assert loaded["calls"] == {"docker_build": 2, "os.getcwd": 3}
    assert loaded["tilt"] == {k: v for k, v in json.loads(LOADED).items() if "invoked" not in k}
    assert extension["ddtags"].endswith(",extension:acme/ext_the_best_")
    assert extension["tilt"]["ext_name"] == "acme/ext, the |best#"


def test_what_is_too_old_for_datadog_is_counted_and_not_sent(put, forwarded, datadog):
    now = int(time.time() * 1000)
    put(event(machine="old"), time=now - 19 * 3_600_000)
    put(event(machine="new"), time=now)
    assert forwarded(datadog)[-2:] == ["1 events forwarded, 1 too old", True]
    assert [log["tilt"]["machine"] for log in datadog.events()] == ["new"]


def test_counters_and_timers_add_up_to_the_events(put, forwarded, statsd):
    put(*[LOADED] * 700, TIMED, event(name="tilt.tiltfile.load", duration=250_000, os=None), EXTENSION)
    assert forwarded(statsd.address)[-2:] == ["703 events forwarded", True]
    statsd.drain()
    tags = ("event:tilt.tiltfile.loaded", "os:linux", "version:0.37.6", "command:up", "cluster:kind")
    assert statsd.counters["tilt.events", tags] == 700
    assert statsd.total("tilt.events") == 703
    assert statsd.counters["tilt.builtin.calls", ("builtin:docker_build", "version:0.37.6")] == 1400
    assert statsd.counters["tilt.builtin.loads", ("builtin:docker_build", "version:0.37.6")] == 700
    argument = ("builtin:docker_build", "argument:ref", "version:0.37.6")
    assert statsd.counters["tilt.argument.calls", argument] == 700
    assert statsd.counters["tilt.extension.loads", ("extension:acme/ext_the_best_", "version:0.37.6")] == 1
    assert statsd.timers == {
        ("tilt.duration", "ms", ("event:tilt.tiltfile.load", "os:linux", "version:0.37.6")): [1500.0],
        ("tilt.duration", "ms", ("event:tilt.tiltfile.load",)): [0.25],
    }
    assert statsd.longest <= 1432


def test_statsd_may_be_a_socket_of_this_machine(put, forwarded, tmp_path):
    server = StatsD(str(tmp_path / "dsd.socket"))
    put(LOADED)
    forwarded(server.address)
    server.drain()
    assert server.total("tilt.events") == 1
    server.stop()


def test_who_sent_it_is_no_tag_of_a_metric_unless_asked_for(put, forwarded, statsd):
    put(LOADED)
    forwarded(statsd.address)
    statsd.drain()
    text = str(statsd.counters)
    assert not any(secret in text for secret in ("u1", "m1", "repo"))


def test_a_tag_that_is_asked_for_is_on_every_metric_and_warned_of(put, forwarded, statsd):
    put(LOADED, TIMED, EXTENSION)
    said = forwarded(statsd.address, tags=("machine", "git.origin"))
    assert said[0] == (
        "each value of machine, git.origin is a time series of its own, which the receiver may bill"
    )
    statsd.drain()
    assert all("machine:m1" in tags for _, tags in statsd.counters)
    assert all("machine:m1" in tags for _, _, tags in statsd.timers)
    assert any("repository:repo" in tags for _, tags in statsd.counters)


def test_what_is_to_be_omitted_is_not_in_a_post(put, forwarded, web):
    put(LOADED, time=int(time.time() * 1000))
    forwarded(web, omit=("user", "machine", "os"))
    assert len(web.events()) == 1
    assert not any(text in str(web.events()) for text in ("u1", "m1", "linux"))


_TEXT = st.text(max_size=300)
_TAGS = st.dictionaries(_TEXT, st.one_of(_TEXT, st.integers(-(2**63), 2**63 - 1)), max_size=4)
_CALLS = st.dictionaries(_TEXT.map("tiltfile.invoked.".__add__), st.integers(0, 10**9).map(str), max_size=4)


@given(
    tags=_TAGS,
    calls=_CALLS,
    fixed=st.fixed_dictionaries({"name": _TEXT, "user": _TEXT}, optional={"ext_name": _TEXT}),
)
def test_whatever_the_collector_keeps_every_receiver_can_read(tags, calls, fixed):
    try:
        kept = parse(json.dumps({**tags, **calls, **fixed}).encode())
    except RefusedError:
        return
    record = Record(1, NOW, {**kept.tags, "name": kept.name, "user": kept.user}, kept.profile)
    for line in _statsd.lines([record], ("user",)):
        parse_metric(line.decode())
    from google.protobuf import json_format
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    json_format.Parse(_otlp._encode([record], "x", ()), ExportLogsServiceRequest())
    assert _datadog._log(record, "x", ())["message"] == kept.name


@pytest.mark.parametrize("size", [10, 11, 100])
def test_datagrams_are_as_full_as_they_may_be(size):
    lines = [b"a" * 5, b"b" * 5, b"c" * 200, b"d"]
    packed = list(_statsd.packed(lines, size))
    assert b"\n".join(packed).split(b"\n") == lines
    assert packed[0] == (lines[0] if size < 11 else b"\n".join(lines[:2]))


def test_the_records_are_those_of_the_file(db, put):
    put(LOADED)
    assert [json.loads(record.body()) for record in records(db)] == [json.loads(LOADED)]
