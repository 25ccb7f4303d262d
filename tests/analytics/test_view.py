"""The web view, as any program that speaks HTTP meets it: who gets in, what is shown, what can be done."""

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
from urllib.parse import urlencode, urlsplit

import pytest

from analytics import Client, _ledger, _lines
from analytics._app import TILT, locate
from analytics._consent import read_choice
from analytics._parcel import Parcel, fill
from analytics._spool import Record
from analytics.view import View, serve

HOSTILE = '"><script>alert(1)</script>&amp;\u202e\x9b31m\ud800'


@pytest.fixture
def dirs(environ):
    return locate(environ)


@pytest.fixture
def viewed(dirs, environ, no_sender):
    """Serve the view; returns a function that makes one request, with what a browser would send."""
    view = View(dirs, environ, TILT, version="1.2.3", prog="tool analytics")
    server = serve(view)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Browser(server)
    server.shutdown()
    server.server_close()
    thread.join()


class Browser:
    def __init__(self, server):
        self.link = server.link
        self.port = server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.cookie = ""

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {
            "Host": self.host,
            "Cookie": self.cookie,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def enter(self):
        answer = self.request("GET", "/?" + urlsplit(self.link).query)
        assert answer.status == 303
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return self

    def get(self, path="/", **headers):
        return self.request("GET", path, **headers)

    def choose(self, word, **changes):
        token = re.search(r'name="form-token" value="(\w+)"', self.get().text)[1]
        form = {"form-token": token, "choice": word, **changes.pop("form", {})}
        headers = {
            "Origin": f"http://{self.host}",
            "Content_Type": "application/x-www-form-urlencoded",
            **changes,
        }
        return self.request("POST", "/choice", urlencode(form), **headers)


def test_the_link_works_once_and_then_the_cookie_does(viewed):
    assert viewed.get().status == 403
    viewed.enter()
    assert viewed.get().status == 200
    assert viewed.get().status == 200
    viewed.cookie = ""
    again = viewed.get("/?" + urlsplit(viewed.link).query)
    assert again.status == 403
    assert "was used already" in again.text


def test_the_browser_that_was_let_in_may_use_its_history(viewed):
    viewed.enter()
    assert viewed.get("/?" + urlsplit(viewed.link).query).status == 303


def test_the_cookie_is_for_no_script_and_no_other_site(viewed):
    cookie = viewed.get("/?" + urlsplit(viewed.link).query).headers["Set-Cookie"]
    assert cookie.split("; ")[1:] == ["HttpOnly", "SameSite=Strict", "Path=/"]


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "token"])
def test_a_wrong_link_does_not_work_nor_spoil_the_right_one(viewed, token):
    assert viewed.get("/?" + urlencode({"token": token})).status == 403
    viewed.enter()


@pytest.mark.parametrize("cookie", ["", "analytics-view-{port}=", "analytics-view-{port}=0", "=;;=", '"'])
def test_a_wrong_cookie_does_not_work(viewed, cookie):
    viewed.enter()
    viewed.cookie = cookie.format(port=viewed.port)
    for path in ("/", "/sent", "/waiting", "/keys"):
        assert viewed.get(path).status == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1"])
def test_a_name_that_leads_here_is_not_enough(viewed, host):
    viewed.enter()
    assert viewed.get(Host=host.format(port=viewed.port)).status == 403
    assert viewed.choose("in", Host=host.format(port=viewed.port)).status == 403


def test_every_answer_forbids_scripts_and_frames_and_caches(viewed):
    answers = [
        viewed.get(),
        viewed.get("/?token=x"),
        viewed.enter().get(),
        viewed.get("/nowhere"),
        viewed.choose("x"),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script" not in answer.text


@pytest.mark.parametrize(("word", "content"), [("in", "opt-in"), ("out", "opt-out"), ("default", "default")])
def test_a_button_makes_the_choice(viewed, dirs, word, content):
    viewed.enter()
    assert viewed.choose(word).status == 303
    assert str(read_choice(dirs).opt) == content
    assert 'role="status"' in viewed.get().text
    assert 'role="status"' not in viewed.get().text


def test_opting_in_is_reported_and_opting_out_throws_away(viewed, spooled):
    viewed.enter().choose("in")
    assert [record["body"] for record in spooled()] == ['{"name":"tilt.analytics.opt.in","version":"1.2.3"}']
    viewed.choose("out")
    assert spooled() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"form": {"form-token": "0"}},
        {"form": {"form-token": ""}},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Cookie": "other=1"},
        {"Content_Length": "999999"},
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(viewed, home, changes):
    assert viewed.enter().choose("in", **changes).status == 403
    assert list(home.iterdir()) == []


def test_a_choice_that_is_none_is_refused(viewed, home):
    assert viewed.enter().choose("perhaps").status == 400
    assert list(home.iterdir()) == []


def test_a_choice_that_cannot_be_kept_is_said(viewed, home):
    (home / ".tilt-dev").write_text("")
    viewed.enter().choose("in")
    assert "That did not work" in viewed.get().text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/favicon.ico", 404),
                                                        ("GET", "//evil/", 404), ("PUT", "/", 501)])  # fmt: skip
def test_there_is_nothing_else(viewed, method, path, status):
    assert viewed.enter().request(method, path).status == status


def test_looking_creates_nothing(viewed, home):
    viewed.enter()
    for path in ("/", "/sent", "/waiting", "/keys"):
        assert viewed.get(path).status == 200
    assert list(home.iterdir()) == []


def attempt(dirs, body, *, url="https://h/r", detail="accepted", status=200, id="1"):
    dirs.make(dirs.user)
    parcel = Parcel(
        [Record(id=id, time=0, url=url, level="full", allowed_by="user", body=body)], is_batch=False
    )
    _ledger.attempt(dirs, parcel, 0.0)
    _ledger.answer(dirs, parcel, 0.0, status=status, detail=detail)


