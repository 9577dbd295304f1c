import { setTimeout as delay } from 'node:timers/promises'
import { type AdminClient, path } from '../admin-client.ts'
import { type Command, Complaint, type Say } from '../command.ts'
import { type Cell, table, WIDTH_MAX, wrap } from '../print.ts'

interface Test {
  readonly number: number
  readonly title: string
  readonly from: string
  readonly answer: string
  readonly pushed_back: number
  readonly note: string
  readonly parts: readonly { readonly number: number; readonly outcome: string; readonly reason: string; readonly id: string }[]
  readonly receipts: readonly Receipt[]
}

interface Receipt {
  readonly part: number | null
  readonly ids: readonly string[]
  readonly stat: string
  readonly err: string
  readonly after_ms: number
  readonly found_by: string
  readonly late: boolean
}

interface Check {
  readonly id: number
  readonly carrier: string
  readonly state: string
  readonly reason: string
  readonly to: string
  readonly wait_seconds: number
  readonly phase: string
  readonly link: string
  readonly tests: readonly Test[]
  readonly findings: readonly { readonly sure: string; readonly says: string }[]
  readonly proposals: readonly { readonly option: string; readonly because: string; readonly sure: string }[]
  readonly looks: readonly { readonly test: number; readonly expect: string; readonly otherwise: string }[]
  readonly command: string | null
}

const ASK_MS = 400
/** What a check takes beside its wait for receipts: link, messages, ending, and a node that is slow to notice. */
const REST_SECONDS = 180
const SURE: Readonly<Record<string, string>> = { seen: 'sure', likely: 'likely', look: 'look' }

export const carrierCheckCommands: readonly Command[] = [
  {
    name: 'carrier check',
    summary: 'Try a carrier with a series of marked messages to your own telephone, and propose its settings.',
    details:
      'It uses the link that is up, or for its time a link of its own to a carrier that is switched off. About ten short messages are sent: senders, ' +
      'alphabets, long texts. No account is charged and no customer sees them; the carrier may charge you. It always ends: within 2 minutes and the wait. It leaves with 1 when it did not come to its end, or nothing was taken.',
    positionals: [{ name: 'NAME', meaning: 'the name of the carrier' }],
    options: {
      to: { value: 'NUMBER', meaning: 'a telephone that you can look at, with its country code' },
      from: { value: 'SENDER', meaning: 'a sender that the carrier allows; without it its default sender, or Heliogram' },
      wait: { value: 'SECONDS', meaning: 'how long to wait for receipts, at most 600; without it 60' },
      last: { meaning: 'send nothing: show the last check again, with receipts that came after it' },
    },
    examples: ['heliogram carrier check mts --to 79161234567 --from Shop'],
    ask: async (centre, args, say) => {
      if (args.flag('last')) {
        const last = (await centre.request('GET', path`/carriers/${args.at('NAME')}/checks/last`)) as Check
        return { json: last, text: show(last).trimStart() }
      }
      if (args.text('to') === undefined)
        throw new Complaint('--to is missing: a telephone that you can look at, with its country code.', 2)
      const wait = args.whole('wait')
      const from = args.text('from')
      const body = { to: args.text('to'), ...(from !== undefined && { from }), ...(wait !== undefined && { wait_seconds: wait }) }
      const asked = (await centre.request('POST', path`/carriers/${args.at('NAME')}/checks`, body)) as Check
      const check = await follow(centre, asked, say)
      return { json: check, text: show(check), exitCode: isUseful(check) ? 0 : 1 }
    },
  },
]

/** Tells what is new until the check has ended. */
async function follow(centre: AdminClient, asked: Check, say: Say): Promise<Check> {
  say(`Check ${asked.id} of ${asked.carrier}: marked messages to ${asked.to}, one at a time. (5/0 and its like: TON/NPI.)`)
  const told = new Set<string>()
  const tell = (line: string): void => {
    if (told.has(line)) return
    told.add(line)
    say(line)
  }
  const giveUpAt = performance.now() + (asked.wait_seconds + REST_SECONDS) * 1_000
  while (performance.now() < giveUpAt) {
    const check = (await centre.request('GET', path`/carrier-checks/${String(asked.id)}`)) as Check
    for (const line of newsOf(check)) tell(line)
    if (check.state === 'done' || check.state === 'failed') return check
    await delay(ASK_MS)
  }
  throw new Complaint(`Check ${asked.id} does not end: look at the log of the centre.`)
}

