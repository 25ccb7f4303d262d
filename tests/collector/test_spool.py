"""What waits to be shipped: kept before it is answered, read in order, whole or not at all."""

import errno
import os
from pathlib import Path

import pytest
from collecting import NOW, event
from hypothesis import given
from hypothesis import strategies as st

from analytics.collector._errors import CollectorError, FullError
from analytics.collector._store import Post
from analytics.collector.relay import _spool
from analytics.collector.relay._frames import Spooled, decode, encode
from analytics.collector.relay._intake import Intake
from analytics.collector.relay._spool import Spool

MUCH = 1 << 30

_EVENTS = st.lists(
    st.builds(Spooled, st.integers(0, 2**63), st.integers(0, 2**63), st.binary(max_size=64), st.binary(max_size=200), st.booleans()),
    max_size=5,
)  # fmt: skip


def waiting(spool):
    """All events, in order; done segments are let go as a shipper does."""
    events, at = [], {}
    while (segment := spool.first()) is not None:
        is_done = spool.is_done(segment)
        block = spool.read(segment, at.get(segment, 0), 3)
        if block is not None:
            events += block.events
            at[segment] = block.end
        elif not is_done:
            return events
        else:
            spool.drop(segment, at.get(segment, 0))
    return events


@pytest.fixture
def spool(tmp_path):
    return Spool(str(tmp_path / "spool"), MUCH)


@given(_EVENTS, st.data())
def test_of_frames_cut_at_any_byte_the_whole_ones_are_read(events, data):
    frames = [encode(one) for one in events]
    whole = b"".join(frames)
    cut = data.draw(st.integers(0, len(whole)))
    read = [one for one, _ in decode(whole[:cut])]
    assert read == events[: sum(len(b"".join(frames[: n + 1])) <= cut for n in range(len(frames)))]


@given(_EVENTS, st.data())
def test_a_frame_with_another_bit_is_not_read(events, data):
    whole = bytearray(b"".join(map(encode, events)))
    if whole:
        at = data.draw(st.integers(0, len(whole) * 8 - 1))
        whole[at >> 3] ^= 1 << (at & 7)
        read = [one for one, _ in decode(bytes(whole))]
        assert read == events[: len(read)]
        assert len(read) < len(events)


def test_events_wait_in_order_also_for_the_next_process(spool, tmp_path, monkeypatch):
    monkeypatch.setattr(_spool, "SEGMENT_BYTES", 100)
    events = [Spooled(NOW, NOW, b"%d" % n, b"x" * 40) for n in range(7)]
    for one in events[:5]:
        spool.append(encode(one))
    again = Spool(str(tmp_path / "spool"), MUCH)
    for one in events[5:]:
        again.append(encode(one))
    assert waiting(again) == events
    assert len(list((tmp_path / "spool").iterdir())) <= 1


def test_what_was_torn_is_put_aside_and_hides_nothing(spool, tmp_path):
    spool.append(encode(Spooled(NOW, NOW, b"", b"first")))
    (file,) = (tmp_path / "spool").iterdir()
    file.write_bytes(file.read_bytes() + encode(Spooled(NOW, NOW, b"", b"torn"))[:-1])
    again = Spool(str(tmp_path / "spool"), MUCH)
    again.append(encode(Spooled(NOW, NOW, b"", b"second")))
    assert [one.body for one in waiting(again)] == [b"first", b"second"]
    assert again.damaged == len(encode(Spooled(NOW, NOW, b"", b"torn"))) - 1
    assert [path.suffix for path in sorted((tmp_path / "spool").iterdir())] == [".damaged", ".events"]


def test_a_disk_that_fails_keeps_nothing_of_it_and_goes_on_later(spool, monkeypatch):
    intake = Intake(spool)
    intake.write([Post([event(machine="a")], NOW)])

    def fail(_):
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as broken:
        broken.setattr(_spool, "_sync", fail)
        with pytest.raises(OSError, match="broken"):
            intake.write([Post([event(machine="b")], NOW)])
    intake.write([Post([event(machine="c")], NOW)])
    assert [one.body for one in waiting(spool)] == [event(machine="a"), event(machine="c")]


def test_no_more_waits_than_may(tmp_path):
    frame = encode(Spooled(NOW, NOW, b"", b"x" * 100))
    spool = Spool(str(tmp_path / "spool"), len(frame) * 2)
    spool.append(frame)
    spool.append(frame)
    with pytest.raises(FullError, match="too much waits to be shipped"):
        spool.append(frame)
    spool.close()
    waiting(spool)
    spool.append(frame)


def test_a_directory_that_cannot_be_synced_keeps_nothing_and_goes_on_later(spool, monkeypatch):
    def fail(_):
        raise OSError(errno.EIO, "broken")

    frame = encode(Spooled(NOW, NOW, b"", b"x"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="broken"):
            spool.append(frame)
    spool.append(frame)
    assert len(waiting(spool)) == 1


def test_it_is_synced_before_it_counts(spool, monkeypatch):
    seen = []
    sync = _spool._sync
    monkeypatch.setattr(
        _spool, "_sync", lambda fd: (seen.append((os.fstat(fd).st_size, spool.size)), sync(fd))
    )
    frame = encode(Spooled(NOW, NOW, b"", b"x"))
    spool.append(frame)
    assert seen == [(len(frame), 0)]
    assert spool.size == len(frame)


def test_receipts_are_those_of_a_store(spool, store):
    posts = [
        Post([event(), b"poison", event(calls={"a": 1}), b"[]"], NOW),
        Post([event(name="")], NOW, [b"id"], [NOW]),
    ]
    assert Intake(spool).write(posts) == store.write(posts)


def test_a_place_that_cannot_be_used_is_one_message(tmp_path):
    Path(tmp_path / "file").write_text("x")
    with pytest.raises(CollectorError, match="file cannot be used as a spool"):
        Spool(str(tmp_path / "file"), MUCH)
