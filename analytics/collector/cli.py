"""``collect``: run a collector, and look after its file."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from time import time

from analytics.collector import _export, _maintenance, _tokens
from analytics.collector._errors import CollectorError
from analytics.collector._lock import sole_writer
from analytics.collector._store import Receipt, Store, connect

_DONE, _FAILED = 0, 1


_DESCRIPTION = "Take events from Tilt and tiltfile, keep them in one file, and show what they say."
_EPILOG = """\
examples:
  {prog} serve                                 on this machine: http://127.0.0.1:8080/
  {prog} keys add laptops                      a key that may post, printed once
  {prog} serve --host 0.0.0.0 --tls-cert C --tls-key K
  TILT_ANALYTICS_URL=https://KEY@host:8080/report tilt up
  {prog} export > events.jsonl
  {prog} erase 0123abcd                        all that one user or machine sent

exit codes: 0 done, 1 failure, 2 wrong usage
"""


def main(argv: Sequence[str], *, prog: str, known: Iterable[str] = ()) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the arguments after the program's name.
        prog: the program's name in messages: ``tiltfile collect``.
        known: names of built-ins that there are, to tell which nobody uses.
    """
    options = parser(prog).parse_args(argv)
    options.known = tuple(known)
    try:
        code: int = options.run(options)
    except (CollectorError, sqlite3.Error) as error:
        sys.stderr.write(f"{prog}: {error}\n")
        return _FAILED
    return code


def parser(prog: str) -> argparse.ArgumentParser:
    """The command line."""
    form = argparse.RawDescriptionHelpFormatter
    made = argparse.ArgumentParser(
        prog=prog, description=_DESCRIPTION, epilog=_EPILOG.format(prog=prog), formatter_class=form
    )
    verbs = made.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, run: object, purpose: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=purpose, description=purpose, parents=[_shared()])
        added.set_defaults(run=run)
        return added

    _serve_arguments(verb("serve", _serve, "take events until told to stop"))
    purpose = "make, list and take back keys that may post or read"
    _keys_arguments(verbs.add_parser("keys", help=purpose, description=purpose))
    verb("status", _status, "what is in the file")
    verb("export", _export_events, "print every event as it was sent, one a line")
    _import_arguments(verb("import", _import_events, "add events, one a line, from files or standard input"))
    verb("erase", _erase, "remove all that one user or machine sent").add_argument("hash")
    verb("rebuild", _rebuild, "compute all sums anew from the events")
    verb("backup", _backup, "copy the file while it is in use").add_argument("to", metavar="PATH")
    return made


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--file", default="collector.db", metavar="PATH", help="default: collector.db")
    return shared


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", type=int, default=8080, help="default: 8080; 0 takes any that is free")
    parser.add_argument("--path", default="/report", help="where events are posted to; default: /report")
    parser.add_argument("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate")
    parser.add_argument("--tls-key", metavar="FILE", help="and this key")
    parser.add_argument("--open", action="store_true", help="let anybody post who can reach it")


def _serve(options: argparse.Namespace) -> int:
    from analytics.collector._serve import Settings, serve

    def say(address: str) -> None:
        sys.stderr.write(f"collecting into {options.file}; the page is {address}/\n")
        sys.stderr.write(f"TILT_ANALYTICS_URL={address}{options.path} sends events here\n")
        sys.stderr.flush()

    settings = Settings(
        path=options.file,
        host=options.host,
        port=options.port,
        report=options.path,
        certificate=options.tls_cert,
        key=options.tls_key,
        is_open=options.open,
        known=options.known,
    )
    with sole_writer(options.file):
        serve(settings, say)
    return _DONE


def _keys_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = actions.add_parser("add", parents=[_shared()], help="make one; it is printed once")
    add.add_argument("name", help="what it is for: a team, a machine")
    add.add_argument(
        "--role", choices=_tokens.ROLES, default=_tokens.WRITE, help="what it may do; default: write"
    )
    add.set_defaults(run=_add_key)
    listed = actions.add_parser("list", parents=[_shared()], help="show what there is, but not the keys")
    listed.set_defaults(run=_list_keys)
    revoke = actions.add_parser("revoke", parents=[_shared()], help="take back those of a name")
    revoke.add_argument("name")
    revoke.set_defaults(run=_revoke_keys)


def _add_key(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        print(_tokens.create(db, options.role, options.name))
    return _DONE


def _list_keys(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        for role, label, created in db.execute("SELECT role, label, created FROM token ORDER BY created"):
            print(f"{role:<6} {_when(created)}  {label}")
    return _DONE


def _revoke_keys(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        if not _tokens.revoke(db, options.name):
            raise CollectorError(f"there is no key called {options.name!r}: see `keys list`")
    return _DONE


def _status(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        events, first, last = db.execute("SELECT count(*), min(time), max(time) FROM event").fetchone()
        (machines,) = db.execute("SELECT count(*) FROM machine").fetchone()
        (refused,) = db.execute("SELECT ifnull(sum(events), 0) FROM refused_count").fetchone()
        (size,) = db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
    print(f"{options.file}: {size:,} bytes")
    print(f"events   {events:,}" + (f", from {_when(first)} to {_when(last)}" if events else ""))
    print(f"machines {machines:,}")
    print(f"refused  {refused:,}")
    return _DONE


def _export_events(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        for line in _export.lines(db):
            sys.stdout.buffer.write(line)
    return _DONE


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="lines as `export` prints them, or bare events"
    )


def _import_events(options: argparse.Namespace) -> int:
    from analytics.collector._import import posts

    total = Receipt()
    with sole_writer(options.file), closing(connect(options.file)) as db:
        store = Store(db)
        for post in posts(options.files, int(time() * 1000)):
            _add(total, store.write([post])[0])
        store.settle()
    print(f"{total.stored} stored, {total.doubles} were here before, {len(total.refused)} refused")
    return _FAILED if total.refused else _DONE


def _add(total: Receipt, receipt: Receipt) -> None:
    total.stored += receipt.stored
    total.doubles += receipt.doubles
    total.refused += receipt.refused


def _erase(options: argparse.Namespace) -> int:
    with sole_writer(options.file), closing(connect(options.file)) as db:
        print(f"{_maintenance.erase(Store(db), options.hash)} events erased")
    return _DONE


def _rebuild(options: argparse.Namespace) -> int:
    with sole_writer(options.file), closing(connect(options.file)) as db:
        _maintenance.rebuild(Store(db))
    return _DONE


def _backup(options: argparse.Namespace) -> int:
    with closing(connect(options.file)) as db:
        _maintenance.backup(db, options.to)
    return _DONE


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d")
