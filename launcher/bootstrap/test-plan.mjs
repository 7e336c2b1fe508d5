const KINDS = ["unit", "int", "e2e"];
/** The tests of databases and whole systems wait more than they compute: three fill two cores. */
const WORKERS_BESIDE = 3;

const select = (kinds) => kinds.flatMap((kind) => ["--project", kind]);

/**
 * What `npm test -- <args>` runs: kinds of tests (unit, int, e2e), words of their paths, `--watch`, and
 * whatever else Vitest takes. `endToEnd` are the paths of all whole-system tests; only they need the web
 * app. Each run is a list of arguments for Vitest.
 */
export function planTests(args, endToEnd) {
  const kinds = KINDS.filter((kind) => args.includes(kind));
  const watch = args.includes("--watch");
  const others = args.filter((arg) => !KINDS.includes(arg) && arg !== "--watch");
  // What follows an option may be its value, not a path.
  const paths = others.filter((arg, nth) => !`${others[nth - 1] ?? ""}${arg}`.startsWith("-"));
  if (args.length === 0) {
    return {
      web: true,
      foreground: ["run", ...select(["unit", "int"]), "--maxWorkers", String(WORKERS_BESIDE)],
      beside: ["run", ...select(["e2e"])],
    };
  }
  // A whole system that starts at every change would be in the way; it is watched when it is named.
  const watched = watch && kinds.length === 0 && paths.length === 0 ? ["unit", "int"] : kinds;
  const reachesSystems =
    (watched.length === 0 || watched.includes("e2e")) &&
    (paths.length === 0 || endToEnd.some((file) => paths.some((path) => file.includes(path))));
  return {
    web: reachesSystems,
    foreground: [watch ? "watch" : "run", ...select(watched), ...others],
  };
}
