import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { commandLineOf, isRunning, startTimeOf } from './processes.ts'

test('we are running, nobody is process 0, and an ended child is not', async () => {
  assert.equal(isRunning(process.pid), true)
  assert.equal(isRunning(0), false)
  assert.equal(isRunning(Number.NaN), false)
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  assert.equal(isRunning(child.pid ?? 0), false)
})

test('a zombie is not running', { skip: process.platform !== 'linux' }, async () => {
  // A shell that does not wait for its child leaves it a zombie once the shell has become `cat`.
  const shell = spawn('/bin/sh', ['-c', '/bin/sh -c "exit 0" & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(shell.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve))
  assert.doesNotThrow(() => process.kill(pid, 0), 'the system still counts it')
  shell.stdin.end()
  await once(shell, 'exit')
})

test('a process is told from a later one with the same id by its start', { skip: process.platform === 'win32' }, () => {
  assert.equal(startTimeOf(process.pid), startTimeOf(process.pid))
  assert.notEqual(startTimeOf(process.pid), undefined)
  assert.match(commandLineOf(process.pid), /node/)
})
