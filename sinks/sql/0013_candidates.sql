CREATE TABLE candidates (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    raw_id            text             NOT NULL,
    surface           text             NOT NULL,
    reason            text             NOT NULL,
    options           jsonb            NOT NULL,
    resolved          boolean          NOT NULL,
    outlet            text             NOT NULL,
    author_key        bigint           NOT NULL,
    text_key          bigint           NOT NULL,
    spam              double precision NOT NULL,
    title             text             NOT NULL,
    url               text,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE candidates IS 'raw mentions, or names in them, that were left out, and why; one row per record of topic entities.candidates';
CREATE INDEX candidates_time ON candidates USING brin (known_time);
