import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree } from "@allfunds/embedded-postgres";
import { endProcess, hasEnded } from "@allfunds/platform/testing/end-process";
import { MESH_HOST } from "../src/own-mesh.ts";
import { choosePorts } from "../src/ports.ts";
import { ReachableSystem, type DemoDirectory } from "./reachable-system.ts";

const LAUNCHER = join(import.meta.dirname, "../dist/main.js");
const START_LIMIT_MS = 900_000;

/** The whole product, started by its own launcher in a directory and on ports of its own. */
export class RunningSystem extends ReachableSystem {
  readonly dataDir: string;
  readonly offset: number;
  readonly #launcher: ChildProcess;
  readonly #base: string;
  #output = "";

  private constructor(dataDir: string, offset: number, launcher: ChildProcess, base: string) {
    super();
    this.dataDir = dataDir;
    this.offset = offset;
    this.#launcher = launcher;
    this.#base = base;
    const collect = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    launcher.stdout?.on("data", collect);
    launcher.stderr?.on("data", collect);
  }

  /**
   * Resolves when the launcher has printed that everything is ready; `env` configures its services, and `place`
   * names the place, when it is not a directory and ports of its own.
   */
  static async start(
    env: Readonly<Record<string, string>> = {},
    place?: { readonly dataDir: string; readonly offset: number },
  ): Promise<RunningSystem> {
    const { dataDir, offset } = place ?? {
      dataDir: await mkdtemp(join(tmpdir(), "allfunds-e2e-")),
      offset: await freeOffset(),
    };
    const launcher = spawn(
      process.execPath,
      [LAUNCHER, "--data", dataDir, "--offset", String(offset)],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, NODE_OPTIONS: "", VITEST: "", ...env },
      },
    );
    // Certificates name this host, and not its address.
    const base = env["MESH_CERTIFICATES"] ? `https://${MESH_HOST}` : "http://127.0.0.1";
    const system = new RunningSystem(dataDir, offset, launcher, base);
    const deadline = Date.now() + START_LIMIT_MS;
    while (!system.#output.includes("AllFunds is ready")) {
      if (hasEnded(launcher) || Date.now() > deadline) {
        await endProcess(launcher, "SIGTERM");
        throw new Error(`the system did not start:\n${system.#output}`);
      }
      await pause(100);
    }
    return system;
  }

  override url(standardPort: number, path: string): string {
    return `${this.#base}:${standardPort + this.offset}${path}`;
  }

  override async demo(): Promise<DemoDirectory> {
    return JSON.parse(await readFile(join(this.dataDir, "demo.json"), "utf8")) as DemoDirectory;
  }

  /** Kills a service, or `postgres`, the hard way. */
  async kill(service: string): Promise<void> {
    const pid = service === "postgres" ? await this.#postmaster() : this.#servicePid(service);
    process.kill(pid, "SIGKILL");
  }

  /** The processes of a service; of `postgres` the server and all its backends. */
  async pids(service: string): Promise<number[]> {
    if (service !== "postgres") return [this.#servicePid(service)];
    const postmaster = await this.#postmaster();
    return [postmaster, ...childrenOf(postmaster).map(({ pid }) => pid)];
  }

  async #postmaster(): Promise<number> {
    const file = await readFile(join(this.dataDir, "postgres", "postmaster.pid"), "utf8");
    return Number(file.split("\n")[0]);
  }

  #servicePid(service: string): number {
    const file = service === "web" ? "web/server.js" : `${service}/dist/main.js`;
    const found = childrenOf(this.#launcher.pid).find(({ args }) => args.includes(file));
    if (found === undefined) throw new Error(`${service} is not running`);
    return found.pid;
  }

  /** Stops it as Ctrl-C would; resolves with the exit code and everything it printed. */
  async stop(): Promise<{ code: number | null; output: string }> {
    const code = await endProcess(this.#launcher, "SIGINT");
    return { code, output: this.#output };
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function childrenOf(parent: number | undefined): { pid: number; args: string }[] {
  const listing = spawnSync("ps", ["-o", "pid=,args=", "--ppid", String(parent)], {
    encoding: "utf8",
  });
  return listing.stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ pid: Number.parseInt(line, 10), args: line }));
}

/** Below the ports that the operating system hands out. */
const OFFSETS = { first: 12_000, step: 10, count: 1_200 };

/** An offset whose ports are all free. Runs side by side begin their search at different ones. */
export async function freeOffset(): Promise<number> {
  for (let nth = 0; nth < OFFSETS.count; nth += 1) {
    const offset = OFFSETS.first + ((process.pid + nth) % OFFSETS.count) * OFFSETS.step;
    const free = await Promise.all(
      Object.values(choosePorts(offset, {})).map((port) => isPortFree(port)),
    );
    if (free.every(Boolean)) return offset;
  }
  throw new Error("no offset has all ports free");
}

/** Between two looks at a condition; never for as long as something is expected to take. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats until it holds; the last failure is the one reported. */
export async function eventually<T>(limitMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

/** One of the demo's ids by name. */
export function firstOf(ids: Readonly<Record<string, string>>): string {
  const [id] = Object.values(ids);
  if (id === undefined) throw new Error("the demo made none");
  return id;
}
