import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { figuresOf, mediansOf, nameOf, readProcess, renderStart } from "./start-figures.mjs";
import { fail, ROOT } from "./terminal.mjs";

const READY = "AllFunds is ready";
const LIMIT_MS = 300_000;

const OPTIONS = {
  rounds: { type: "string", default: "3" },
  offset: { type: "string", default: "26000" },
};

/**
 * Starts the system as `npm start` does, each service a process of its own, on a data directory that is up
 * to date and without the demo, and prints what each service has used when all are ready. Several
 * checkouts take turns, so that a change in the machine's mood meets all of them.
 */
export async function benchStart(args) {
  if (process.platform !== "linux") fail("npm run bench:start reads /proc, which only Linux has.");
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const checkouts = positionals.length === 0 ? [ROOT] : positionals.map((path) => resolve(path));
  if (checkouts.includes(ROOT)) await build();
  for (const checkout of checkouts) {
    if (!existsSync(launcherOf(checkout))) fail(`Build ${checkout} first: npm run build`);
  }
  console.log(`load average before: ${load()}`);
  const runs = await Promise.all(
    checkouts.map(async (checkout) => {
      const data = await mkdtemp(join(tmpdir(), "allfunds-bench-start-"));
      return { checkout, data, samples: [] };
    }),
  );
  try {
    // The first start migrates the databases and fills the compile cache.
    for (const run of runs) await startOnce(run, values.offset);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const run of runs) run.samples.push(await startOnce(run, values.offset));
    }
  } finally {
    for (const { data } of runs) await rm(data, { recursive: true, force: true });
  }
  for (const { checkout, samples } of runs) {
    console.log(`\n${checkout}, median of ${samples.length} starts\n`);
    console.log(renderStart(mediansOf(samples)));
  }
  console.log(`\nload average after: ${load()}`);
}

const launcherOf = (checkout) => join(checkout, "launcher/dist/main.js");
const load = () =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");

/** The figures of one start: the seconds it took and what each process has used. */
async function startOnce({ checkout, data }, offset) {
  const since = performance.now();
  const flags = ["--data", data, "--offset", offset, "--no-demo"];
  const launcher = spawn(nodeBinary(), [launcherOf(checkout), ...flags], {
    cwd: checkout,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(launcher, "exit");
  try {
    await untilReady(launcher, ended);
    const seconds = (performance.now() - since) / 1000;
    return { seconds, figures: await readFigures(launcher.pid) };
  } finally {
    launcher.kill("SIGTERM");
    await ended;
  }
}

async function untilReady(launcher, ended) {
  let output = "";
  const ready = new Promise((done) => {
    const collect = (chunk) => {
      output += chunk;
      if (output.includes(READY)) done(true);
    };
    launcher.stdout.on("data", collect);
    launcher.stderr.on("data", collect);
  });
  const limit = sleep(LIMIT_MS, false, { ref: false });
  if (await Promise.race([ready, ended.then(() => false), limit])) return;
  throw new Error(`${output}\nThe system did not start.`);
}

/** A file of a process; empty when the process ends meanwhile. */
const read = (pid, file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");

async function readFigures(launcher) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const [stat, rollup] = await Promise.all([read(pid, "stat"), read(pid, "smaps_rollup")]);
      return readProcess({ pid, stat, rollup });
    }),
  );
  const commandLines = new Map();
  for (const { pid, parent } of processes) {
    if (parent === launcher) commandLines.set(pid, await read(pid, "cmdline"));
  }
  return figuresOf(launcher, processes, (pid) => nameOf(commandLines.get(pid) ?? ""));
}
