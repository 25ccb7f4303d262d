-- The collector's tables in PostgreSQL, in a schema of their own: those of `_schema.sql`, with the same names and
-- columns, and what many collectors at once need besides.
-- Times are milliseconds since 1970, days are days since 1970 (UTC), durations are nanoseconds.

CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL);

CREATE TABLE facet (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, value text COLLATE "C" NOT NULL,
    UNIQUE (kind, value)
);

-- who: the only places where their digests stand
CREATE TABLE machine (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest text COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE profile (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest bytea NOT NULL UNIQUE, body bytea NOT NULL);
CREATE TABLE profile_calls (
    facet integer NOT NULL, profile integer NOT NULL, calls bigint NOT NULL, PRIMARY KEY (profile, facet)
);
CREATE TABLE rest (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, digest bytea NOT NULL UNIQUE, body bytea NOT NULL);

-- an id is the number of the block that it came in, times 65536, and its place in the block; a partition is a month
CREATE TABLE event (
    id bigint NOT NULL,
    time bigint NOT NULL,
    name integer NOT NULL,
    os integer, version integer, repository integer, command integer, rest integer,
    person integer, machine integer, duration bigint, profile integer
) PARTITION BY RANGE (time);
CREATE INDEX ON event (id);
CREATE SEQUENCE block;

CREATE TABLE seen (id bytea PRIMARY KEY, day integer NOT NULL);

-- how many bytes of each segment of a spool are here; written with their events
CREATE TABLE segment (name text PRIMARY KEY, position bigint NOT NULL, day integer NOT NULL);

-- blocks whose events are not in the sums yet; written with their events
CREATE TABLE unfolded (block bigint PRIMARY KEY);

CREATE TABLE sum_count (days integer, first integer, facet integer, count bigint NOT NULL, PRIMARY KEY (days, first, facet));
CREATE TABLE sum_machines (
    days integer, first integer, facet integer, machines bytea NOT NULL, PRIMARY KEY (days, first, facet)
);
CREATE TABLE sum_durations (
    days integer, first integer, facet integer, counts bytea NOT NULL, PRIMARY KEY (days, first, facet)
);

CREATE TABLE refused (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time bigint NOT NULL, reason text NOT NULL, body bytea NOT NULL
);
CREATE TABLE refused_count (day integer, reason text, events bigint NOT NULL, PRIMARY KEY (day, reason));

-- 'generation' changes when numbers of texts are given up (erase), 'folds' whenever sums change: what a collector
-- remembers of either holds while it stays the same
INSERT INTO meta VALUES
    ('layout', '1'), ('identity', left(md5(random()::text || clock_timestamp()), 16)),
    ('generation', '0'), ('folds', '0'), ('kept_from', '0');
