import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import type { KernelModel, SimulationKernel } from "../src/simulation/kernel/kernel.ts";
import { PlainKernel } from "../src/simulation/kernel/plain-kernel.ts";
import { allocateResults, createKernel, simulatePaths } from "../src/simulation/simulate-paths.ts";
import type { ThreadWork } from "./simulation-thread.ts";
import { text, type Table } from "@allfunds/platform/bench";

const run = promisify(execFile);

const PATHS = 100_352;
const STEPS = 252;
const ROUNDS = 15;
/** More of them: on a shared machine two threads are seldom alone. */
const THREAD_ROUNDS = 60;

const model: KernelModel = {
  seed: 20_281_128,
  initialValue: 1000,
  drifts: Float64Array.of(0.0003),
  weights: Float64Array.of(1),
  rebalanceEvery: 0,
  shocks: { kind: "NORMAL", factors: Float64Array.of(0.01) },
};
const request = { model, plan: [], recorded: [STEPS], paths: PATHS };

/** Geometric Brownian motion beside C, then one thread beside two. Both sides of a ratio run in turn. */
export async function measureSimulation(): Promise<Table[]> {
  return [await measureKernels(), await measureThreads()];
}

async function measureKernels(): Promise<Table> {
  const peer = await compilePeer();
  const [terminal, drawdown, fast, plain]: number[][] = [[], [], [], []];
  const wasm = createKernel(model);
  const twin = new PlainKernel(model);
  pathStepsPerMicrosecond(wasm, PATHS);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [first = Number.NaN, second = Number.NaN] = await peer.measure();
      terminal?.push(first);
      drawdown?.push(second);
      fast?.push(pathStepsPerMicrosecond(wasm, PATHS));
      plain?.push(pathStepsPerMicrosecond(twin, PATHS / 16));
    }
  } finally {
    await peer.remove();
  }
  return {
    title: `Geometric Brownian motion, ${PATHS.toLocaleString("en")} paths of ${STEPS} steps, million path-steps per CPU second, medians of ${ROUNDS}`,
    columns: ["kernel, always with drawdown", "AllFunds", peer.name, "ratio"],
    rows: [
      ratioRow(`${wasm.name}, beside terminal values of C`, fast, terminal),
      ratioRow(`${wasm.name}, beside values and drawdown of C`, fast, drawdown),
      ratioRow("PLAIN, beside values and drawdown of C", plain, drawdown),
    ],
  };
}

/** A row of both sides' medians and the median of their ratios. */
const ratioRow = (name: string, own: number[] = [], peer: number[] = []): string[] => [
  name,
  text(median(own), 0),
  text(median(peer), 0),
  text(median(own.map((value, round) => value / (peer[round] ?? Number.NaN))), 2),
];

function pathStepsPerMicrosecond(kernel: SimulationKernel, paths: number): number {
  const part = { ...request, paths };
  const results = allocateResults(part);
  const before = process.cpuUsage();
  simulatePaths(part, { from: 0, to: paths }, results, () => undefined, kernel);
  const { user, system } = process.cpuUsage(before);
  return (paths * STEPS) / (user + system);
}

interface Peer {
  readonly name: string;
  /** Runs it over so many paths, all by default; nothing where there is no gcc. */
  readonly measure: (paths?: number) => Promise<readonly number[]>;
  readonly remove: () => Promise<void>;
}

/** Compiles the yardstick; where there is no gcc, its column stays empty. */
async function compilePeer(): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), "allfunds-bench-simulation-"));
  const program = join(folder, "peer");
  const source = fileURLToPath(new URL("simulation-peer.c", import.meta.url));
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  try {
    await run("gcc", ["-O3", "-o", program, source, "-lm"]);
  } catch {
    return { name: "C (no gcc)", measure: async () => [], remove };
  }
  const measure = async (paths = PATHS): Promise<number[]> => {
    const { stdout } = await run(program, [String(paths), String(STEPS)]);
    return stdout.split(" ").map(Number);
  };
  return { name: "C, gcc -O3", measure, remove };
}

/**
 * Wall and CPU time of the same paths on one thread and on two; and the wall time of C as one process and as two, which
 * share nothing: what two processors of this machine are worth at that time.
 */
async function measureThreads(): Promise<Table> {
  const peer = await compilePeer();
  const threads = [startThread(), startThread()];
  const half = PATHS / 2;
  const one: Times[] = [];
  const two: Times[] = [];
  const alone: Times[] = [];
  const beside: Times[] = [];
  try {
    await Promise.all(threads.map((thread) => thread.simulate({ from: 0, to: half })));
    for (let round = 0; round < THREAD_ROUNDS; round++) {
      const [first, second] = threads;
      one.push(await timesOf(() => first?.simulate({ from: 0, to: PATHS })));
      two.push(
        await timesOf(() =>
          Promise.all([
            first?.simulate({ from: 0, to: half }),
            second?.simulate({ from: half, to: PATHS }),
          ]),
        ),
      );
      alone.push(await timesOf(() => peer.measure(PATHS)));
      beside.push(await timesOf(() => Promise.all([peer.measure(half), peer.measure(half)])));
    }
  } finally {
    await Promise.all([peer.remove(), ...threads.map((thread) => thread.end())]);
  }
  const quickest = (times: readonly Times[]): number =>
    Math.min(...times.map(({ wallMs }) => wallMs));
  return {
    title: `The same paths on two threads, ms, ${THREAD_ROUNDS} rounds`,
    columns: ["", "one thread", "two threads", "one over two"],
    rows: [
      ratioRow(
        "wall, median",
        one.map(({ wallMs }) => wallMs),
        two.map(({ wallMs }) => wallMs),
      ),
      ratioRow("wall, fastest", [quickest(one)], [quickest(two)]),
      ratioRow(
        `wall, median: ${peer.name}, processes`,
        alone.map(({ wallMs }) => wallMs),
        beside.map(({ wallMs }) => wallMs),
      ),
      ratioRow(`wall, fastest: ${peer.name}, processes`, [quickest(alone)], [quickest(beside)]),
      ratioRow(
        "CPU, median",
        one.map(({ cpuMs }) => cpuMs),
        two.map(({ cpuMs }) => cpuMs),
      ),
    ],
  };
}

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timesOf(work: () => unknown): Promise<Times> {
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

function startThread() {
  const entry = new URL("simulation-thread.ts", import.meta.url);
  const results = allocateResults(request);
  const thread = new Worker(entry, { execArgv: ["--conditions=source"] });
  const simulate = ({ from, to }: { from: number; to: number }): Promise<void> =>
    new Promise((resolve, reject) => {
      thread.once("error", reject);
      thread.once("message", () => {
        thread.off("error", reject);
        resolve();
      });
      const work: ThreadWork = { request, results, from, to };
      thread.postMessage(work, []);
    });
  return { simulate, end: () => thread.terminate() };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
