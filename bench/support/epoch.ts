/** Unix milliseconds with fractions: comparable between processes of one machine. */
export const epochMs = (): number => performance.timeOrigin + performance.now()

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
