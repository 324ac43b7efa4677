CREATE TABLE predictions (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    tick              bigint           NOT NULL,
    entity_id         text             NOT NULL,
    entity_name       text             NOT NULL,
    entity_type       text             NOT NULL,
    heat              double precision NOT NULL,
    horizon_hours     bigint           NOT NULL,
    p10               double precision NOT NULL,
    p50               double precision NOT NULL,
    p90               double precision NOT NULL,
    naive             double precision NOT NULL,
    peak_time         timestamptz,
    top_chance        double precision,
    model             text             NOT NULL,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE predictions IS 'heat expected at a horizon, one row per record of topic predictions';
CREATE INDEX predictions_time ON predictions (known_time);
CREATE INDEX predictions_entity_time ON predictions (entity_id, known_time);

CREATE TABLE training_runs (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    model             text             NOT NULL,
    version           text             NOT NULL,
    trained_on        text             NOT NULL,
    series            bigint           NOT NULL,
    examples          bigint           NOT NULL,
    held_out          bigint           NOT NULL,
    metrics           jsonb            NOT NULL,
    naive             jsonb            NOT NULL,
    served            boolean          NOT NULL,
    refusal           text             NOT NULL,
    input_hash        text             NOT NULL,
    artifact          text             NOT NULL,
    config_hash       text             NOT NULL,
    code_version      text             NOT NULL
);
COMMENT ON TABLE training_runs IS 'every fitting of a model, one row per record of topic training.runs';
CREATE INDEX training_runs_model_time ON training_runs (model, known_time);