def test_what_was_sent_is_shown_with_the_meaning_of_each_key(viewed, dirs):
    body = '{"name":"tilt.tiltfile.loaded","tiltfile.invoked.local":"3","user":"u"}'
    attempt(dirs, body)
    text = viewed.enter().get("/sent").text
    assert "1970-01-01 00:00:00 UTC" in text
    assert "tells users apart, without saying who they are" in text
    assert "calls of a built-in" in text
    assert body.replace('"', "&quot;") in text
    assert "as sent, byte for byte" in text


def test_a_batch_is_taken_apart(viewed, dirs):
    dirs.make(dirs.user)
    records = [
        Record(
            id=str(n),
            time=0,
            url="https://h",
            level="full",
            allowed_by="user",
            body=f'{{"name":"tilt.cmd.{n}"}}',
        )
        for n in ("a", "b")
    ]
    _ledger.attempt(dirs, Parcel(fill(records), is_batch=True), 0.0)
    text = viewed.enter().get("/sent").text
    assert "tilt.cmd.a and 1 more" in text
    assert "Keys of tilt.cmd.b" in text


def test_what_waits_is_shown(viewed, choose, environ):
    choose("opt-in")
    client = Client.open(version="1.2.3", subcommand="load", environ=environ, cwd=environ["HOME"])
    client.incr("cmd.load")
    client.settle()
    client.flush()
    assert client.preview()[0].replace('"', "&quot;") in viewed.enter().get("/waiting").text


def test_nothing_of_a_hostile_ledger_acts_on_the_page(viewed, dirs):
    dirs.make(dirs.user)
    fields = dict.fromkeys(("id", "url", "type", "sha256", "body"), HOSTILE)
    values = [
        {"what": "attempt", "time": HOSTILE, **fields},
        {
            "what": "attempt",
            "time": 10**30,
            **fields,
            "body": json.dumps({HOSTILE: HOSTILE, "name": HOSTILE, "nested": {HOSTILE: [HOSTILE]}}),
        },
        {"what": "attempt", "body": [HOSTILE], "id": "x"},
        {"what": "answer", "id": HOSTILE, "status": HOSTILE, "detail": HOSTILE},
        {"what": "pruned", "count": HOSTILE},
    ]
    with open(dirs.ledger, "wb") as file:
        file.writelines(map(_lines.line, values))
    answer = viewed.enter().get("/sent")
    assert answer.status == 200
    assert answer.text.count("changed since") == 3
    assert "<script" not in answer.text
    assert not re.search("[\u202e\x80-\x9f]", answer.text)
    assert viewed.get("/").status == 200


def test_many_entries_are_shown_page_by_page(viewed, dirs):
    for number in range(60):
        attempt(dirs, f'{{"name":"tilt.cmd.n{number}x"}}', id=str(number))
    first, second = viewed.enter().get("/sent").text, viewed.get("/sent?page=2").text
    assert ("n59x" in first, "n5x" in first, "n5x" in second) == (True, False, True)
    assert 'href="/sent?page=2"' in first
    assert 'href="/sent?page=1"' in second
    for page in ("0", "-1", "x", "99999999999999999999"):
        assert viewed.get(f"/sent?page={page}").status == 200


def test_every_event_and_key_is_explained(viewed):
    text = viewed.enter().get("/keys").text
    for event in TILT.registry.events:
        assert f"tilt.{event.name}".replace("<", "&lt;").replace(">", "&gt;") in text
    assert "docker-desktop" in text


def test_the_rules_are_shown_and_which_one_decides(viewed, choose):
    choose("opt-out")
    text = viewed.enter().get("/").text
    assert "Nothing is reported" in text
    assert text.count(">decides</span>") == 1
    assert text.index("You chose opt-out (") < text.index(">decides</span>") < text.index("Nobody")


def test_what_cannot_be_read_is_said_not_hidden(viewed, dirs, home):
    (home / ".tilt-dev/analytics/ledger.jsonl").mkdir(parents=True)
    (home / ".tilt-dev/analytics/spool/outbox.jsonl").mkdir(parents=True)
    text = viewed.enter().get("/").text
    assert "The log cannot be read" in text
    assert viewed.get("/sent").status == viewed.get("/waiting").status == 200


def test_every_page_has_what_assistive_programs_look_for(viewed, dirs):
    attempt(dirs, '{"name":"tilt.cmd.load"}')
    viewed.enter()
    for path in ("/", "/sent", "/waiting", "/keys"):
        text = viewed.get(path).text
        assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert text.count("<h1>") == text.count("<main ") == text.count('aria-current="page"') == 1
        assert text.count("<table") == text.count("<caption>")
        assert all('scope="' in head for head in re.findall("<th[^>]*>", text.replace("<thead", "<x")))
        assert "<header>" in text
        assert '<nav aria-label="Pages">' in text
        assert "<footer>" in text


def test_the_command_prints_a_link_that_works_and_ends_on_an_interrupt(environ):
    command = [sys.executable, "-u", "-m", "analytics", "view", "--no-browser"]
    env = {**environ, "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        guard = threading.Timer(20, process.kill)
        guard.start()
        link = urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection(link.hostname, link.port, timeout=10)
        connection.request("GET", f"{link.path}?{link.query}")
        assert connection.getresponse().status == 303
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        guard.cancel()
        assert process.stderr.read() == "this link works once, on this machine; ^C ends it\n"


def test_a_port_that_is_taken_is_said(cli, viewed):
    ran = cli("view", "--no-browser", "--port", str(viewed.port))
    assert ran.code == 1
    assert ran.err == f"cannot listen on port {viewed.port}: Address already in use\n"
