CREATE TABLE velocity (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    tick              bigint           NOT NULL,
    entity_id         text             NOT NULL,
    entity_type       text             NOT NULL,
    types             jsonb            NOT NULL,
    velocity_z        double precision NOT NULL,
    detection_score   double precision NOT NULL,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE velocity IS 'the speed of an entity at a poll, a row only where it differs from the poll before';
CREATE INDEX velocity_entity_time ON velocity (entity_id, known_time);
CREATE INDEX velocity_time ON velocity USING brin (known_time);
