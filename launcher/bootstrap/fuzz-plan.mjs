const DEFAULT_SECONDS = 300;
const SEEDS = 1_000_000_000;

/** Random input comes from properties of fast-check or from a seed of the run. */
const DRAWS = /from "fast-check"|\btestSeed\(\)/;

/**
 * What `npm run fuzz -- <args>` selects: words of test paths, and how many seconds to go on. `undefined` when
 * the seconds are no number.
 */
export function planFuzz(args) {
  const at = args.indexOf("--seconds");
  if (at < 0) return { paths: args, seconds: DEFAULT_SECONDS };
  const seconds = Number(args[at + 1]);
  if (!(seconds > 0)) return undefined;
  return { paths: args.toSpliced(at, 2), seconds };
}

/** The test files that draw random input, among those whose path has one of the words, or among all. */
export function filesThatDraw(files, paths, read) {
  return files
    .filter((file) => paths.length === 0 || paths.some((path) => file.includes(path)))
    .filter((file) => DRAWS.test(read(file)));
}

export const drawSeed = (random = Math.random) => Math.floor(random() * SEEDS);
