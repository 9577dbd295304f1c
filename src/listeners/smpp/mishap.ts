import { log } from '../../log.ts'

/** Does what must not end anything else when it fails: a bug is logged, and false is returned. */
export function survives(what: string, deed: () => void): boolean {
  try {
    deed()
    return true
  } catch (error) {
    log.error('an SMPP session met a bug', { listener: 'smpp', reason: what, error })
    return false
  }
}
