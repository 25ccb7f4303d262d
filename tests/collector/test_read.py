"""From bytes to events; the quick way and the slow one give the same."""

import json

import pytest
from collecting import event
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.collector._limits import EVENT_BYTES, TAGS, VALUE_BYTES
from analytics.collector._read import Reader, RefusedError, counts, parse


def parts(event):
    return {name: getattr(event, name) for name in event.__slots__}


def outcome(read, body):
    try:
        return parts(read(body))
    except RefusedError as error:
        return str(error)


def test_an_event_is_taken_apart():
    read = parse(event(version="0.37.6", duration=5, env="kind", calls={"b": 2, "a": 1}))
    assert (read.name, read.machine, read.version, read.duration) == (
        "tilt.tiltfile.loaded",
        "m1",
        "0.37.6",
        5,
    )
    assert read.profile == b'"tiltfile.invoked.a":"1","tiltfile.invoked.b":"2"'
    assert counts(read.profile) == {"tiltfile.invoked.a": "1", "tiltfile.invoked.b": "2"}
    assert json.loads(read.rest) == {"env": "kind"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b'{"name":"\\ud800"}', "not JSON"),
        (b"[]", "an event is a JSON object"),
        (b'{"user":"u"}', "the name must have 1 to 128 bytes"),
        (b'{"name":1}', "name must be a string"),
        (b'{"name":"a","x":1.5}', "a value is a string or a whole number"),
        (b'{"name":"a","x":null}', "a value is a string or a whole number"),
        (b'{"name":"a","x":true}', "a value is a string or a whole number"),
        (b'{"name":"a","x":{}}', "a value is a string or a whole number"),
        (b'{"name":"a","x":9223372036854775808}', "a value is a string or a whole number"),
        (b'{"name":"a","duration":-1}', "duration must be a number of nanoseconds"),
        (b'{"name":"a","":"x"}', "a key has 1 to 128 bytes"),
        (b'{"name":"a","%s":"x"}' % (b"k" * 129), "a key has 1 to 128 bytes"),
        (b'{"name":"a","x":"%s"}' % (b"v" * (VALUE_BYTES + 1)), "a value has at most 1024 bytes"),
        (b'{"name":"a","tiltfile.invoked.x":"many"}', "tiltfile.invoked.x must be a number"),
        (b'{"name":"a","tiltfile.invoked.x":"-1"}', "tiltfile.invoked.x must be a number"),
        (b'{"name":"a","tiltfile.invoked.x":"1000000001"}', "tiltfile.invoked.x must be a number"),
        (b'{"name":"a"' + b"".join(b',"k%d":1' % n for n in range(TAGS)) + b"}", "at most 512 keys"),
        (b'{"name":"%s"}' % (b" " * EVENT_BYTES), "at most 65536 bytes"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(body, reason):
    with pytest.raises(RefusedError, match=reason):
        parse(body)


_NAMES = st.sampled_from(
    ["tiltfile.invoked.a", "tiltfile.invoked.b.arg.c", "tiltfile.invoked.é", "x", "name", ""]
)
_VALUES = st.one_of(
    st.sampled_from(
        ["1", "2", "17", "", "x", ',"tiltfile.invoked.a":"1"', '"tiltfile.invoked.a":"1"', "\\", "é"]
    ),
    st.integers(-1, 3),
    st.booleans(),
)
_EVENTS = st.dictionaries(_NAMES, _VALUES, max_size=6).map(lambda tags: {"name": "e", **tags})


@st.composite
def bodies(draw):
    """An event in some form of JSON, and perhaps with bytes taken out, put in or doubled."""
    tags = draw(_EVENTS)
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    body = json.dumps(
        tags, sort_keys=draw(st.booleans()), separators=separators, ensure_ascii=draw(st.booleans())
    ).encode()
    for _ in range(draw(st.integers(0, 2))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
        put = draw(
            st.sampled_from(
                [b"", b'"', b",", b"\\", b'"tiltfile.invoked.a":"1"', b"{", b"}", body[start:end] * 2]
            )
        )
        body = body[:start] + put + body[end:]
    return body


@given(bodies(), st.lists(_EVENTS, max_size=3))
@example(b'{"a":","tiltfile.invoked.a":"1","c":"2","name":"e"}', [{"name": "e", "tiltfile.invoked.a": "1"}])
@example(b'{"name":"e","x":{"tiltfile.invoked.a":"1"}}', [{"name": "e", "tiltfile.invoked.a": "1"}])
@example(
    b'{"name":"e","tiltfile.invoked.a":"1","tiltfile\\u002einvoked.a":"2"}',
    [{"name": "e", "tiltfile.invoked.a": "1"}],
)
def test_the_quick_way_gives_what_the_slow_one_gives(body, seen):
    known = {
        profile["profile"]
        for tags in seen
        if isinstance(profile := outcome(parse, json.dumps(tags).encode()), dict)
    }
    assert outcome(Reader(known).read, body) == outcome(parse, body)


def test_the_quick_way_is_taken_for_what_tilt_sends(monkeypatch):
    body = event(calls={"a": 1, "b": 2})
    reader = Reader({parse(body).profile})
    monkeypatch.setattr("analytics.collector._read.parse", None)
    assert reader.read(body).profile == b'"tiltfile.invoked.a":"1","tiltfile.invoked.b":"2"'
