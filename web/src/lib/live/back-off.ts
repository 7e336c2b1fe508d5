const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/** Doubles from 0.5 to 5 s, with jitter so that many browsers do not reconnect at once. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}
