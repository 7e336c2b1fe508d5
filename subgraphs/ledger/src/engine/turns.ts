import { setImmediate as turn } from "node:timers/promises";

/** So long one book may keep the others from being served. */
const MOST_MS = 5;

/** Runs steps to their end; whatever else waits in this process gets a turn every few milliseconds. */
export async function inTurns<Result>(
  steps: Generator<void, Result>,
  mostMs = MOST_MS,
): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < mostMs) continue;
    await turn();
    since = performance.now();
  }
}

/** Runs steps to their end without a pause. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
