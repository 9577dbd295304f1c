import { setLogLevel } from '../../src/log.ts'

/** Loaded before the tests of a run: what they provoke need not be read. HELIOGRAM_LOG_LEVEL brings it back. */
const level = process.env.HELIOGRAM_LOG_LEVEL
setLogLevel(level === 'debug' || level === 'info' || level === 'warn' || level === 'error' ? level : 'silent')
