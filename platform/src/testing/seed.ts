const DEFAULT_SEED = 1;

/** The seed of all random input of a test run. `TEST_SEED` sets it; `npm run fuzz` draws one per pass. */
export function testSeed(): number {
  const given = process.env["TEST_SEED"] ?? String(DEFAULT_SEED);
  if (!/^\d{1,9}$/.test(given))
    throw new Error(`TEST_SEED is "${given}", not a number of at most 9 digits`);
  return Number(given);
}

/** How often random input is drawn: a few times in an ordinary run, and many under `npm run fuzz`. */
export const rounds = (ordinary: number, fuzzing: number): number =>
  process.env["TEST_FUZZ"] === undefined ? ordinary : fuzzing;

/** Numbers below a bound, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
