"""Ships into PostgreSQL: the events of a block and the position in the spool are one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic, time

import psycopg

from analytics.collector._contexts import Contexts
from analytics.collector._days import DAY_MS
from analytics.collector._dictionary import OTHER_PROFILE
from analytics.collector._errors import CollectorError
from analytics.collector._limits import PROFILES_A_DAY, REFUSED_BYTES
from analytics.collector._read import Event, Reader, RefusedError
from analytics.collector.relay._care import forget_events
from analytics.collector.relay._connect import Db, check_address, connect, said, setting
from analytics.collector.relay._fold import PLACES, Folder
from analytics.collector.relay._frames import Spooled
from analytics.collector.relay._partitions import make_partitions
from analytics.collector.relay._sink import SinkError
from analytics.collector.relay._spool import Block
from analytics.collector.relay._words import Words

_KEPT = 100_000
_LOOK_SECONDS = 3600
_TYPES = ("int8", "int8", *["int4"] * 8, "int8", "int4")

Row = tuple[int | None, ...]


class _ChangedError(Exception):
    """Numbers of texts were given up, or days let go, by another."""


class Postgres:
    """A `Sink`.

    Args:
        dsn: the database's address.
        keep_days: for how long events are kept; for good if None. Sums stay.

    Raises:
        CollectorError: that is no address.
    """

    def __init__(self, dsn: str, keep_days: int | None = None) -> None:
        check_address(dsn)
        self.doubles = 0
        self._dsn = dsn
        self._keep_days = keep_days
        self._looked = float("-inf")  # for what is to be let go
        self._db: Db | None = None
        self._new_profiles: dict[tuple[int, str], set[int]] = {}

    def open(self) -> None:
        """Connect, if it is not connected."""
        if self._db is None:
            with self._told():
                self._db = connect(self._dsn)
                self._folder = Folder(self._db)
                self._learn_anew(self._db)

    def close(self) -> None:
        """Disconnect."""
        if self._db is not None:
            with suppress(psycopg.Error):
                self._db.close()
            self._db = None

    def position(self, segment: str) -> int:
        """How many bytes of *segment* it has."""
        with self._told() as db:
            return _position(db, segment)

    def ship(self, block: Block) -> None:
        """Keep the events of *block*."""
        with self._told() as db:
            while True:
                make_partitions(db, self._months, map(self._when, block.events))
                with suppress(_ChangedError), db.transaction():
                    doubles = self._keep(db, block)
                    break
                self._learn_anew(db)
        self.doubles += doubles

    def settle(self) -> None:
        """Bring the sums up to date, unless another collector is at it."""
        with self._told() as db:
            self._folder.fold()
            if self._keep_days is not None and monotonic() - self._looked > _LOOK_SECONDS:
                forget_events(db, int(time() * 1000) // DAY_MS - self._keep_days)
                self._looked = monotonic()

    @contextmanager
    def _told(self) -> Iterator[Db]:
        """Whatever fails, begin from the start, and say it."""
        try:
            yield self._db  # type: ignore[misc] # open comes first
        except (psycopg.Error, CollectorError) as error:
            self.close()
            raise SinkError(said(error)) from None
        except SinkError:
            self.close()
            raise

    def _learn_anew(self, db: Db) -> None:
        """Forget what was known of the database."""
        self._generation = setting(db, "generation")
        self._first_day = int(setting(db, "kept_from"))
        self._months: set[str] = set()
        self._words = Words(db)
        self._contexts = Contexts(self._words)
        self._reader = Reader(self._words.profiles)

    # ---- one block, in one transaction

    def _keep(self, db: Db, block: Block) -> int:
        """Keep all of it; returns how many were here before."""
        if setting(db, "generation", "FOR SHARE") != self._generation:
            raise _ChangedError
        if _position(db, block.segment, "FOR UPDATE") != block.start:
            raise SinkError(f"another collector ships from the same spool: {block.segment}")
        new = _new(db, block.events)
        read = [(one, self._read(one)) for one in new]
        _refuse(db, [(one, reason) for one, reason in read if isinstance(reason, str)])
        events = [(one, event) for one, event in read if isinstance(event, Event)]
        profiles = self._profiles(events)
        self._words.learn([event for _, event in events], set(profiles).difference((b"",)))
        self._copy(db, [self._row(*event, profile) for event, profile in zip(events, profiles, strict=True)])
        db.execute(_MOVE, (block.segment, block.end, int(time() * 1000) // DAY_MS))
        return len(block.events) - len(new)

    def _read(self, one: Spooled) -> Event | str:
        """The event, or why it is refused."""
        if one.is_refused:
            return one.label.decode(errors="replace")
        try:
            return self._reader.read(one.body)
        except RefusedError as error:  # by a newer version than the one that took it
            return str(error)

    def _when(self, one: Spooled) -> int:
        """When it happened, or came if that day was let go."""
        return one.happened if one.happened >= self._first_day * DAY_MS else one.came

    def _profiles(self, events: Sequence[tuple[Spooled, Event]]) -> list[bytes]:
        """The profile of each; a machine that has too many new ones in a day gets the other's."""
        unknown = self._words.unknown({event.profile for _, event in events if event.profile})
        return [
            event.profile if event.profile not in unknown or self._is_few(one, event) else OTHER_PROFILE
            for one, event in events
        ]

    def _is_few(self, one: Spooled, event: Event) -> bool:
        if len(self._new_profiles) > _KEPT:
            self._new_profiles.clear()
        profiles = self._new_profiles.setdefault((self._when(one) // DAY_MS, event.machine), set())
        if len(profiles) < PROFILES_A_DAY:
            profiles.add(hash(event.profile))
        return hash(event.profile) in profiles

    def _row(self, one: Spooled, event: Event, profile: bytes) -> Row:
        return (
            self._when(one),
            *self._contexts.of(event).columns,
            self._words.person(event.user),
            self._words.machine(event.machine),
            event.duration,
            self._words.profile(profile),
        )

    def _copy(self, db: Db, rows: Sequence[Row]) -> None:
        if not rows:
            return
        (number,) = db.execute(_BLOCK).fetchone() or (0,)
        with db.cursor().copy("COPY event FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for place, row in enumerate(rows, number * PLACES):
                copy.write_row((place, *row))


def _position(db: Db, segment: str, lock: str = "") -> int:
    row = db.execute(f"SELECT position FROM segment WHERE name = %s {lock}", (segment,)).fetchone()
    return int(row[0]) if row else 0


def _new(db: Db, events: Sequence[Spooled]) -> list[Spooled]:
    """Those of *events* whose ids were not here before. Sorted, lest two collectors wait for each other."""
    days = {one.label: one.came // DAY_MS for one in reversed(events) if one.label and not one.is_refused}
    if not days:
        return list(events)
    ids = sorted(days)
    rows = db.execute(_SEE, (ids, [days[id] for id in ids])).fetchall()
    fresh = {id for (id,) in rows}
    kept = []
    for one in events:
        if one.is_refused or not one.label or one.label in fresh:
            kept.append(one)
            fresh.discard(one.label)  # the next with this id is a double
    return kept


def _refuse(db: Db, refused: Sequence[tuple[Spooled, str]]) -> None:
    """Keep them apart; sorted, lest two collectors wait for each other."""
    if not refused:
        return
    plain = [(one, reason.replace("\0", "\N{REPLACEMENT CHARACTER}")) for one, reason in refused]
    counts = Counter((one.came // DAY_MS, reason) for one, reason in plain)
    with db.cursor() as cursor:
        cursor.executemany(_REFUSE, [(one.came, reason, one.body[:REFUSED_BYTES]) for one, reason in plain])
        cursor.executemany(_COUNT_REFUSED, [(*key, count) for key, count in sorted(counts.items())])


_BLOCK = "INSERT INTO unfolded VALUES (nextval('block')) RETURNING block"
_SEE = "INSERT INTO seen SELECT unnest(%s::bytea[]), unnest(%s::int[]) ON CONFLICT DO NOTHING RETURNING id"
_MOVE = (
    "INSERT INTO segment VALUES (%s, %s, %s) "
    "ON CONFLICT (name) DO UPDATE SET position = excluded.position, day = excluded.day"
)
_REFUSE = "INSERT INTO refused (time, reason, body) VALUES (%s, %s, %s)"
_COUNT_REFUSED = (
    "INSERT INTO refused_count VALUES (%s, %s, %s) "
    "ON CONFLICT (day, reason) DO UPDATE SET events = refused_count.events + excluded.events"
)
