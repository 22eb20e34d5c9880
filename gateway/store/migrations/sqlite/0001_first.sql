-- The first layout. Why it is so: gateway/decisions/2026-11-22-storage-layout.md.
-- Instants are microseconds since 1970 UTC. Unsigned 64-bit numbers are stored as the signed ones
-- of the same bits.

-- An unbroken history begins with each start of a writer.
CREATE TABLE epoch(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  first INTEGER NOT NULL,
  opened_at INTEGER NOT NULL
);

-- Every accepted revision, in commit order; append-only, and the only place of a body. `previous`
-- chains the rows of one record (0: none), so that its revisions need no index.
CREATE TABLE change(
  number INTEGER PRIMARY KEY,
  skp INTEGER NOT NULL,
  previous INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  keys_before BLOB,
  keys_after BLOB NOT NULL,
  targets_before BLOB NOT NULL,
  targets_after BLOB NOT NULL,
  body_format INTEGER NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL
);

-- The head of each record: its newest change.
CREATE TABLE skp(
  id INTEGER PRIMARY KEY,
  change INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  person TEXT NOT NULL,
  instansi TEXT NOT NULL,
  keys BLOB NOT NULL
);
CREATE INDEX skp_person ON skp(person);
CREATE INDEX skp_instansi ON skp(instansi, change);
CREATE INDEX skp_change ON skp(change);

CREATE TABLE source(
  system TEXT NOT NULL,
  id TEXT NOT NULL,
  skp INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(system, id)
) WITHOUT ROWID;
CREATE INDEX source_skp ON source(skp);

-- In the order of age, so that pruning takes from the front.
CREATE TABLE request(
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  principal TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  answer BLOB NOT NULL
);
CREATE UNIQUE INDEX request_key ON request(principal, request_id);

CREATE TABLE conflict(
  id INTEGER PRIMARY KEY,
  skp INTEGER NOT NULL,
  instansi TEXT NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  stored TEXT NOT NULL,
  offered TEXT NOT NULL,
  offered_by TEXT NOT NULL,
  since INTEGER NOT NULL,
  closed_at INTEGER
);
CREATE UNIQUE INDEX conflict_open ON conflict(skp, path, offered_by) WHERE closed_at IS NULL;
CREATE INDEX conflict_skp ON conflict(skp, id);
CREATE INDEX conflict_instansi ON conflict(instansi, id);

CREATE TABLE reject(
  system TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  instansi TEXT NOT NULL,
  bytes BLOB NOT NULL,
  violations BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(system, id)
);

CREATE TABLE cursor(
  source TEXT PRIMARY KEY,
  cursor BLOB NOT NULL
) WITHOUT ROWID;
