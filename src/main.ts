import { type Centre, openCentre } from './centre.ts'
import { type Config, readConfig } from './config.ts'
import { log, setLogLevel } from './log.ts'
import { presentBackup } from './operator/backup.ts'
import { SANDBOX } from './operator/seed-sandbox.ts'
import { openStore } from './store/connect.ts'
import { importAll } from './store/import.ts'

/** Runs the centre until it is told to stop. What stands in its way is one line on standard error, and exit code 1. */
export async function run({ sandbox }: { sandbox: boolean }): Promise<void> {
  const read = readConfig(process.env, { sandbox })
  if ('problems' in read) return complain(read.problems)
  const { config } = read
  // A sandbox greets a person: unless asked for, its log keeps to what is wrong.
  setLogLevel(sandbox && !process.env.HELIOGRAM_LOG_LEVEL ? 'warn' : config.logLevel)
  try {
    const centre = await openCentre(config, sandbox, (error) => {
      complain([error.message], 'go on')
      process.exit(70)
    })
    untilTold(centre, config)
    if (sandbox) greet(centre.ports(), config)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    complain([error.message])
  }
}

/** Brings an export into an empty database, and leaves. What stands in its way is one line, and exit code 1. */
export async function importFrom(folder: string): Promise<void> {
  const read = readConfig()
  if ('problems' in read) return complain(read.problems, 'import')
  const { config } = read
  setLogLevel(config.logLevel)
  try {
    const store = await openStore({ databaseUrl: config.databaseUrl || undefined, dataDir: config.dataDir })
    try {
      const { tables, rows } = presentBackup(folder, await importAll(store.pool, folder))
      process.stdout.write(`Read ${rows} rows of ${tables} tables. The centre may be started now.\n`)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    complain([error.message], 'import')
  }
}

const complain = (problems: readonly string[], what = 'start'): void => {
  for (const problem of problems) process.stderr.write(`Heliogram cannot ${what}: ${problem}\n`)
  process.exitCode = 1
}

function untilTold(centre: Centre, config: Config): void {
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info('stopping', { reason: signal })
    centre
      .stop(config.drainSeconds * 1000)
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        log.error('the stop was not orderly', { error })
        process.exit(1)
      })
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
}

function greet({ http: port, smpp }: { http: number; smpp: number }, config: Config): void {
  const host = config.host === 'localhost' ? 'localhost' : config.host
  process.stdout.write(`
Heliogram is ready: a message centre with a demo account and simulated phones.
Try it:

  curl "http://${host}:${port}/sys/send.php?login=${SANDBOX.login}&psw=${SANDBOX.password}&phones=79161234567&mes=Hello"

  curl "http://${host}:${port}/sys/status.php?login=${SANDBOX.login}&psw=${SANDBOX.password}&phone=79161234567&id=1"

SMPP listens on ${host}:${smpp}, system_id ${SANDBOX.login}, password ${SANDBOX.password}.
The same text to the same number within a minute is refused (error 9), as by the original service;
to switch that off: npx heliogram account limits ${SANDBOX.login} --identical 0
Stop with Ctrl-C; the data stays in ${config.dataDir}.
`)
}
