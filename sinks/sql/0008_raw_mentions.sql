CREATE TABLE raw_mentions (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    native_id         text             NOT NULL,
    kind              text             NOT NULL,
    channel           text             NOT NULL,
    author            text,
    title             text             NOT NULL,
    text              text             NOT NULL,
    url               text,
    language          text,
    level             double precision,
    level_unit        text,
    deleted           boolean          NOT NULL,
    attributes        jsonb            NOT NULL
);
COMMENT ON TABLE raw_mentions IS 'what sources said, one row per mention on the topics raw.<source>';
COMMENT ON COLUMN raw_mentions.title IS 'its first 1000 bytes, to the character';
COMMENT ON COLUMN raw_mentions.text IS 'its first 1000 bytes, to the character; the archive has all of it';
COMMENT ON COLUMN raw_mentions.deleted IS 'taken back: nothing of what was said, or by whom, is left';
-- Rows arrive nearly in the order of known_time: block ranges cost next to nothing to keep.
CREATE INDEX raw_mentions_time ON raw_mentions USING brin (known_time);
