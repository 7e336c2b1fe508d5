/**
 * Runs steps, at most `width` at a time, in their order. A step waits for those it comes `after` and for
 * those it `needs`, and is left out when one that it needs failed. `report` receives the results in the order of the steps, each as soon as
 * those before it are there.
 * @param {{ name: string, after?: string[], needs?: string[], run: () => Promise<{ ok: boolean, output: string }> }[]} steps
 */
export async function runSideBySide(steps, width, report) {
  const results = new Map();
  const running = new Map();
  const waiting = [...steps];
  let reported = 0;

  const settle = (result) => {
    running.delete(result.name);
    results.set(result.name, result);
    for (; results.has(steps[reported]?.name); reported += 1) {
      report(results.get(steps[reported].name));
    }
  };
  const take = (when) => {
    const index = waiting.findIndex(when);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  };
  const failedNeed = ({ needs = [] }) => needs.find((name) => results.get(name)?.ok === false);
  const isDue = ({ after = [], needs = [] }) =>
    after.every((name) => results.has(name)) &&
    needs.every((name) => results.get(name)?.ok === true);

  while (waiting.length > 0 || running.size > 0) {
    for (let left = take(failedNeed); left !== undefined; left = take(failedNeed)) {
      settle({
        name: left.name,
        ok: false,
        output: `Not run: ${failedNeed(left)} failed.`,
        tookMs: 0,
      });
    }
    while (running.size < width) {
      const next = take(isDue);
      if (next === undefined) break;
      running.set(next.name, runStep(next));
    }
    if (running.size > 0) settle(await Promise.race(running.values()));
    else if (waiting.length > 0) {
      throw new Error(`Steps need each other: ${waiting.map(({ name }) => name).join(", ")}`);
    }
  }
  return steps.map(({ name }) => results.get(name));
}

/** The steps with these names and those that they wait for, in the order of all steps. */
export function selectSteps(steps, names) {
  const chosen = new Set(names);
  for (const { name, after = [], needs = [] } of steps.toReversed()) {
    if (chosen.has(name)) for (const before of [...after, ...needs]) chosen.add(before);
  }
  return steps.filter(({ name }) => chosen.has(name));
}

async function runStep({ name, run }) {
  const since = performance.now();
  const result = await run().catch((error) => ({ ok: false, output: String(error.stack) }));
  return { name, ...result, tookMs: performance.now() - since };
}
