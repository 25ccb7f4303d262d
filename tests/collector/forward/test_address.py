"""Addresses of receivers."""

import pytest

from analytics.collector.forward._address import parse


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("statsd://agent", ("agent", 8125)),
        ("statsd://[::1]:9125", ("::1", 9125)),
        ("statsd+unix:///var/run/datadog/dsd.socket", "/var/run/datadog/dsd.socket"),
        ("statsd+unix:///a%20b", "/a b"),
        ("otlp+https://otel.example", "https://otel.example/v1/logs"),
        ("otlp+http://127.0.0.1:4318/v1/logs", "http://127.0.0.1:4318/v1/logs"),
        ("otlp+https://loki.example/otlp/v1/logs", "https://loki.example/otlp/v1/logs"),
        ("datadog+https://api.datadoghq.eu", "https://http-intake.logs.datadoghq.eu/api/v2/logs"),
        (
            "datadog+https://http-intake.logs.us5.datadoghq.com/",
            "https://http-intake.logs.us5.datadoghq.com/api/v2/logs",
        ),
    ],
)
def test_an_address_says_protocol_and_place(text, where):
    found = parse(text)
    assert where in (found.url, found.path, (found.host, found.port))
    assert text.startswith(found.protocol)


@pytest.mark.parametrize(
    "text",
    ["", "x", "ftp://h", "https://h/v1/logs", "otlp://h", "otlp+ftp://h", "otlp+https://", "otlp+https:///v1/logs",
     "statsd://", "statsd://h/path", "statsd+tcp://h", "statsd+unix://h/path", "statsd+unix://", "datadog://h"],
)  # fmt: skip
def test_what_is_no_address_is_told_what_one_looks_like(text):
    with pytest.raises(ValueError, match=r"is none of statsd://HOST"):
        parse(text)


@pytest.mark.parametrize("text", ["otlp+https://h:x/", "statsd://h:99999", "otlp+https://[::1"])
def test_a_port_or_host_that_is_none_is_said_to_be(text):
    with pytest.raises(ValueError, match="is no address: "):
        parse(text)


@pytest.mark.parametrize("text", ["otlp+https://KEY@h", "datadog+https://u:p@h", "statsd://u@h"])
def test_keys_are_kept_out_of_addresses(text):
    with pytest.raises(ValueError, match="keys are not part of the address") as error:
        parse(text)
    assert "KEY" not in str(error.value)
