-- Raw mentions that were taken back. Their words leave the rows of every table that has some,
-- whether the row comes before or after the tombstone.
CREATE TABLE tombstones (
    raw_id text        PRIMARY KEY,
    since  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tombstones IS 'raw mentions that were taken back: no row has their words';
-- Rows are looked up by raw mention only for this, so the index may be a coarse one; a btree over
-- ids in no order would cost every insert.
CREATE INDEX mentions_raw ON mentions USING brin (raw_id text_bloom_ops) WITH (pages_per_range = 32);
CREATE INDEX candidates_raw ON candidates USING brin (raw_id text_bloom_ops) WITH (pages_per_range = 32);
