-- One SQLite file. Every text stands once, in a dictionary; an event is a row of small numbers.
-- Times are milliseconds since 1970, days are days since 1970 (UTC), durations are nanoseconds.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- what an event says about its kind: 'event', 'version', 'os', 'repository', 'command', 'extension', 'cluster', or
-- one of its counts: 'builtin' ("docker_build") or 'argument' ("docker_build.arg.ref")
CREATE TABLE facet (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, value));

-- who: the only places where their digests stand
CREATE TABLE machine (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
CREATE TABLE person (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);

-- the counts of a load, as they came, and taken apart
CREATE TABLE profile (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE profile_calls (
    facet INTEGER NOT NULL, profile INTEGER NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (profile, facet)
) WITHOUT ROWID;

-- all other keys of an event, as a JSON object
CREATE TABLE rest (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL);

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    name INTEGER NOT NULL,
    os INTEGER, version INTEGER, repository INTEGER, command INTEGER, rest INTEGER,
    person INTEGER, machine INTEGER, duration INTEGER, profile INTEGER
);

-- ids of events that came with one: each is kept once
CREATE TABLE seen (id BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;

-- sums by day (days = 1) and by week (days = 7, from Monday on) that begin with the day `first`, of the events up to
-- the one that meta's 'rolled_up' names; `rebuild` computes them anew. Facet 0 stands for all events.

-- how many events; of a built-in or an argument, how many calls
CREATE TABLE sum_count (
    days INTEGER, first INTEGER, facet INTEGER, count INTEGER NOT NULL, PRIMARY KEY (days, first, facet)
) WITHOUT ROWID;
-- which machines: a 0 and their bits (bit n: the machine with the id n), or a 1 and their ids, of 4 bytes each
CREATE TABLE sum_machines (
    days INTEGER, first INTEGER, facet INTEGER, machines BLOB NOT NULL, PRIMARY KEY (days, first, facet)
) WITHOUT ROWID;
-- how long loads took, by bucket (from 1.02^bucket ns on): the first bucket, of 2 bytes, and counts from it on, of 4 each
CREATE TABLE sum_durations (
    days INTEGER, first INTEGER, facet INTEGER, counts BLOB NOT NULL, PRIMARY KEY (days, first, facet)
) WITHOUT ROWID;

-- what was not kept, and why
CREATE TABLE refused (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE refused_count (day INTEGER, reason TEXT, events INTEGER NOT NULL, PRIMARY KEY (day, reason)) WITHOUT ROWID;

-- keys that may post, and tokens that may read; only their digests
CREATE TABLE token (digest BLOB PRIMARY KEY, role TEXT NOT NULL, label TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
