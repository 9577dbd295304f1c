/** Waits for a condition that is looked at in every turn of a carrier, for so long at most. */
export function createReached(turn: () => void) {
  let look = (): void => {}
  return {
    look: (): void => look(),
    reached: (condition: () => boolean, withinMs: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(done, withinMs)
        look = () => condition() && done()
        turn()
        function done() {
          clearTimeout(timer)
          look = () => {}
          resolve()
        }
      }),
  }
}
