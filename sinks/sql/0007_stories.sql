ALTER TABLE alerts
    ADD COLUMN story_id text  NOT NULL DEFAULT '',
    ADD COLUMN entities jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN told_by  text  NOT NULL DEFAULT '',
    ADD COLUMN cohesion double precision,
    ADD COLUMN label    text;
COMMENT ON COLUMN alerts.entities IS 'all of the story, the lead first';
CREATE INDEX alerts_entities ON alerts USING gin (entities jsonb_path_ops);

CREATE OR REPLACE VIEW alert_now AS
SELECT DISTINCT ON (alert_id) *
FROM alerts
ORDER BY alert_id, step DESC, known_time DESC, id;

ALTER TABLE heat
    ADD COLUMN cohesion double precision,
    ADD COLUMN label    text;
