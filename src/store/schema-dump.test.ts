import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import pg from 'pg'
import { createDatabase } from '../../test/support/database.ts'
import { ensurePartitions, PARTITIONED_TABLES } from './partitions.ts'
import { dumpSchema } from './schema-dump.ts'

async function dumpOf(migrated: boolean, prepare: (pool: pg.Pool) => Promise<void>): Promise<string> {
  const database = await createDatabase({ migrated })
  const pool = new pg.Pool(database.config)
  pool.on('error', () => {}) // its database is dropped under idle connections
  try {
    await prepare(pool)
    return await dumpSchema(pool)
  } finally {
    await pool.end()
    await database.drop()
  }
}

test('schema.sql is what the migrations add up to, whatever month it is', async () => {
  const dump = await dumpOf(true, (pool) => ensurePartitions(pool, PARTITIONED_TABLES, Date.UTC(2031, 4, 9)))
  const committed = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8')
  assert.equal(dump, committed, 'src/store/schema.sql is out of date: run `npm run schema`')
})

test('a dump makes the same schema again', async () => {
  const committed = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8')
  // Foreign keys point at tables that come later in the alphabet, so constraints of that kind are added last.
  const foreign: string[] = []
  const sql = committed.replaceAll(
    /,\n {2}(constraint \w+ FOREIGN KEY [^\n]*?)(?=,?\n)/g,
    (_, constraint: string, at: number) => {
      const table = /create table (\w+) \((?!.*create table)/s.exec(committed.slice(0, at))?.[1]
      foreign.push(`alter table ${table} add ${constraint};`)
      return ''
    },
  )
  assert.equal(await dumpOf(false, async (pool) => void (await pool.query(`${sql}\n${foreign.join('\n')}`))), committed)
})

test('every kind of thing has its place in the dump', async () => {
  const dump = await dumpOf(false, async (pool) => {
    await pool.query(`
      create type mood as enum ('sad', 'happy');
      create sequence tickets increment 2;
      create table b (id int generated always as identity primary key, a_id bigint not null, m mood default 'sad', twice int generated always as (1 + 1) stored,
        note text collate "C", check (a_id > 0), unique (a_id, m)) with (fillfactor = 20);
      create table a (id bigint not null, primary key (id)) partition by range (id);
      create table a_1 partition of a for values from (0) to (10);
      create index a_brin on a using brin (id);
      create index b_some on b (m) where a_id > 7;
      create view v as select id from b;
      create function one() returns int language sql as 'select 1';
      create function touch() returns trigger language plpgsql as 'begin return new; end';
      create trigger touched before update on b for each row execute function touch()`)
  })
  for (const line of [
    "create type mood as enum ('sad', 'happy');",
    'create sequence tickets as bigint increment 2 minvalue 1 maxvalue 9223372036854775807 start 1 cache 1;',
    'create table a (\n  id bigint not null,\n  constraint a_pkey PRIMARY KEY (id)\n) partition by RANGE (id);\nCREATE INDEX a_brin ON a USING brin (id);',
    '  id integer not null generated always as identity,',
    "  m mood default 'sad'::mood,",
    '  twice integer generated always as ((1 + 1)) stored,',
    '  note text collate "C",',
    '  constraint b_a_id_m_key UNIQUE (a_id, m),\n  constraint b_a_id_check CHECK (a_id > 0)\n) with (fillfactor=20);',
    'CREATE INDEX b_some ON b USING btree (m) WHERE a_id > 7;',
    'create view v as\n SELECT id\n   FROM b;',
    'CREATE OR REPLACE FUNCTION public.one()',
    'CREATE TRIGGER touched BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION touch();',
  ]) {
    assert.ok(dump.includes(line), `${line}\n\nis not in\n\n${dump}`)
  }
  assert.ok(!dump.includes('a_1'))
})
