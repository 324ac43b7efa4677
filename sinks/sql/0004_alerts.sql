CREATE TABLE alerts (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    tick              bigint           NOT NULL,
    alert_id          text             NOT NULL,
    story_id          text             NOT NULL,
    episode_id        text             NOT NULL,
    step              bigint           NOT NULL,
    kind              text             NOT NULL,
    entity_id         text             NOT NULL,
    entity_name       text             NOT NULL,
    entity_type       text             NOT NULL,
    entities          jsonb            NOT NULL,
    told_by           text             NOT NULL,
    heat              double precision NOT NULL,
    display           double precision NOT NULL,
    velocity_z        double precision NOT NULL,
    detection_score   double precision NOT NULL,
    spread_types      bigint           NOT NULL,
    affect            double precision NOT NULL,
    confidence        double precision,
    cohesion          double precision,
    label             text,
    mentions          bigint           NOT NULL,
    headline          text             NOT NULL,
    reasons           jsonb            NOT NULL,
    receipts          jsonb            NOT NULL,
    trade             jsonb,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL,
    previous_hash     text             NOT NULL,
    hash              text             NOT NULL
);
COMMENT ON TABLE alerts IS 'every step of every alert, one row per record of topic alerts';
COMMENT ON COLUMN alerts.entities IS 'all of the story, the lead first';
CREATE INDEX alerts_entities ON alerts USING gin (entities jsonb_path_ops);
CREATE INDEX alerts_entity_time ON alerts (entity_id, known_time);
CREATE INDEX alerts_time ON alerts (known_time);
CREATE INDEX alerts_alert_step ON alerts (alert_id, step DESC);

CREATE VIEW alert_now AS
SELECT DISTINCT ON (alert_id) *
FROM alerts
ORDER BY alert_id, step DESC, known_time DESC, id;
COMMENT ON VIEW alert_now IS 'the latest step of each alert';
