-- Deliveries: what each target is owed and where that stands. Instants are microseconds since 1970
-- UTC; `rest` is gateway/store/delivery_codec.

CREATE TABLE delivery(
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  skp INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  change INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  absent INTEGER NOT NULL,
  state INTEGER NOT NULL,
  since INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  ready INTEGER NOT NULL,
  due INTEGER,
  claim TEXT NOT NULL,
  region TEXT NOT NULL,
  instansi TEXT NOT NULL,
  deadline INTEGER NOT NULL,
  rest BLOB NOT NULL
);
CREATE UNIQUE INDEX delivery_key ON delivery(skp, target, kind);
CREATE INDEX delivery_ready ON delivery(kind, target, region, deadline, id) WHERE ready = 1;
CREATE INDEX delivery_due ON delivery(due) WHERE due IS NOT NULL;
CREATE INDEX delivery_claimed ON delivery(id) WHERE claim <> '';
CREATE INDEX delivery_state ON delivery(kind, target, state, id);

-- What wakes a delivery that is held.
CREATE TABLE wait(
  key TEXT NOT NULL,
  delivery INTEGER NOT NULL,
  PRIMARY KEY(key, delivery)
) WITHOUT ROWID;
CREATE INDEX wait_delivery ON wait(delivery);

-- What a target holds under one effect key, and whose it is.
CREATE TABLE holding(
  target TEXT NOT NULL,
  effect BLOB NOT NULL,
  owner INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  target_id TEXT NOT NULL,
  sent_hash BLOB NOT NULL,
  revision INTEGER NOT NULL,
  in_flight INTEGER NOT NULL,
  PRIMARY KEY(target, effect)
) WITHOUT ROWID;

CREATE TABLE attempt(
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  rest BLOB NOT NULL,
  PRIMARY KEY(delivery, number)
) WITHOUT ROWID;

CREATE TABLE facts(
  target TEXT NOT NULL,
  person TEXT NOT NULL,
  facts BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY(target, person)
) WITHOUT ROWID;

CREATE TABLE target(
  id TEXT PRIMARY KEY,
  paused INTEGER NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE job(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  request BLOB NOT NULL,
  by TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  done INTEGER NOT NULL,
  position INTEGER NOT NULL
);
CREATE INDEX job_running ON job(id) WHERE state = 'running';

-- One row: up to which change deliveries have been made. What was accepted before this migration is
-- projected from the beginning.
CREATE TABLE projection(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL
);
INSERT INTO projection(one, position) VALUES(1, 0);

-- The key under which effects are named; random, made once.
CREATE TABLE secret(
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;
INSERT INTO secret(name, value) VALUES('effect', randomblob(32));
