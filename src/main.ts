import { type Centre, openCentre } from './centre.ts'
import { type Config, readConfig } from './config.ts'
import { log, setLogLevel } from './log.ts'
import { SANDBOX } from './operator/seed-sandbox.ts'

/** Runs the centre until it is told to stop. What stands in its way is one line on standard error, and exit code 1. */
export async function run({ sandbox }: { sandbox: boolean }): Promise<void> {
  const read = readConfig(process.env, { sandbox })
  if ('problems' in read) return complain(read.problems)
  const { config } = read
  setLogLevel(config.logLevel)
  try {
    const centre = await openCentre(config, sandbox, (error) => {
      complain([`it has lost its place among the nodes: ${error.message}`])
      process.exit(70)
    })
    untilTold(centre, config)
    if (sandbox) greet(centre.ports().http, config)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    complain([error.message])
  }
}

const complain = (problems: readonly string[]): void => {
  for (const problem of problems) process.stderr.write(`Heliogram cannot start: ${problem}\n`)
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

function greet(port: number, config: Config): void {
  const host = config.host === 'localhost' ? 'localhost' : config.host
  process.stdout.write(`
Heliogram is ready: a message centre with a demo account and simulated phones.
Try it:

  curl "http://${host}:${port}/sys/send.php?login=${SANDBOX.login}&psw=${SANDBOX.password}&phones=79161234567&mes=Hello"

  curl "http://${host}:${port}/sys/status.php?login=${SANDBOX.login}&psw=${SANDBOX.password}&phone=79161234567&id=1"

The same text to the same number within a minute is refused (error 9), as by the original service;
to switch that off: npx heliogram account limits ${SANDBOX.login} --identical 0
Stop with Ctrl-C; the data stays in ${config.dataDir}.
`)
}
