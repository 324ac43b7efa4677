CREATE TABLE questions (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    tick              bigint           NOT NULL,
    question_id       text             NOT NULL,
    surface           text             NOT NULL,
    reason            text             NOT NULL,
    options           jsonb            NOT NULL,
    mentions          bigint           NOT NULL,
    authors           bigint           NOT NULL,
    receipts          jsonb            NOT NULL,
    state             text             NOT NULL,
    picked            text,
    actor             text             NOT NULL,
    config_hash       text             NOT NULL,
    catalogue_version bigint           NOT NULL,
    code_version      text             NOT NULL,
    causation         text[]           NOT NULL
);
COMMENT ON TABLE questions IS 'every telling of every question of the resolve queue, and its answers';
CREATE INDEX questions_time ON questions (known_time);
CREATE INDEX questions_question_time ON questions (question_id, known_time);

CREATE VIEW question_now AS
SELECT DISTINCT ON (question_id) *
FROM questions
ORDER BY question_id, known_time DESC, state DESC, id;
COMMENT ON VIEW question_now IS 'each question as it stands: open, or settled with what was picked';
