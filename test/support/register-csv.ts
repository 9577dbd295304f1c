import { type PackedRegister, type RegisterRange, unpackRegister } from '../../src/domain/number/register.ts'

/** A line of the register before it is written. */
export interface RegisterRow {
  readonly operator: string
  readonly territory: string
  readonly taxpayer: string
}

const HEAD = 'АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН'

/** A register as it is published: UTF-8 with its mark, `;`, lines that end with CRLF. `change` may change a line, or leave it out. */
export function registerCsv(
  packed: PackedRegister,
  change: (range: RegisterRange, row: RegisterRow) => RegisterRow | undefined = (_, row) => row,
): string {
  const { holders, places, ranges } = unpackRegister(packed)
  const lines = ranges.flatMap((range) => {
    const { start, count, holder, place } = range
    const { taxpayer = '', name = '' } = holders[holder] ?? {}
    const row = change(range, { operator: name, territory: places[place] || 'Российская Федерация', taxpayer })
    if (!row) return []
    const [code, from] = [String(start).slice(0, 3), String(start).slice(3)]
    const to = String(Number(from) + count - 1).padStart(7, '0')
    return [`${code};${from};${to};${count};${row.operator};-;${row.territory};${row.taxpayer}`]
  })
  return `\ufeff${[HEAD, ...lines].join('\r\n')}\r\n`
}
