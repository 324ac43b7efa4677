CREATE TABLE actions (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    action            text             NOT NULL,
    actor             text             NOT NULL,
    channel           text             NOT NULL,
    alert_id          text,
    episode_id        text,
    entity_id         text,
    revision          bigint           NOT NULL,
    attributes        jsonb            NOT NULL
);
COMMENT ON TABLE actions IS 'what people did with alerts, votes among it, one row per record of topic actions';
CREATE INDEX actions_time ON actions (known_time);
CREATE INDEX actions_alert_time ON actions (alert_id, known_time);

CREATE VIEW vote_now AS
SELECT DISTINCT ON (actor, alert_id) *
FROM actions
WHERE action = 'vote'
ORDER BY actor, alert_id, known_time DESC, revision DESC, id;
COMMENT ON VIEW vote_now IS 'the last vote of each person on each alert';
