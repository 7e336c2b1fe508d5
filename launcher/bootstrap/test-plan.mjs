/** Whole drills take minutes; they run when they are named. */
const ORDINARY = ["unit", "int", "e2e"];
const KINDS = [...ORDINARY, "long"];
const WITH_SYSTEMS = ["e2e", "long"];

/** A whole system that starts at every change would be in the way; it is watched when it is named. */
const unnamedKinds = (watch, paths) => (watch && paths.length === 0 ? ["unit", "int"] : ORDINARY);

const select = (kinds) => kinds.flatMap((kind) => ["--project", kind]);

/**
 * What `npm test -- <args>` runs: kinds of tests (unit, int, e2e, long), words of their paths, `--watch`, and
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
      foreground: ["run", ...select(["unit", "int"])],
      beside: ["run", ...select(["e2e"])],
    };
  }
  const selected = kinds.length > 0 ? kinds : unnamedKinds(watch, paths);
  const reachesSystems =
    selected.some((kind) => WITH_SYSTEMS.includes(kind)) &&
    (paths.length === 0 || endToEnd.some((file) => paths.some((path) => file.includes(path))));
  return {
    web: reachesSystems,
    foreground: [watch ? "watch" : "run", ...select(selected), ...others],
  };
}
