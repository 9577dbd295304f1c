import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countryNamed, zoneByNumber, zoneOf } from './zone.ts'

const CASES: [place: Parameters<typeof zoneOf>[0], zone: number, nameEn: string][] = [
  [{ mccmnc: '25001' }, 250, 'Russia'],
  [{ mccmnc: '401' }, 401, 'Kazakhstan'],
  [{ prefix: '7916' }, 250, 'Russia'],
  [{ prefix: '49' }, 262, 'Germany'],
  [{ country: 'Казахстан' }, 401, 'Kazakhstan'],
  [{ country: 'Australia' }, 505, 'Australia, Norfolk Island'],
  [{ mccmnc: '311' }, 311, 'Zone 311'],
  [{ prefix: '0' }, 0, 'Everywhere else'],
  [{}, 0, 'Everywhere else'],
]
for (const [place, zone, nameEn] of CASES) {
  test(`${JSON.stringify(place)} is in zone ${zone}, ${nameEn}`, () => {
    assert.equal(zoneOf(place), zone)
    assert.equal(zoneByNumber(zone).nameEn, nameEn)
  })
}

test('a country is found by its name in both languages, in any case', () => {
  assert.equal(countryNamed(' германия ')?.nameEn, 'Germany')
  assert.equal(countryNamed('GERMANY')?.mcc, '262')
  assert.equal(countryNamed('Atlantis'), undefined)
})
