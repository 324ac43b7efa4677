-- STAND-IN FOR TESTS, not TimescaleDB. It has the signatures that sinks/storage/timescale.py calls,
-- as the source of 2.29.2 declares them (sql/ddl_api.sql, sql/policy_api.sql, sql/views.sql), takes
-- every call down in standin.calls, and refuses what the real one is documented to refuse. Tables
-- stay plain tables. Where the real one takes "any", this one takes anyelement: a function that is
-- not written in C cannot have the other.
CREATE SCHEMA standin;
CREATE SCHEMA _timescaledb_internal;
CREATE SCHEMA timescaledb_information;
CREATE TABLE standin.calls (number serial, call text NOT NULL);
CREATE TABLE standin.columnstores (relation regclass PRIMARY KEY);
CREATE TABLE standin.aggregates (name text PRIMARY KEY, width interval NOT NULL);
CREATE TABLE timescaledb_information.hypertables (
    hypertable_schema name, hypertable_name name, compression_enabled boolean
);
CREATE TABLE timescaledb_information.jobs (
    job_id serial, proc_name name, config jsonb, hypertable_schema name, hypertable_name name,
    schedule_interval interval
);
CREATE TABLE timescaledb_information.continuous_aggregates (
    view_schema name, view_name name, materialization_hypertable_name name
);
CREATE TABLE timescaledb_information.chunks (
    hypertable_schema name, hypertable_name name, is_compressed boolean
);
CREATE TYPE _timescaledb_internal.dimension_info AS (column_name name, width interval);

CREATE FUNCTION standin.note(told text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO standin.calls (call) VALUES (told) $$;

CREATE FUNCTION by_range(
    column_name name, partition_interval anyelement = NULL::bigint, partition_func regproc = NULL
) RETURNS _timescaledb_internal.dimension_info LANGUAGE sql AS
$$ SELECT ROW (column_name, partition_interval::text::interval)::_timescaledb_internal.dimension_info $$;

CREATE FUNCTION create_hypertable(
    relation regclass, dimension _timescaledb_internal.dimension_info,
    create_default_indexes boolean = true, if_not_exists boolean = false,
    migrate_data boolean = false
) RETURNS TABLE (hypertable_id int, created boolean) LANGUAGE plpgsql AS $$
DECLARE
    filled boolean;
BEGIN
    PERFORM standin.note(format('create_hypertable %s by %s every %s, migrate_data %s',
        relation, (dimension).column_name, (dimension).width, migrate_data));
    IF EXISTS (
        SELECT FROM pg_index WHERE indrelid = relation AND indisunique AND NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = relation AND attname = (dimension).column_name
                AND attnum = ANY (indkey::int2[])
        )
    ) THEN
        RAISE 'cannot create a unique index without the column "%" (used in partitioning)',
            (dimension).column_name;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation) INTO filled;
    IF filled AND NOT migrate_data THEN
        RAISE 'table "%" is not empty', relation;
    END IF;
    INSERT INTO timescaledb_information.hypertables
    SELECT relnamespace::regnamespace::name, relname, false FROM pg_class WHERE oid = relation;
    RETURN QUERY SELECT 1, true;
END $$;

-- Stands for ALTER TABLE ... SET (timescaledb.enable_columnstore ...): see session.py.
CREATE FUNCTION standin.columnstore(relation regclass, segmentby text, orderby text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text;
BEGIN
    PERFORM standin.note(format('columnstore of %s by %s, ordered by %s', relation, segmentby, orderby));
    FOREACH part IN ARRAY string_to_array(segmentby || ',' || orderby, ',') LOOP
        IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation
                       AND attname = split_part(trim(part), ' ', 1)) THEN
            RAISE 'column "%" does not exist', part;
        END IF;
    END LOOP;
    INSERT INTO standin.columnstores VALUES (relation);
END $$;

