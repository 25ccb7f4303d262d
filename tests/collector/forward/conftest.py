"""Receivers that run, and a way to forward to them."""

import sys
from pathlib import Path

import pytest

from analytics.collector.forward import _loop
from analytics.collector.forward._address import parse
from analytics.collector.forward._run import Settings, forward

sys.path.insert(0, str(Path(__file__).parent))
from receiving import KEY, Datadog, Otlp, StatsD


@pytest.fixture(params=[Otlp, Datadog], ids=["otlp", "datadog"])
def web(request):
    """A receiver that is posted to, of each protocol."""
    server = request.param()
    yield server
    server.stop()


@pytest.fixture
def otlp():
    server = Otlp()
    yield server
    server.stop()


@pytest.fixture
def datadog():
    server = Datadog()
    yield server
    server.stop()


@pytest.fixture
def statsd():
    server = StatsD()
    yield server
    server.stop()


@pytest.fixture
def forwarded(tmp_path, monkeypatch):
    """Forward the events of the file once; returns what was said, the verdict at its end."""
    waits = []
    monkeypatch.setattr(_loop.Pause, "wait", lambda _, seconds: waits.append(seconds))

    def run(to, *, since=0, tags=(), omit=(), environ=None, file="collector.db"):
        said = []
        address = parse(to if isinstance(to, str) else to.address.format(port=to.port))
        given = {"DD_API_KEY": KEY} if environ is None else environ
        settings = Settings(str(tmp_path / file), address, False, since, tags, omit, given)
        said.append(forward(settings, said.append))
        return said

    run.waits = waits
    return run
