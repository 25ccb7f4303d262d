"""Every event gets there, or is set aside and shown, whatever the receiver and the machine do."""

import json
import os
import time
from pathlib import Path

import pytest
from collecting import NOW, event
from receiving import HANG_UP, Answer

from analytics.collector._errors import CollectorError
from analytics.collector._maintenance import erase
from analytics.collector._store import Store, connect
from analytics.collector.forward import _loop
from analytics.collector.forward._address import parse
from analytics.collector.forward._pause import Pause, StoppedError
from analytics.collector.forward._position import load, path_of, sole_forwarder

BAD = Answer(400, b'{"message":"unfit"}')


@pytest.fixture
def put_now(put):
    """Keep so many events that happened just now."""

    def keep(count, **tags):
        return put(*[event(n=number, **tags) for number in range(count)], time=int(time.time() * 1000))

    return keep


def position(tmp_path, server, file="collector.db"):
    address = server.address if isinstance(server.address, str) else ""
    return load(path_of(str(tmp_path / file), parse(address.format(port=getattr(server, "port", 0)))))


def refuse_if(bad):
    """Answer 400 to every post that has one of the events *bad*, as they are counted from 0."""

    def answer(events):
        return BAD if bad & {int(number_of(one)) for one in events} else Answer(200)

    return answer


def number_of(one):
    if isinstance(one, dict):
        return one["tilt"]["n"]
    return {pair.key: pair.value.int_value for pair in one[2].attributes}["n"]


def test_what_is_done_with_is_not_sent_again(put_now, forwarded, web):
    put_now(3)
    assert forwarded(web)[-2] == "3 events forwarded"
    put_now(2)
    assert forwarded(web)[-2] == "2 events forwarded"
    assert len(set(web.ids())) == len(web.ids()) == 5


def test_many_events_go_in_batches(put_now, forwarded, web):
    put_now(1201)
    forwarded(web)
    assert [len(batch) for batch in web.taken] == [500, 500, 201]
    assert [number_of(one) for one in web.events()] == list(range(1201))


def test_a_post_that_is_too_large_is_halved(put, forwarded, otlp):
    put(*[event(n=number, **{f"k{k}": "v" * 1000 for k in range(60)}) for number in range(100)])
    assert forwarded(otlp)[-2:] == ["100 events forwarded", True]
    assert len(otlp.taken) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_the_same_is_sent_again_after_trouble(put_now, forwarded, web, status):
    put_now(2)
    web.script = [Answer(status, b"busy"), Answer(status)]
    said = forwarded(web)
    assert [words.partition(": ")[2] for words in said[1:3]] == [
        f"{status} busy; trying again",
        "it answers again",
    ]
    assert said[3:] == ["2 events forwarded", True]
    assert len(web.ids()) == 2


def test_a_lost_answer_makes_doubles_that_have_the_same_ids(put_now, forwarded, web):
    put_now(2)
    web.script = [lambda events: web.taken.append(events) or Answer(HANG_UP)]
    forwarded(web)
    assert len(web.ids()) == 4
    assert web.ids()[:2] == web.ids()[2:]


def test_it_waits_as_long_as_it_is_asked_to(put_now, forwarded, web):
    put_now(1)
    web.script = [Answer(503, Retry_After="17"), Answer(503, Retry_After="999999"), Answer(503)]
    forwarded(web)
    first, second, third = [seconds for seconds in forwarded.waits if seconds]
    assert (first, second) == (17, 3600)
    assert 3 < third < 5


@pytest.mark.parametrize(("attempt", "longest"), [(1, 1.2), (2, 2.4), (6, 38.4), (7, 72), (10**6, 72)])
def test_waits_grow_up_to_a_minute_and_differ(attempt, longest):
    assert _loop._delay(attempt, 0, 1.0) == pytest.approx(longest)
    assert _loop._delay(attempt, 0, 0.0) == pytest.approx(longest / 1.5)


def test_a_receiver_that_stays_away_is_one_message_and_nothing_is_lost(put_now, forwarded, web):
    put_now(2)
    web.script = [Answer(503)] * 5
    with pytest.raises(CollectorError, match=r"503.*; what it has is noted, run this again for the rest"):
        forwarded(web)
    forwarded(web)
    assert len(web.ids()) == 2


