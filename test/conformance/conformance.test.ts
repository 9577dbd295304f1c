import { after, before, describe } from 'node:test'
import { tellBalances } from './balances.ts'
import { tellClients } from './clients.ts'
import { tellErrors } from './errors.ts'
import { tellNodeSmsc } from './node-smsc.ts'
import { tellPhoneExamples, tellPhones } from './phones.ts'
import { openScene, type Scene } from './scene.ts'
import { tellSenders } from './senders.ts'
import { tellSent } from './sent.ts'
import { tellStatuses } from './statuses.ts'
import { tellUsers } from './users.ts'

// One running program for the whole folder: what clients of the original service know of it, byte for byte.
let scene: Scene
before(async () => {
  scene = await openScene()
})
after(() => scene?.centre.stop())

const there = (): Scene => scene

describe('answers of send.php as they were recorded', () => tellSent(there))
describe('errors as they were recorded', () => tellErrors(there))
describe('answers of status.php as they were recorded', () => tellStatuses(there))
describe('answers of balance.php as they were recorded', () => tellBalances(there))
describe('phones.php as it was recorded', () => tellPhones(there))
describe('examples of phones.php', () => tellPhoneExamples(there))
describe('examples of users.php', () => tellUsers(there))
describe('senders.php as it was recorded', () => tellSenders(there))
describe('node-smsc', () => tellNodeSmsc(there))
describe('habits of other clients', () => tellClients(there))
