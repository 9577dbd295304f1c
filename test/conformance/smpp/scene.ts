import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Centre, startCentre } from '../../support/centre.ts'
import { temporaryFolder } from '../../support/cluster.ts'
import type { Customer } from '../../support/customer.ts'
import { freePort } from '../../support/free-port.ts'
import { ROOT } from '../../support/repository.ts'
import { type Recorder, startRecorder } from './recorder.ts'

/** One running sandbox for all peers, and a recorder before its SMPP port. */
export interface PeersScene {
  readonly centre: Centre
  /** Where peers connect to: everything is recorded. */
  readonly port: number
  readonly tlsPort: number
  readonly recorder: Recorder
  /** An account that may use SMPP, with its access password. */
  account(login: string, limits?: Readonly<Record<string, number>>): Promise<SmppAccount>
  /** A folder for the files of one peer. */
  folder(name: string): Promise<string>
  close(): Promise<void>
}

export interface SmppAccount {
  readonly login: string
  readonly password: string
  readonly customer: Customer
}

const TLS = join(ROOT, 'test/support/tls')

export async function openPeersScene(): Promise<PeersScene> {
  const tlsPort = await freePort()
  const centre = await startCentre({
    mode: 'sandbox',
    database: 'test',
    environment: {
      HELIOGRAM_TLS_CERT: join(TLS, 'first.crt'),
      HELIOGRAM_TLS_KEY: join(TLS, 'first.key'),
      HELIOGRAM_SMPP_TLS_PORT: String(tlsPort),
      HELIOGRAM_HTTPS_PORT: '0',
    },
  })
  const recorder = await startRecorder(centre.smppPort)
  const files = temporaryFolder('peers-')
  return {
    centre,
    port: recorder.port,
    tlsPort,
    recorder,
    async account(login, limits = {}) {
      const customer = await centre.account(login, 1_000)
      if (Object.keys(limits).length > 0) await centre.admin('PATCH', `/accounts/${login}/limits`, limits)
      const made = (await centre.admin('POST', `/accounts/${login}/smpp-password`)) as { password: string }
      return { login, password: made.password, customer }
    },
    async folder(name) {
      const folder = join(files, name)
      await mkdir(folder)
      return folder
    },
    async close() {
      recorder.close()
      await centre.stop()
      await rm(files, { recursive: true, force: true })
    },
  }
}

/** Why a peer can't play; false: it is installed. Says so where everybody sees it. */
export function missing(program: string, debianPackage: string, places: readonly string[]): string | false {
  if (places.some((place) => existsSync(place))) return false
  const reason = `${program} is not installed (Debian: apt-get install ${debianPackage})`
  console.log(`# skipped: ${reason}`)
  return reason
}
