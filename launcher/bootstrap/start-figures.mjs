/** The kernel counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const KILOBYTES_PER_MB = 1024;

/**
 * A process from its files in /proc: `cpu` in seconds with its ended children, `rss` and `pss` in MB. The
 * proportional size counts memory that processes share once.
 */
export function readProcess({ pid, stat, rollup }) {
  // The name of the program, in parentheses, may have spaces and parentheses of its own.
  const [, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(9, 13).reduce((sum, field) => sum + Number(field), 0);
  const megabytes = (name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) / KILOBYTES_PER_MB;
  return {
    pid,
    parent: Number(parent),
    cpu: ticks / TICKS_PER_SECOND,
    rss: megabytes("Rss"),
    pss: megabytes("Pss"),
  };
}

/** What a child of the launcher is, by the arguments it was started with. */
export function nameOf(commandLine) {
  const service = /([\w-]+)\/(?:dist\/main|server)\.js\0/.exec(`${commandLine}\0`)?.[1];
  if (service !== undefined) return service;
  return /postgres\0/.test(commandLine) ? "PostgreSQL" : "other";
}

/** The figures of a start by name: the launcher itself, and each of its children with all beneath it. */
export function figuresOf(launcher, processes, nameOfChild) {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const figures = new Map();
  for (const process of processes) {
    const child = childAbove(process, launcher, byPid);
    if (child === undefined) continue;
    const name = child === launcher ? "launcher" : nameOfChild(child);
    const sum = figures.get(name) ?? { cpu: 0, rss: 0, pss: 0 };
    for (const key of Object.keys(sum)) sum[key] += process[key];
    figures.set(name, sum);
  }
  return figures;
}

/** The child of the launcher that a process belongs to, or the launcher. */
function childAbove(process, launcher, byPid) {
  for (let at = process; at !== undefined; at = byPid.get(at.parent)) {
    if (at.pid === launcher || at.parent === launcher) return at.pid;
  }
  return undefined;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The median of each figure over several starts. */
export function mediansOf(starts) {
  const names = [...new Set(starts.flatMap(({ figures }) => [...figures.keys()]))];
  return {
    seconds: median(starts.map(({ seconds }) => seconds)),
    figures: new Map(
      names.map((name) => {
        const all = starts.flatMap(({ figures }) => figures.get(name) ?? []);
        const figure = (key) => median(all.map((one) => one[key]));
        return [name, { cpu: figure("cpu"), rss: figure("rss"), pss: figure("pss") }];
      }),
    ),
  };
}

const line = (name, cpu, rss, pss) =>
  name.padEnd(12) + [cpu, rss, pss].map((text) => text.padStart(10)).join("");

/** A table with a line for each process and their sum. */
export function renderStart({ seconds, figures }) {
  const rows = [...figures].toSorted(([one], [other]) => one.localeCompare(other));
  const total = rows.reduce(
    (sum, [, { cpu, pss }]) => ({ cpu: sum.cpu + cpu, pss: sum.pss + pss }),
    { cpu: 0, pss: 0 },
  );
  return [
    line("", "CPU s", "RSS MB", "PSS MB"),
    ...rows.map(([name, { cpu, rss, pss }]) =>
      line(name, cpu.toFixed(2), rss.toFixed(0), pss.toFixed(0)),
    ),
    // Resident sizes count what processes share in each of them, so they have no sum.
    line("all", total.cpu.toFixed(2), "", total.pss.toFixed(0)),
    `ready after ${seconds.toFixed(1)} s`,
  ].join("\n");
}