def test_nobody_at_the_address_is_one_message(put_now, forwarded, web):
    put_now(1)
    web.http.server_close()
    with pytest.raises(CollectorError, match="refused"):
        forwarded(web)


def test_what_is_refused_is_set_aside_and_shown_and_the_rest_gets_there(put_now, forwarded, web, tmp_path):
    put_now(10)
    web.script = [refuse_if({3, 7})] * 99
    said = forwarded(web)
    assert said[-2:] == ["8 events forwarded, 2 refused", False]
    assert [words.partition(" has refused ")[2] for words in said[1:3]] == [
        'event 4: 400 {"message":"unfit"}',
        'event 8: 400 {"message":"unfit"}',
    ]
    assert sorted(map(number_of, web.events())) == [0, 1, 2, 4, 5, 6, 8, 9]
    found = position(tmp_path, web)
    assert (found.sent, found.refused, [number for number, _ in found.latest]) == (8, 2, [4, 8])
    assert forwarded(web)[-2:] == ["0 events forwarded", True]


def test_a_receiver_that_refuses_all_is_an_error_and_nothing_is_done_with(put_now, forwarded, web, tmp_path):
    put_now(3)
    web.script = [BAD] * 99
    with pytest.raises(CollectorError, match="has refused all so far"):
        forwarded(web)
    assert position(tmp_path, web).number == 0


def test_many_refused_in_a_row_are_an_error_and_not_set_aside(put_now, forwarded, web, tmp_path):
    put_now(5)
    forwarded(web)
    put_now(40)
    web.script = [BAD] * 999
    with pytest.raises(CollectorError, match="has refused 20 events in a row: 400"):
        forwarded(web)
    assert (position(tmp_path, web).number, position(tmp_path, web).refused) == (5, 0)
    web.script = []
    assert forwarded(web)[-2] == "40 events forwarded"


def test_some_that_opentelemetry_did_not_take_are_shown_and_not_sent_again(
    put_now, forwarded, otlp, tmp_path
):
    put_now(3)
    said = {"partialSuccess": {"rejectedLogRecords": "2", "errorMessage": "too long"}}
    otlp.script = [Answer(200, json.dumps(said).encode())]
    words = forwarded(otlp)
    assert words[1].endswith(" has refused 2 of events 1 to 3: too long")
    assert words[-2:] == ["1 events forwarded, 2 refused", False]
    assert otlp.posts == 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"nonsense", b'{"partialSuccess":null}', b'{"partialSuccess":{}}']
)
def test_a_good_answer_of_any_shape_is_good(put_now, forwarded, otlp, body):
    put_now(1)
    otlp.script = [Answer(200, body)]
    assert forwarded(otlp)[-2:] == ["1 events forwarded", True]


@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
def test_an_address_or_key_that_is_wrong_stops_it_at_once(put_now, forwarded, web, status, tmp_path):
    put_now(3)
    web.script = [Answer(status, Location="http://127.0.0.1:9/")]
    with pytest.raises(CollectorError, match=f"cannot be used: {status}"):
        forwarded(web)
    assert (web.posts, position(tmp_path, web).number) == (1, 0)


def test_a_wrong_key_of_datadog_is_told_from_a_missing_one(put_now, forwarded, datadog):
    put_now(1)
    with pytest.raises(CollectorError, match=r"403 .*Forbidden.*the key comes from the variable DD_API_KEY"):
        forwarded(datadog, environ={"DD_API_KEY": "wrong"})
    with pytest.raises(CollectorError, match=r"^Datadog wants a key: set DD_API_KEY$"):
        forwarded(datadog, environ={})


def test_headers_for_opentelemetry_come_from_its_variable(put_now, forwarded, otlp, monkeypatch):
    seen = []
    read = otlp.read
    otlp.read = lambda path, headers, body: seen.append(headers["Authorization"]) or read(path, headers, body)
    put_now(1)
    forwarded(otlp, environ={"OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20a2V5,x-scope=t"})
    assert seen == ["Basic a2V5"]
    with pytest.raises(CollectorError, match="OTEL_EXPORTER_OTLP_HEADERS is not key=value"):
        forwarded(otlp, environ={"OTEL_EXPORTER_OTLP_HEADERS": "nonsense"})


