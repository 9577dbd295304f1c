import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
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
  // The shell becomes `cat`, which waits for no child; only then is its child told to end.
  const shell = spawn('/bin/sh', ['-c', 'read word <&3 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] })
  try {
    const [line] = (await once(shell.stdout as Readable, 'data')) as [Buffer]
    const pid = Number(line.toString())
    await until(() => commandLineOf(shell.pid ?? 0) === 'cat')
    assert.equal(isRunning(pid), true)
    ;(shell.stdio[3] as Writable).write('end\n')
    await until(() => !isRunning(pid))
    assert.doesNotThrow(() => process.kill(pid, 0), 'the system still counts it')
  } finally {
    shell.kill()
  }
})

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it did not come about')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('a process is told from a later one with the same id by its start', { skip: process.platform === 'win32' }, () => {
  assert.equal(startTimeOf(process.pid), startTimeOf(process.pid))
  assert.notEqual(startTimeOf(process.pid), undefined)
  assert.match(commandLineOf(process.pid), /node/)
})
