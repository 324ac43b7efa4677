CREATE TABLE entities (
    id                text             PRIMARY KEY,
    event_time        timestamptz      NOT NULL,
    known_time        timestamptz      NOT NULL,
    source            text             NOT NULL,
    source_type       text             NOT NULL,
    test              boolean          NOT NULL,
    name              text             NOT NULL,
    entity_type       text             NOT NULL,
    aliases           text[]           NOT NULL,
    alias_sources     jsonb            NOT NULL,
    prior             double precision NOT NULL,
    context           text[]           NOT NULL,
    ambiguous         boolean          NOT NULL,
    related           text[]           NOT NULL,
    relations         jsonb            NOT NULL,
    status            text             NOT NULL,
    merged_into       text,
    verified          boolean          NOT NULL,
    first_seen        timestamptz      NOT NULL,
    provenance        text             NOT NULL,
    external_ids      jsonb            NOT NULL
);
COMMENT ON TABLE entities IS 'the catalogue as it stands: the last record of each entity on topic entities';
COMMENT ON COLUMN entities.aliases IS 'other names; find one with aliases @> ARRAY[name], or in view aliases';
COMMENT ON COLUMN entities.first_seen IS '1970-01-01 where nobody knows';
CREATE INDEX entities_name ON entities (lower(name));
CREATE INDEX entities_aliases ON entities USING gin (aliases);

CREATE VIEW aliases AS
SELECT alias, id AS entity_id, name AS entity_name, entity_type, status, ambiguous,
       alias_sources ->> alias AS given_by
FROM entities, unnest(array_prepend(name, aliases)) AS alias;
COMMENT ON VIEW aliases IS 'every name of every entity, its own among them';
