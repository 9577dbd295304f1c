import { startEmbedded } from '../../src/store/embedded.ts'

/**
 * A program with an embedded server, to be killed: starts it in the folder it is given and prints its process id.
 * At SIGINT it shows that the database outlived the signal, then stops it.
 */
const [, , dataDir = ''] = process.argv
const server = await startEmbedded({ dataDir })
const life = setInterval(() => {}, 60_000)
process.once('SIGINT', async () => {
  const { default: pg } = await import('pg')
  const client = new pg.Client(server.connection)
  await client.connect()
  await client.query('select 1')
  await client.end()
  await server.stop()
  process.stdout.write('drained\n')
  clearInterval(life)
})
process.stdout.write(`${server.pid()}\n`)