def test_a_password_for_the_host_in_netrc_is_not_sent(put_now, forwarded, otlp):
    Path(os.environ["HOME"], ".netrc").write_text("default login me password secret\n")
    seen = []
    read = otlp.read
    otlp.read = lambda path, headers, body: seen.append(headers["Authorization"]) or read(path, headers, body)
    put_now(1)
    forwarded(otlp)
    assert seen == [None]


def test_datagrams_that_nobody_takes_on_this_machine_are_tried_again(put_now, forwarded, statsd, tmp_path):
    put_now(1)
    statsd.stop()
    with pytest.raises(CollectorError, match="connection refused"):
        forwarded(statsd.address)
    assert position(tmp_path, statsd).number == 0


def test_a_socket_that_is_not_there_is_waited_for(put_now, forwarded, tmp_path):
    put_now(1)
    with pytest.raises(CollectorError, match="no such file or directory; what it has is noted"):
        forwarded(f"statsd+unix://{tmp_path}/none")


def test_metrics_begin_with_what_comes_from_now_on(put_now, forwarded, statsd):
    put_now(5)
    assert forwarded(statsd.address, since=None)[-2] == "0 events forwarded"
    put_now(2)
    assert forwarded(statsd.address, since=None)[-2] == "2 events forwarded"


def test_since_says_where_to_begin_the_first_time_only(put, forwarded, otlp):
    for moment in range(4):
        put(event(), time=NOW + moment)
    assert forwarded(otlp, since=NOW + 2)[-2] == "2 events forwarded"
    said = forwarded(otlp, since=NOW)
    assert "--since is for the first time" in said[0]
    assert said[-2] == "0 events forwarded"


def test_events_after_an_erasure_are_not_missed(store, put_now, forwarded, otlp):
    put_now(3, machine="m2")
    forwarded(otlp)
    erase(store, "m2")
    put_now(3)
    assert forwarded(otlp)[-2] == "3 events forwarded"
    assert len(set(otlp.ids())) == 6


def test_an_older_copy_of_the_file_is_noticed(put, forwarded, otlp, tmp_path):
    put(event())
    forwarded(otlp)
    copy = Store(connect(str(tmp_path / "copy.db")))
    copy.db.close()
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"collector.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(tmp_path / "collector.db")
    with pytest.raises(
        CollectorError, match=r"is not the file whose events were forwarded up to 1: remove .*-otlp-"
    ):
        forwarded(otlp)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"number":"x"}', b"[]"])
def test_a_damaged_position_is_one_message(put_now, forwarded, otlp, tmp_path, content):
    put_now(1)
    forwarded(otlp)
    Path(position(tmp_path, otlp).path).write_bytes(content)
    with pytest.raises(CollectorError, match="is damaged: remove it to begin anew"):
        forwarded(otlp)


def test_a_position_that_cannot_be_written_is_one_message(put_now, forwarded, otlp, tmp_path):
    put_now(1)
    forwarded(otlp)
    (tmp_path / f"{position(tmp_path, otlp).path}.new").mkdir()
    put_now(1)
    with pytest.raises(CollectorError, match="cannot be written: is a directory"):
        forwarded(otlp)


def test_two_do_not_forward_to_the_same_address(put_now, forwarded, otlp, tmp_path):
    put_now(1)
    path = path_of(str(tmp_path / "collector.db"), parse(otlp.address.format(port=otlp.port)))
    with sole_forwarder(path), pytest.raises(CollectorError, match="another process forwards"):
        forwarded(otlp)


def test_the_position_of_each_address_is_its_own(put_now, forwarded, otlp, datadog):
    put_now(2)
    assert [forwarded(server)[-2] for server in (otlp, datadog)] == ["2 events forwarded"] * 2


def test_a_pause_ends_when_it_is_to_stop():
    pause = Pause()
    pause.wait(0)
    pause._stop.set()
    with pytest.raises(StoppedError):
        pause.wait(60)
