import { ConnectionLost } from './session.ts'

// A server that is ending or starting says so with a code of its own.
const SHUTDOWN_CODES = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04'])
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Whether an error of `pg` means that the session is gone: then it is not known what became of the statement. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true
  if (!(error instanceof Error)) return false
  const { code, severity, syscall } = error as { code?: string; severity?: string; syscall?: string }
  if (severity !== undefined)
    return severity === 'FATAL' || severity === 'PANIC' || SHUTDOWN_CODES.has(code ?? '') || /^08/.test(code ?? '')
  if (code !== undefined) return SOCKET_CODES.has(code) || syscall === 'connect' || syscall === 'getaddrinfo'
  return /Connection terminated|connection error|Client was closed|Query read timeout|timeout exceeded when trying to connect/.test(
    error.message,
  )
}
