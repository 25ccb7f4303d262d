"""A collector's file is read where it is, whatever its name."""

import pytest

from analytics.collector._days import Days
from analytics.collector._reading import reader_of
from analytics.collector._store import connect


@pytest.mark.parametrize("name", ["a?b.db", "50%20.db", "a#b.db", "é b.db"])
def test_a_file_of_any_name_is_read(tmp_path, name):
    connect(str(tmp_path / name)).close()
    with reader_of(str(tmp_path / name), {})() as reading:
        assert reading.sums.all_events(Days(0, 30_000)) == 0
    assert [path.name for path in tmp_path.glob("*.db")] == [name]
