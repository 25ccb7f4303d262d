"""Ports, mounts and commands in one text."""

import pytest

from tiltfile_ext.values.compose.command import command
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.mounts import long_device, long_mount
from tiltfile_ext.values.compose.ports import parse_port


def _port(target, published=None, protocol="tcp", host_ip=None):
    port = {
        "mode": "ingress",
        "host_ip": host_ip,
        "target": target,
        "published": published,
        "protocol": protocol,
    }
    return {key: value for key, value in port.items() if value is not None}


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("80", [_port(80)]),
        ("8080:80", [_port(80, "8080")]),
        ("8080:80/UDP", [_port(80, "8080", "udp")]),
        ("127.0.0.1:8080:80", [_port(80, "8080", host_ip="127.0.0.1")]),
        ("[::1]:8080:80", [_port(80, "8080", host_ip="::1")]),
        ("9-10:9-10", [_port(10, "10"), _port(9, "9")]),
        ("8000-8010:80", [_port(80, "8000-8010")]),
    ],
)
def test_a_port_has_a_long_form(text, ports):
    assert parse_port(text) == ports


@pytest.mark.parametrize("text", ["", "x", "80:", "80/foo", "99999", "1-2:1-3", "host:80:80", "9-8"])
def test_what_is_no_port_is_an_error(text):
    with pytest.raises(ComposeError):
        parse_port(text)


@pytest.mark.parametrize(
    ("text", "mount"),
    [
        ("/data", {"type": "volume", "target": "/data", "volume": {}}),
        ("vol:/x/../y", {"type": "volume", "source": "vol", "target": "/y", "volume": {}}),
        ("vol:/x:nocopy", {"type": "volume", "source": "vol", "target": "/x", "volume": {"nocopy": True}}),
        ("./a:/b", {"type": "bind", "source": "./a", "target": "/b", "bind": {"create_host_path": True}}),
        (
            "./a:/b:ro,z",
            {
                "type": "bind",
                "source": "./a",
                "target": "/b",
                "read_only": True,
                "bind": {"selinux": "z", "create_host_path": True},
            },
        ),
        (
            "c:/x:/y",
            {"type": "bind", "source": "c:/x", "target": "/y", "bind": {"create_host_path": True}},
        ),
    ],
)
def test_a_mount_has_a_long_form(text, mount):
    assert long_mount(text) == mount


@pytest.mark.parametrize("text", ["", ":::", "vol::b", "vol:/b:ro:z"])
def test_what_is_no_mount_is_an_error(text):
    with pytest.raises(ComposeError):
        long_mount(text)


def test_a_device_is_at_the_same_place_unless_told_otherwise():
    assert long_device("/dev/a") == {"source": "/dev/a", "target": "/dev/a", "permissions": "rwm"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, None),
        ("", []),
        ("echo 'a b' \"c\" d\\ e", ["echo", "a b", "c", "d e"]),
        ("a; b", ["a"]),
        ("run 2>file", ["run"]),
        ("x $(a b)", ["x", "$(a b)"]),
        (["a b", ""], ["a b", ""]),
    ],
)
def test_a_command_is_split_as_by_a_shell(value, words):
    assert command(value) == words


@pytest.mark.parametrize("value", ["'open", "(x)", "a\\", [1]])
def test_a_command_with_an_open_quote_is_an_error(value):
    with pytest.raises(ComposeError):
        command(value)
