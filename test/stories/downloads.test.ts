import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { type Centre, startCentre } from '../support/centre.ts'
import type { Customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { story } from '../support/story.ts'

// Messages as files: asked for, made in the background, fetched. The program, its store and its simulated carrier.
let centre: Centre
let shop: Customer
before(async () => {
  centre = await startCentre({ mode: 'sandbox', database: 'test' })
  shop = await centre.account('shop', 1000)
})
after(() => centre?.stop())

const FORMULA = '=HYPERLINK("http://evil.example","win")'

interface Task {
  readonly id: number
  readonly status: number
  readonly name: string
  readonly size: number
}
const add = async (params: Record<string, string | number> = {}): Promise<number> =>
  (JSON.parse(await shop.ask('downloads', { add: 1, fmt: 3, ...params })) as { id: number }).id
const ready = (id: number): Promise<Task> =>
  eventually(async () => {
    const [task] = JSON.parse(await shop.ask('downloads', { get_list: 1, fmt: 3, after_id: id - 1 })) as Task[]
    assert.equal(task?.status, 1, JSON.stringify(task))
    return task as Task
  })
const fetched = (params: string): Promise<Response> =>
  centre.get(`/sys/downloads.php?login=shop&psw=shop-secret&get_file=1&${params}`)

story('what a customer has sent is in the file, as the history tells it, and no text is a formula', async () => {
  for (const [phones, mes] of [
    ['79161234567', 'Привет; "мир"'],
    ['79161234568', FORMULA],
    ['79161234567', '-5 %, ☺'],
  ])
    await shop.sees(1, phones ?? '', await shop.sent({ phones: phones ?? '', mes: mes ?? '' }))
  const history = JSON.parse(await shop.ask('get', { get_messages: 1, fmt: 3 })) as Record<string, string | number>[]
  const task = await ready(await add())
  const answer = await fetched(`id=${task.id}`)
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.equal(answer.headers.get('content-length'), String(task.size))
  assert.equal(answer.headers.get('content-disposition'), `attachment; filename="${task.name}"`)
  const octets = Buffer.from(await answer.arrayBuffer())
  assert.equal(octets.length, task.size)
  const [head, ...lines] = octets.toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n')
  assert.deepEqual(head?.split(';'), Object.keys(history[0] ?? {}))
  assert.equal(lines.length, 3)
  for (const [at, row] of history.entries()) {
    const values = Object.values(row).map((value) => {
      const text = typeof value === 'string' && /^[=+@-]/.test(value) ? `'${value}` : String(value)
      return /[;",']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    assert.equal(lines[at], values.join(';'))
  }
  assert.match(lines[1] ?? '', /;"'=HYPERLINK\(""http/)

  const one = await ready(await add({ phone: '79161234568', charset: 'windows-1251' }))
  const bytes = Buffer.from(await (await fetched(`name=${one.name}`)).arrayBuffer())
  assert.equal(bytes.length, one.size)
  const text = new TextDecoder('windows-1251').decode(bytes)
  assert.match(text, /;Доставлено;/)
  assert.equal(text.trimEnd().split('\r\n').length, 2)
})

story('the same as a workbook, and no file is made of days that end before they begin', async () => {
  const task = await ready(await add({ type: 'xlsx' }))
  assert.equal(task.name, `messages-${task.id}.xlsx`)
  const answer = await fetched(`id=${task.id}`)
  assert.equal(answer.headers.get('content-type'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  const octets = Buffer.from(await answer.arrayBuffer())
  assert.deepEqual([octets.length, octets.toString('latin1', 0, 2)], [task.size, 'PK'])
  assert.equal(await shop.ask('downloads', { add: 1, start: '02.02.2026', end: '01.02.2026', fmt: 1 }), '0,-1')
})

story('a file is its account’s alone, and lives through a restart', async () => {
  const id = await add()
  const { size } = await ready(id)
  const other = await centre.account('other', 10)
  assert.equal(await other.ask('downloads', { get_file: 1, id, fmt: 1 }), '0,-3')
  assert.equal(await other.ask('downloads', { del: 1, id, fmt: 1 }), '0,-3')
  const again = await ready(await add({ phone: '79161234567' }))
  await centre.kill()
  // As if it had been at it when it died, a minute ago.
  await centre.query('update exports set state = 0, size = 0, until = 1 where id = $1', [again.id])
  await centre.start()
  assert.deepEqual(await ready(again.id), again)
  assert.equal((await (await fetched(`id=${id}`)).arrayBuffer()).byteLength, size)
  assert.equal(await shop.ask('downloads', { del: 1, id }), 'OK')
  assert.equal(await shop.ask('downloads', { get_file: 1, id, fmt: 1 }), '0,-3')
})
