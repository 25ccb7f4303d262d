"""Events out of the file again, for other programs."""

import io
import json
from contextlib import closing

import duckdb
import pyarrow.parquet
import pytest
from collecting import NOW, event

from analytics.collector import _parquet
from analytics.collector._export import Part, lines

SENT = [
    event(version="0.37.6", git__origin="r", subcommand="up", env="kind", calls={"load": 1, "load.arg.x": 2}),
    event(name="tilt.tiltfile.load", duration=17, user=None, machine=None, os=None),
    event(name="tilt.tiltfile.custom.report", team="web", n=-5),
]


@pytest.fixture
def table(db, put, tmp_path):
    """The events as a Parquet file, read by its own implementation."""
    put(*SENT)
    path = tmp_path / "events.parquet"
    with path.open("wb") as file:
        _parquet.write(db, file)
    return pyarrow.parquet.read_table(path)


def test_a_parquet_file_has_a_column_for_what_all_events_have(table, db):
    loaded, timed, _ = table.to_pylist()
    ids = [json.loads(line)["id"] for line in lines(db)]
    assert table.column("id").to_pylist() == ids
    assert {int(time.timestamp() * 1000) for time in table.column("time").to_pylist()} == {NOW}
    names = ("name", "os", "version", "repository", "command", "user", "machine", "duration_ns")
    assert [loaded[name] for name in names] == [
        "tilt.tiltfile.loaded", "linux", "0.37.6", "r", "up", "u1", "m1", None
    ]  # fmt: skip
    assert [timed[name] for name in names] == ["tilt.tiltfile.load", *[None] * 6, 17]


def test_a_parquet_file_has_records_for_what_differs(table):
    loaded, timed, custom = table.to_pylist()
    assert loaded["calls"] == [
        {"builtin": "load", "argument": None, "calls": 1},
        {"builtin": "load", "argument": "x", "calls": 2},
    ]
    assert loaded["tags"] == [{"key": "env", "value": "kind"}]
    assert (timed["calls"], timed["tags"]) == ([], [])
    assert custom["tags"] == [{"key": "n", "value": "-5"}, {"key": "team", "value": "web"}]


def test_another_program_asks_the_parquet_file(table, tmp_path):
    with closing(duckdb.connect()) as other:
        asked = """
            SELECT call.builtin, sum(call.calls) FROM (SELECT unnest(calls) AS call FROM read_parquet(?))
            WHERE call.argument IS NULL GROUP BY ALL
        """
        assert other.execute(asked, [str(tmp_path / "events.parquet")]).fetchall() == [("load", 1)]


def test_a_parquet_file_is_written_in_pieces_and_to_a_pipe(db, put, monkeypatch):
    monkeypatch.setattr(_parquet, "_GROUP", 2)

    class Pipe(io.RawIOBase):
        data = b""

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    put(*SENT)
    pipe = Pipe()
    _parquet.write(db, pipe)
    file = pyarrow.parquet.ParquetFile(io.BytesIO(pipe.data))
    assert (file.num_row_groups, file.metadata.num_rows) == (2, 3)


def test_a_parquet_file_of_no_events_has_the_columns(db):
    to = io.BytesIO()
    _parquet.write(db, to, Part(since=NOW))
    assert pyarrow.parquet.read_table(to).schema.equals(_parquet.SCHEMA)
