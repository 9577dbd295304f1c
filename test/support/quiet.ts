import { setLogLevel } from '../../src/log.ts'

// Loaded into every process of a run.

// What tests provoke need not be read. HELIOGRAM_LOG_LEVEL brings it back.
const level = process.env.HELIOGRAM_LOG_LEVEL
setLogLevel(level === 'debug' || level === 'info' || level === 'warn' || level === 'error' ? level : 'silent')

// Our input ends when the process that started us dies, however it died: then nobody wants the outcome.
process.stdin.once('close', () => process.exit(1)).resume()
if ('unref' in process.stdin) process.stdin.unref()
