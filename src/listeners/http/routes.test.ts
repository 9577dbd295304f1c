import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoutes, scriptRoutes, splitTarget } from './routes.ts'

test('a script stands at its two places, the second with and without a slash', () => {
  const routeOf = createRoutes(scriptRoutes('send', () => {}))
  for (const path of ['/sys/send.php', '/rest/send/', '/rest/send']) assert.equal(routeOf(path)?.path, path)
  for (const path of ['/', '/sys/', '/sys/send', '/sys/send.php/', '/rest/', '/rest/send/x'])
    assert.equal(routeOf(path), undefined, path)
})

test('the longest beginning wins, an exact path before it', () => {
  const route = (path: string) => ({ path, handle: () => {} })
  const routeOf = createRoutes([route('/admin/*'), route('/admin/v2/*'), route('/admin/v2/x')])
  assert.equal(routeOf('/admin/a')?.path, '/admin/*')
  assert.equal(routeOf('/admin/v2/a')?.path, '/admin/v2/*')
  assert.equal(routeOf('/admin/v2/x')?.path, '/admin/v2/x')
  assert.throws(() => createRoutes([route('/a'), route('/a')]), /two routes for \/a/)
})

// target, path, query
const targets: [target: string, path: string, query: string][] = [
  ['/sys/send.php?a=1&b=2', '/sys/send.php', 'a=1&b=2'],
  ['/sys/send.php', '/sys/send.php', ''],
  ['/sys/send.php?mes=a?b', '/sys/send.php', 'mes=a?b'],
  ['//sys/send.php', '/sys/send.php', ''],
  ['/sys//send.php?mes=a//b', '/sys/send.php', 'mes=a//b'],
  ['http://centre.example:8080/sys/send.php?a=1', '/sys/send.php', 'a=1'],
  ['http://centre.example', '/', ''],
  ['*', '*', ''],
]
for (const [target, path, query] of targets) {
  test(`target ${target}`, () => assert.deepEqual(splitTarget(target), { path, query }))
}
