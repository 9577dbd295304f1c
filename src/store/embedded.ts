import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { log } from '../log.ts'
import { CannotStart } from './cannot-start.ts'
import { findBinaries } from './embedded/binaries.ts'
import { configure, freePort, isConfigured, ownPassword } from './embedded/configure.ts'
import { lockFolder } from './embedded/folder-lock.ts'
import { initialise, OWNER } from './embedded/initialise.ts'
import { type LaunchPlan, launch, type Running } from './embedded/launch.ts'
import { isStillThere, runningPostmaster, settled, shutDown } from './embedded/postmaster.ts'
import { giveTo, serverUser } from './embedded/server-user.ts'
import type { Settings } from './embedded/settings.ts'
import { SOCKET_PORT, socketFolderFor } from './embedded/socket-folder.ts'
import { watch } from './embedded/watch.ts'

export interface EmbeddedOptions {
  /** `$HELIOGRAM_DATA`; the database stands in its folder `postgres`. */
  readonly dataDir: string
  /** Server settings other than the shipped ones (tests). */
  readonly settings?: Settings
}

export interface Embedded {
  /** How to connect, today and after every restart. */
  readonly connection: pg.ClientConfig
  /** Process id of the server that runs, or ran last. */
  pid(): number
  /** Called each time the server has died under us; it is being started again by then. */
  onExit(listener: () => void): void
  /** Fast shutdown, then the folder is free for others. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL that comes with the program, or adopts the one that a killed program left running, and
 * keeps it running: a server that dies is started again, with growing pauses, until `stop`.
 * Works as root (the server then runs as another user) and as anybody else.
 * @throws {CannotStart} with one line for the operator.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = prepareFolder(resolve(options.dataDir))
  const unlock = await lockFolder(dataDir).catch((error: unknown) => Promise.reject(notWritable(error, dataDir)))
  try {
    const { plan, password } = await makePlan(dataDir)
    const running = (await adopt(plan, options.settings)) ?? (await start(plan, options.settings))
    const port = running.server.port
    const connection = {
      host: plan.socketFolder ?? '127.0.0.1',
      port,
      user: OWNER,
      database: OWNER,
      ...(password && { password }),
    }
    await createDatabase(connection)
    const watched = watch(running, () => start({ ...plan, port }, options.settings))
    return {
      connection,
      pid: () => watched.current().pid,
      onExit: watched.onExit,
      stop: async () => {
        await watched.end()
        if (isStillThere(watched.current())) await shutDown(watched.current(), plan.folder, plan.binaries.pgCtl)
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function prepareFolder(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true })
    return realpathSync(dataDir)
  } catch (error) {
    throw notWritable(error, dataDir)
  }
}

function notWritable(error: unknown, dataDir: string): Error {
  if (error instanceof CannotStart) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new CannotStart(`The disk of ${dataDir} is full`)
  return new CannotStart(`The data folder ${dataDir} cannot be written (${code ?? message}): set HELIOGRAM_DATA to one that can`)
}

async function makePlan(dataDir: string): Promise<{ plan: LaunchPlan; password: string | undefined }> {
  const folder = join(dataDir, 'postgres')
  const user = serverUser(folder)
  const binaries = await findBinaries(dataDir, user)
  const password = process.platform === 'win32' ? ownPassword(join(dataDir, 'postgres-password')) : undefined
  await initialise(folder, binaries, user, password)
  if (user && [folder, join(folder, 'PG_VERSION')].some((path) => lstatSync(path).uid !== user.uid)) giveTo(user, folder)
  const socketFolder = process.platform === 'win32' ? undefined : socketFolderFor(folder, user)
  const port = socketFolder ? SOCKET_PORT : await freePort()
  return { plan: { folder, binaries, user, socketFolder, port }, password }
}

/** The server that a killed program left behind, if it runs with today's settings; with others it is stopped. */
async function adopt(plan: LaunchPlan, settings: Settings | undefined): Promise<Running | undefined> {
  const found = runningPostmaster(plan.folder)
  const server = found && (await settled(found, plan.folder))
  if (server === undefined) return undefined
  if (isConfigured({ ...plan, port: server.port }, settings)) {
    log.info('found the database still running', { file: plan.folder })
    return { server, child: undefined }
  }
  await shutDown(server, plan.folder, plan.binaries.pgCtl)
  return undefined
}

async function start(plan: LaunchPlan, settings: Settings | undefined): Promise<Running> {
  try {
    configure(plan, settings)
  } catch (error) {
    throw notWritable(error, plan.folder)
  }
  return launch(plan)
}

async function createDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [OWNER])
    if (rowCount === 0) await client.query(`create database ${OWNER}`)
  } finally {
    await client.end()
  }
}
