-- Large tables are cut by time after this step, in the way that the server offers: see
-- sinks/storage. These two are for PostgreSQL without TimescaleDB, and small in either way.
CREATE TABLE touched_days (
    table_name text        NOT NULL,
    day        timestamptz NOT NULL
);
COMMENT ON TABLE touched_days IS 'days that rows were written for since their sums were last made';

CREATE TABLE watermarks (
    aggregate    text        PRIMARY KEY,
    until        timestamptz NOT NULL,
    final_before timestamptz NOT NULL DEFAULT '0001-01-01 00:00:00+00'
);
COMMENT ON TABLE watermarks IS 'up to where the kept sums of an aggregate are whole';
COMMENT ON COLUMN watermarks.final_before IS 'rows of before it are gone: their sums stay as they are';
