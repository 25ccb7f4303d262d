"""ClickHouse as a library, in the process of the tests; only `.ci/run` installs it."""

import importlib.util

HAS_CHDB = importlib.util.find_spec("chdb") is not None
TABLES = ("event", "refused", "segment")
