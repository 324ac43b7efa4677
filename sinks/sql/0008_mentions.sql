ALTER TABLE mentions
    ADD COLUMN spam_reasons text[] NOT NULL DEFAULT '{}',
    ADD COLUMN together     text[] NOT NULL DEFAULT '{}',
    ADD COLUMN terms        jsonb  NOT NULL DEFAULT '{}';
COMMENT ON COLUMN mentions.together IS 'ids of the other entities of the same raw mention';
COMMENT ON COLUMN mentions.terms IS 'what the score is the sum of';
