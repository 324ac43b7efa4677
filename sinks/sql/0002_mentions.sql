CREATE TABLE mentions (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    raw_id            text             NOT NULL,
    late_ms           bigint           NOT NULL,
    entity_id         text             NOT NULL,
    entity_name       text             NOT NULL,
    entity_type       text             NOT NULL,
    surface           text             NOT NULL,
    score             double precision NOT NULL,
    margin            double precision NOT NULL,
    about             text             NOT NULL,
    sentiment         double precision NOT NULL,
    intensity         double precision NOT NULL,
    spam              double precision NOT NULL,
    spam_reasons      text[]           NOT NULL,
    outlet            text             NOT NULL,
    author_key        bigint           NOT NULL,
    text_key          bigint           NOT NULL,
    together          text[]           NOT NULL,
    terms             jsonb            NOT NULL,
    title             text             NOT NULL,
    url               text,
    level             double precision,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE mentions IS 'raw mentions resolved to an entity, one row per record of topic mentions';
COMMENT ON COLUMN mentions.together IS 'ids of the other entities of the same raw mention';
COMMENT ON COLUMN mentions.terms IS 'what the score is the sum of';
CREATE INDEX mentions_entity_time ON mentions (entity_id, known_time);
-- Rows arrive nearly in the order of known_time: block ranges cost next to nothing to keep.
CREATE INDEX mentions_time ON mentions USING brin (known_time);
