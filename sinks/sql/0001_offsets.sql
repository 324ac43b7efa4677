-- How far each group has written each partition. A row moves in the transaction that writes the
-- records before it, so that the table and its offsets can never disagree.
CREATE TABLE sink_offsets (
    group_name        text   NOT NULL,
    topic             text   NOT NULL,
    topic_incarnation text   NOT NULL,
    partition         int    NOT NULL,
    next_offset       bigint NOT NULL,
    PRIMARY KEY (group_name, topic, partition)
);
COMMENT ON TABLE sink_offsets IS 'the next offset that a sink has to write, per partition';
COMMENT ON COLUMN sink_offsets.topic_incarnation IS 'Kafka''s id of the topic; a recreated topic has another';