CREATE FUNCTION standin.job(job name, about regclass, settings jsonb, every interval) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM timescaledb_information.jobs AS there
               WHERE there.proc_name = job AND there.hypertable_name = about::text) THEN
        RAISE 'a % of % exists already: a second call would leave it as it is', job, about;
    END IF;
    PERFORM standin.note(format('%s of %s: %s', job, about, settings));
    INSERT INTO timescaledb_information.jobs (proc_name, config, hypertable_schema, hypertable_name,
        schedule_interval)
    SELECT job, settings, relnamespace::regnamespace::name, relname, every FROM pg_class WHERE oid = about;
END $$;

CREATE FUNCTION standin.no_job(job name, about regclass, must_exist boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM timescaledb_information.jobs WHERE proc_name = job AND hypertable_name = about::text;
    IF NOT FOUND AND must_exist THEN
        RAISE 'no % of %', job, about;
    END IF;
END $$;

CREATE PROCEDURE add_columnstore_policy(
    hypertable regclass, after anyelement = NULL::interval, if_not_exists bool = false,
    schedule_interval interval = NULL, initial_start timestamptz = NULL, timezone text = NULL,
    created_before interval = NULL
) LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM standin.columnstores WHERE relation = hypertable) THEN
        RAISE 'columnstore not enabled on hypertable "%"', hypertable;
    END IF;
    PERFORM standin.job('policy_compression', hypertable,
        jsonb_build_object('compress_after', after::interval), schedule_interval);
END $$;

CREATE PROCEDURE remove_columnstore_policy(hypertable regclass, if_exists bool = false)
LANGUAGE plpgsql AS $$
BEGIN PERFORM standin.no_job('policy_compression', hypertable, NOT if_exists); END $$;

CREATE FUNCTION add_retention_policy(
    relation regclass, drop_after anyelement = NULL::interval, if_not_exists bool = false,
    schedule_interval interval = NULL, initial_start timestamptz = NULL, timezone text = NULL,
    drop_created_before interval = NULL
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    PERFORM standin.job('policy_retention', relation,
        jsonb_build_object('drop_after', drop_after::interval), schedule_interval);
    RETURN 1;
END $$;

CREATE FUNCTION remove_retention_policy(relation regclass, if_exists bool = false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN PERFORM standin.no_job('policy_retention', relation, NOT if_exists); END $$;

CREATE FUNCTION add_continuous_aggregate_policy(
    continuous_aggregate regclass, start_offset anyelement, end_offset anyelement,
    schedule_interval interval, if_not_exists bool = false, initial_start timestamptz = NULL,
    timezone text = NULL, include_tiered_data bool = NULL, buckets_per_batch integer = NULL,
    max_batches_per_execution integer = NULL, refresh_newest_first bool = NULL
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    bucket interval;
BEGIN
    SELECT width INTO STRICT bucket FROM standin.aggregates WHERE name = continuous_aggregate::text;
    IF end_offset::interval + 2 * bucket > start_offset::interval THEN
        RAISE 'policy refresh window too small';
    END IF;
    PERFORM standin.job('policy_refresh_continuous_aggregate', continuous_aggregate,
        jsonb_build_object('start_offset', start_offset, 'end_offset', end_offset), schedule_interval);
    RETURN 1;
END $$;

CREATE FUNCTION remove_continuous_aggregate_policy(
    continuous_aggregate regclass, if_not_exists bool = false, if_exists bool = NULL
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM standin.no_job('policy_refresh_continuous_aggregate', continuous_aggregate,
        NOT coalesce(if_exists, if_not_exists));
END $$;

-- The real one refuses a transaction block; so does this one, because a COMMIT does.
CREATE PROCEDURE refresh_continuous_aggregate(
    continuous_aggregate regclass, window_start anyelement, window_end anyelement,
    force boolean = false, options jsonb = NULL
) LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
    PERFORM standin.note(format('refresh_continuous_aggregate %s from %s', continuous_aggregate,
        coalesce(window_start::text, 'the beginning')));
END $$;

CREATE FUNCTION time_bucket(bucket_width interval, ts timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS
$$ SELECT date_bin(bucket_width, ts, timestamptz '2000-01-03 00:00:00+00') $$;
