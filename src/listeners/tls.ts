import { readFile, stat } from 'node:fs/promises'
import type { Server } from 'node:tls'
import { log } from '../log.ts'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
  /** Tells one state of the files from another. */
  readonly fingerprint: string
}

/** Rejects with the file's name when one can't be read. */
export async function readCertificate(files: TlsFiles): Promise<Certificate> {
  const fingerprint = await fingerprintOf(files) // before the reading: a change in between is then seen by the watch
  const [cert, key] = await Promise.all([readFile(files.certFile), readFile(files.keyFile)])
  return { cert, key, fingerprint }
}

/**
 * Looks every `everyMs` whether the files have changed, and lets new connections have the new certificate; those that are open keep
 * theirs. A certificate that can't be used is logged, and the old one stays. Returns a function that ends the watch.
 */
export function watchCertificate(
  server: Pick<Server, 'setSecureContext'>,
  files: TlsFiles,
  loaded: Certificate,
  everyMs: number,
  listener: string,
): () => void {
  let known = loaded.fingerprint
  let told = ''
  const look = async (): Promise<void> => {
    let found = ''
    try {
      found = await fingerprintOf(files)
      if (found === known) return
      const certificate = await readCertificate(files)
      server.setSecureContext(certificate)
      known = certificate.fingerprint
      log.info('certificate reloaded', { listener, file: files.certFile })
    } catch (error) {
      if (told !== found) log.error('certificate could not be reloaded', { listener, file: files.certFile, error })
      told = found // once for each state of the files
    }
  }
  const timer = setInterval(look, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** By time, size and inode, through links: certificate managers replace the link, not the file. */
async function fingerprintOf({ certFile, keyFile }: TlsFiles): Promise<string> {
  const [cert, key] = await Promise.all([stat(certFile), stat(keyFile)])
  return `${cert.mtimeMs} ${cert.size} ${cert.ino} ${key.mtimeMs} ${key.size} ${key.ino}`
}
