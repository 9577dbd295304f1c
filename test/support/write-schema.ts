import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { dumpSchema } from '../../src/store/schema-dump.ts'
import { createDatabase } from './database.ts'

/** `npm run schema`: writes what the migrations add up to. */
const database = await createDatabase()
const pool = new pg.Pool(database.config)
writeFileSync(new URL('../../src/store/schema.sql', import.meta.url), await dumpSchema(pool))
await pool.end()
await database.drop()
