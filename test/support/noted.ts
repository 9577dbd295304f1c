/** Use cases that only note what they are asked for, without the account that asks, and answer what they are told to. */
export function noting() {
  const asked: unknown[][] = []
  const noted =
    <T>(what: string, answer: T) =>
    async (_: unknown, ...values: unknown[]): Promise<T> => {
      asked.push([what, ...values])
      return answer
    }
  return { asked, noted }
}
