const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** A service that was healthy for so long starts to count failures anew. */
const RESET_AFTER_MS = 30_000;

/** How long to wait before the next start, after so many failures in a row (1, 2, ...). */
export function restartDelayMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
}

/** Failures in a row, counting one more now; a long healthy time before it starts the count anew. */
export function countFailure(before: number, healthyForMs: number): number {
  return healthyForMs >= RESET_AFTER_MS ? 1 : before + 1;
}
