import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestStore } from '../../test/support/database.ts'
import { lookUp } from '../domain/number/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import { createOverrides } from '../operator/numbering-overrides.ts'
import { type Numbering, openNumbering } from './numbering.ts'

const MTS = '79161234567'

describe('the numbering of a node', () => {
  let opened: Awaited<ReturnType<typeof openTestStore>>
  let numbering: Numbering
  let closed = false
  before(async () => {
    opened = await openTestStore()
    numbering = await openNumbering(opened.store.session, opened.store.pool)
  })
  after(async () => {
    numbering?.stop()
    await (closed ? opened.database.drop() : opened.close())
  })

  const overrides = () =>
    createOverrides({ session: opened.store.session, pool: opened.store.pool, changed: () => numbering.refresh() })
  const importRows = (...rows: readonly string[]) => {
    const file = (async function* () {
      yield Buffer.from(['number;mccmnc;operator', ...rows].join('\n'))
    })()
    return overrides().import({ file, apply: true, replace: false })
  }

  test('without anything of its own it is the shipped plan, and nobody is asked', () => {
    assert.equal(numbering.hasNoPorted(), true)
    assert.equal(numbering.lookUp(MTS), lookUp(MTS))
  })

  test('a prefix is in force when the import has ended', async () => {
    await importRows('7916;25098;Ours')
    assert.equal(numbering.lookUp(MTS).operator, 'Ours')
    assert.equal(numbering.hasNoPorted(), true)
  })

  test('a ported number has the plan of its prefix but for what is said of it, and its neighbour has not', async () => {
    await importRows(`${MTS};25099;`, '79261234567;25020;Tele2')
    assert.equal(numbering.hasNoPorted(), false)
    const ported = await numbering.ported([MTS, '79161234568', 'ann@example.com', '79261234567', MTS])
    assert.deepEqual([...ported.keys()], [MTS, '79261234567'])
    const { operator, mnc, country } = ported.get(MTS) ?? lookUp('')
    assert.deepEqual([operator, mnc, country], ['Ours', '99', 'Россия'])
  })

  test('what is removed is forgotten, what is remembered included', async () => {
    await overrides().remove([MTS, '7916'])
    assert.equal((await numbering.ported([MTS])).size, 0)
    assert.equal(numbering.lookUp(MTS).operator, 'МТС')
  })

  test('without its store it answers what it remembers, and refuses to guess the rest', async () => {
    await importRows('79261234568;25020;Tele2')
    assert.equal((await numbering.ported(['79261234567'])).size, 1)
    closed = true
    await opened.store.close()
    assert.equal((await numbering.ported(['79261234567', MTS])).size, 1)
    await assert.rejects(numbering.ported(['79261234568']), (error) => error instanceof Refusal && error.code === 'unavailable')
  })
})
