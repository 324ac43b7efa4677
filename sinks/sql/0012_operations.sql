CREATE TABLE audit (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    operation         text             NOT NULL,
    address           text             NOT NULL,
    status            bigint,
    reason            text             NOT NULL,
    duration_ms       bigint           NOT NULL,
    bytes_read        bigint           NOT NULL,
    mentions          bigint           NOT NULL,
    attempt           bigint           NOT NULL,
    cost              double precision NOT NULL,
    cost_unit         text             NOT NULL
);
COMMENT ON TABLE audit IS 'calls to sources and refusals to make them, one row per record of topic ops.audit';
CREATE INDEX audit_source_time ON audit (source, known_time);
CREATE INDEX audit_time ON audit USING brin (known_time);

CREATE TABLE health (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    state             text             NOT NULL,
    reason            text             NOT NULL,
    last_success      timestamptz,
    next_poll         timestamptz,
    mentions          bigint           NOT NULL,
    consecutive_failures bigint           NOT NULL
);
COMMENT ON TABLE health IS 'how each source is, one row per record of topic ops.health';
CREATE INDEX health_source_time ON health (source, known_time);
CREATE INDEX health_time ON health USING brin (known_time);

CREATE TABLE heartbeats (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    sequence          bigint           NOT NULL
);
COMMENT ON TABLE heartbeats IS 'canaries that arrived, one row per record of topic ops.heartbeat';
CREATE INDEX heartbeats_source_time ON heartbeats (source, known_time);

CREATE TABLE budget (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    unit              text             NOT NULL,
    "window"          text             NOT NULL,
    ceiling           double precision NOT NULL,
    settled           double precision NOT NULL,
    reserved          double precision NOT NULL,
    state             text             NOT NULL
);
COMMENT ON TABLE budget IS 'how much of each limit is spent, one row per record of topic ops.budget';
COMMENT ON COLUMN budget."window" IS 'a month or a day in the provider''s time zone, such as 2026-11';
CREATE INDEX budget_source_time ON budget (source, known_time);
