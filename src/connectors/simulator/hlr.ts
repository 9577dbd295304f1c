import { lookUp } from '../../domain/number/plan.ts'
import type { HlrResult } from '../connector.ts'

const ABSENT_SUBSCRIBER = 1 // SMSC API, error codes: the number does not exist

/**
 * What the simulated network knows of a subscriber: the operator of the numbering plan, and an IMSI and an MSC
 * made of the number's digits, always the same. A number of no operator belongs to a test network:
 * 00 of its country, or 001 01.
 * A subscriber who does not exist has neither IMSI nor MSC; one at home has no roaming country and network.
 */
export function hlrOf(number: string, err: number, isRoaming: boolean): HlrResult {
  const plan = lookUp(number)
  const mcc = plan.mcc || '001'
  const mnc = plan.mnc || (plan.mcc ? '00' : '01')
  const abroad = mcc === TURKEY.mcc ? RUSSIA : TURKEY
  const exists = err !== ABSENT_SUBSCRIBER
  return {
    imsi: exists ? imsiOf(mcc + mnc, number) : '',
    msc: exists ? mscOf(isRoaming ? abroad.msc : number.slice(0, 4), number) : '',
    mcc,
    mnc,
    cn: plan.countryEn || 'Test',
    net: plan.operator || 'Test network',
    rcn: isRoaming ? abroad.country : '',
    rnet: isRoaming ? abroad.network : '',
  }
}

const TURKEY = { mcc: '286', country: 'Turkey', network: 'Turkcell', msc: '9053' }
const RUSSIA = { mcc: '250', country: 'Russia', network: 'MTS', msc: '7916' }

const IMSI_DIGITS = 15 // ITU-T E.212

function imsiOf(network: string, number: string): string {
  const backwards = [...number.replace(/\D/g, '')].reverse().join('')
  return network + backwards.padEnd(IMSI_DIGITS, '0').slice(0, IMSI_DIGITS - network.length)
}

const mscOf = (exchange: string, number: string): string => `${exchange.padEnd(4, '0')}0000${number.slice(-3).padStart(3, '0')}`
