ALTER TABLE health ADD COLUMN "cursor" text;
COMMENT ON COLUMN health."cursor" IS 'where a source that is listened to goes on; all before it is safe';