/** It came to its end, and something was taken. */
const isUseful = ({ state, tests }: Check): boolean => state === 'done' && tests.some(({ answer }) => answer === 'taken')

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
const numbered = (test: Test): string => String(test.number).padStart(2)

function newsOf({ link, phase, tests, wait_seconds: wait }: Check): string[] {
  return [
    ...(link === '' ? [] : [`link  ${link}`]),
    ...tests.flatMap((test) => [
      ...(test.answer === 'waiting' ? [] : [`${numbered(test)}  ${test.title.padEnd(24)}  ${test.answer}${why(test)}`]),
      ...test.receipts.map((receipt) => `${numbered(test)}  receipt ${verdict(receipt)} after ${seconds(receipt.after_ms)}`),
    ]),
    ...(phase === 'receipts' ? [`All are sent; up to ${wait} s for their receipts.`] : []),
  ]
}

const why = ({ parts, note }: Test): string => {
  const reason = parts.find(({ outcome }) => outcome !== 'taken')?.reason || note
  return reason === '' ? '' : `: ${reason}`
}
const verdict = ({ stat, err }: Receipt): string => [stat, err].filter((word) => word !== '').join(' ') || 'without a word'

function show(check: Check): string {
  const { carrier, tests, findings, proposals, looks, command } = check
  const end = check.state === 'done' ? [] : ['', ...wrap(`The check of ${carrier} ended early: ${check.reason}`, WIDTH_MAX)]
  const sections = [
    ...(tests.length === 0 ? [] : ['', table(HEADINGS, tests.map(row), '')]),
    ...end,
    ...section(
      'What it shows',
      findings.flatMap(({ sure, says }) => entry(SURE[sure] ?? sure, says)),
    ),
    ...section(
      `What to compare on the telephone ${check.to} (each text begins with "Heliogram test" and its number)`,
      looks.flatMap(({ test, expect, otherwise }) => [
        ...entry(String(test), `right: ${expect}`),
        ...entry('', `else:  ${otherwise}`),
      ]),
    ),
    ...section('Proposed settings', [
      ...proposals.flatMap(({ option, because, sure }) => [...entry(SURE[sure] ?? sure, option), ...entry('', because)]),
      ...(command === null ? [] : ['', command]),
    ]),
    ...(isUseful(check) && command === null ? ['', 'No other settings are proposed.'] : []),
  ]
  return sections.join('\n')
}

const HEADINGS = ['NO', 'TEST', 'FROM', 'ANSWER', 'RECEIPT', 'AFTER', 'ID ANSWERED', 'ID IN RECEIPT']

function row(test: Test): Cell[] {
  const { receipts, parts } = test
  const [first] = receipts
  const words = new Set(receipts.map(verdict))
  const receipt = [...words].join(', ')
  const [answered] = parts
  const written = first?.ids.join(' ') ?? ''
  return [
    test.number,
    test.title,
    test.from,
    [
      answerOf(test),
      test.answer === 'taken' && parts.length > 1 ? `${parts.length} parts` : '',
      test.pushed_back > 0 ? `busy ${test.pushed_back}x` : '',
    ]
      .filter((word) => word !== '')
      .join(', '),
    receipts.length > 1 ? `${receipts.length}x ${receipt}` : receipt || (test.answer === 'taken' ? 'none' : '-'),
    first ? seconds(first.after_ms) : '-',
    answered?.id ?? '',
    written === '' ? '' : written === answered?.id ? 'the same' : written,
  ]
}

/** A refusal by its status, as the standard calls it. */
function answerOf({ answer, parts }: Test): string {
  if (answer !== 'refused') return answer
  const reason = parts.find(({ outcome }) => outcome === 'rejected')?.reason ?? ''
  const [word] = /(?<=^ESME_)\w+/.exec(reason) ?? /0x[0-9a-f]+/.exec(reason) ?? []
  return word ?? answer
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines])

const MARGIN = 10

function entry(name: string, text: string): string[] {
  return wrap(text, WIDTH_MAX - MARGIN).map((line, at) => `  ${(at === 0 ? name : '').padEnd(MARGIN - 2)}${line}`)
}
