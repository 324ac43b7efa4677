CREATE TABLE kpis (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    day               text             NOT NULL,
    state             text             NOT NULL,
    alerts            bigint           NOT NULL,
    figures           jsonb            NOT NULL,
    spent_usd         double precision,
    cost_per_useful   double precision,
    trade_items       bigint           NOT NULL,
    details           text             NOT NULL,
    config_hash       text             NOT NULL,
    code_version      text             NOT NULL
);
COMMENT ON TABLE kpis IS 'how the alerts of a day did, one row per day of topic kpis';
COMMENT ON COLUMN kpis.state IS 'provisional: leads may be pending; final: 72 h after the day';
COMMENT ON COLUMN kpis.details IS 'the whole table as JSON: baselines, outlets, classes, leads';
CREATE INDEX kpis_day ON kpis (day);
CREATE INDEX kpis_time ON kpis (known_time);
