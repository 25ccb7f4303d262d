-- Events in ClickHouse. Each has an id; of rows with the same id the one of the highest rank, which came first, is
-- the one that counts: FINAL picks it, and merging removes the others. A block that is sent again as it was is
-- dropped at once, by its token.
CREATE TABLE IF NOT EXISTS event (
    id FixedString(16),
    rank UInt64,
    time DateTime64(3, 'UTC'),
    name LowCardinality(String),
    os LowCardinality(String),
    version LowCardinality(String),
    repository LowCardinality(String),
    command LowCardinality(String),
    extension LowCardinality(String),
    cluster LowCardinality(String),
    person String,
    machine String,
    duration Nullable(Int64),
    calls Map(LowCardinality(String), UInt64),
    body String CODEC(ZSTD(3))
) ENGINE = ReplacingMergeTree(rank) PARTITION BY toYYYYMM(time) ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE IF NOT EXISTS refused (
    id FixedString(16),
    time DateTime64(3, 'UTC'),
    reason String,
    body String
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(time) ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000;

-- how many bytes of each segment of a spool are here; written after their events
CREATE TABLE IF NOT EXISTS segment (name String, position UInt64)
ENGINE = ReplacingMergeTree(position) ORDER BY name
