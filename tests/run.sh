#!/bin/sh
# Installs what the tests need into .venv, and runs them. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
exec .venv/bin/python -m pytest --numprocesses 4 "$@"
