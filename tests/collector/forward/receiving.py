"""Receivers as their protocols describe them, written without a look at what sends to them."""

import gzip
import json
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

HANG_UP = 0
KEY = "0123456789abcdef0123456789abcdef"


class Answer:
    """What a server says to one POST; status `HANG_UP` says nothing."""

    def __init__(self, status, body=b"{}", **headers):
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Connections(ThreadingHTTPServer):
    """Knows how many clients there are that have not gone."""

    open = 0
    lock = threading.Lock()

    def process_request(self, *connection):
        with self.lock:
            self.open += 1
        super().process_request(*connection)

    def process_request_thread(self, *connection):
        try:
            super().process_request_thread(*connection)
        finally:
            with self.lock:
                self.open -= 1

    def handle_error(self, *_):
        if not isinstance(sys.exc_info()[1], OSError):  # the client is gone
            super().handle_error(*_)


class Server:
    """An HTTP server of one protocol: keeps the events that it took, and first answers as it is told to.

    Attributes:
        taken: for each POST that it took, its events.
        script: answers to give before those that the protocol demands; a function of the events may be one.
    """

    def __init__(self):
        self.taken = []
        self.script = []
        self.posts = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Content-Encoding"] == "gzip":
                    body = gzip.decompress(body)
                self.give(outer.answer(self.path, self.headers, body))

            def give(self, answer):
                if answer.status == HANG_UP:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_):
                pass

        self.http = Connections(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def answer(self, path, headers, body):
        self.posts += 1
        events, answer = self.read(path, headers, body)
        if answer.status < 300 and self.script:
            scripted = self.script.pop(0)
            answer = scripted(events) if callable(scripted) else scripted
        if answer.status in (200, 202):
            self.taken.append(events)
        return answer

    def events(self):
        return [event for batch in self.taken for event in batch]

    def ids(self):
        return [self.id_of(event) for event in self.events()]

    def has_ended(self):
        """Whether all clients that have come are gone, and what they sent was looked at."""
        with socket.create_connection(self.http.server_address) as last:
            last.sendall(b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")
            last.recv(100)  # who came before was let in before
        return self.http.open == 0

    def stop(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


class Otlp(Server):
    """Takes what the official definitions of OpenTelemetry can read."""

    address = "otlp+http://127.0.0.1:{port}"

    def read(self, path, headers, body):
        if path != "/v1/logs":
            return [], Answer(404, b"404 page not found")
        if headers["Content-Type"] != "application/json":
            return [], Answer(415)
        try:
            request = json_format.Parse(body, ExportLogsServiceRequest())
        except json_format.ParseError as error:
            return [], Answer(400, json.dumps({"code": 3, "message": str(error)}).encode())
        return [
            (resource.resource, scope.scope, record)
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ], Answer(200)

    @staticmethod
    def attributes(record):
        values = {pair.key: pair.value for pair in record.attributes}
        assert len(values) == len(record.attributes), "keys of attributes must be unique"
        return {key: getattr(value, value.WhichOneof("value")) for key, value in values.items()}

    def id_of(self, event):
        return self.attributes(event[2])["log.record.uid"]


class Datadog(Server):
    """Takes what the documentation of ``POST /api/v2/logs`` allows, and says no with its statuses."""

    address = "datadog+http://127.0.0.1:{port}"

    def read(self, path, headers, body):
        if path != "/api/v2/logs":
            return [], self.errors(404, "Not found")
        if headers["DD-API-KEY"] is None:
            return [], self.errors(401, "Unauthorized")
        if headers["DD-API-KEY"] != KEY:
            return [], self.errors(403, "Forbidden")
        if len(body) > 5 * 1024 * 1024:
            return [], self.errors(413, "Request Entity Too Large")
        logs = json.loads(body)
        if headers["Content-Type"] != "application/json" or not isinstance(logs, list) or len(logs) > 1000:
            return [], self.errors(400, "Bad Request")
        oldest = (time.time() - 18 * 3600 - 60) * 1000
        assert all(log["timestamp"] > oldest for log in logs), "it would drop these without a word"
        return logs, Answer(202)

    @staticmethod
    def errors(status, words):
        return Answer(status, json.dumps({"errors": [{"status": str(status), "title": words}]}).encode())

    def id_of(self, log):
        return log["id"]


_METRIC = re.compile(
    r"(?P<name>[a-zA-Z][a-zA-Z0-9_.]{0,199}):(?P<value>-?\d+(\.\d+)?(e[+-]?\d+)?)\|(?P<kind>c|g|ms|h|s|d)"
    r"(\|@(?P<rate>[\d.]+))?(\|#(?P<tags>[^|\n]+))?"
)


def parse_metric(line):
    """Name, type, value and tags of one line of the DogStatsD protocol 1.0."""
    match = _METRIC.fullmatch(line)
    assert match, f"not DogStatsD: {line!r}"
    tags = match["tags"].split(",") if match["tags"] else []
    assert all(re.fullmatch(r"[a-z][\w./:-]{0,199}", tag) for tag in tags), tags
    return match["name"], match["kind"], float(match["value"]), tuple(tags)


class StatsD:
    """A DogStatsD server: adds counters up, and keeps every value of a timer."""

    def __init__(self, path=None):
        self.socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(path or ("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.address = (
            f"statsd+unix://{path}" if path else f"statsd://127.0.0.1:{self.socket.getsockname()[1]}"
        )
        self.counters, self.timers, self.longest = {}, {}, 0

    def drain(self):
        """Take what is there, which after a send on the same machine is all of it."""
        while True:
            try:
                datagram = self.socket.recv(65_536)
            except BlockingIOError:
                return
            self.longest = max(self.longest, len(datagram))
            for line in datagram.decode().split("\n"):
                name, kind, value, tags = parse_metric(line)
                if kind == "c":
                    self.counters[name, tags] = self.counters.get((name, tags), 0) + value
                else:
                    self.timers.setdefault((name, kind, tags), []).append(value)

    def total(self, name):
        return sum(value for (metric, _), value in self.counters.items() if metric == name)

    def stop(self):
        self.socket.close()
