CREATE TABLE discoveries (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    tick              bigint           NOT NULL,
    kind              text             NOT NULL,
    entity_id         text             NOT NULL,
    name              text             NOT NULL,
    entity_type       text             NOT NULL,
    surfaces          text[]           NOT NULL,
    first_seen        timestamptz      NOT NULL,
    mentions          bigint           NOT NULL,
    authors           bigint           NOT NULL,
    types             jsonb            NOT NULL,
    velocity_z        double precision NOT NULL,
    detection_score   double precision NOT NULL,
    receipts          jsonb            NOT NULL,
    page              text,
    note              text             NOT NULL,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE discoveries IS 'every step of every discovered name, one row per record of topic discoveries';
CREATE INDEX discoveries_time ON discoveries (known_time);
CREATE INDEX discoveries_entity_time ON discoveries (entity_id, known_time);

CREATE VIEW discovery_now AS
SELECT DISTINCT ON (entity_id) *
FROM discoveries
ORDER BY entity_id, known_time DESC, id;
COMMENT ON VIEW discovery_now IS 'the latest step of each discovered name';
