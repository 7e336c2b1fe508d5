import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ReachableSystem, type DemoDirectory } from "../../../launcher/e2e/reachable-system.ts";
import { RunningSystem } from "../../../launcher/e2e/running-system.ts";

/** The demo system that the jobs are done on. */
export interface DemoSystem {
  readonly system: ReachableSystem;
  /** Address of the web app, as browsers know it. */
  readonly webUrl: string;
  stop(): Promise<void>;
}

/** The demo that runs already: its data directory and offset, as in `JOBS_ON=.data:0`. */
// oxlint-disable-next-line node/no-process-env -- a setting of a run of tests, not of a service
const RUNNING = process.env["JOBS_ON"];

/** Starts a system of its own with the demo's data, or uses the one that `JOBS_ON` names. */
export async function startDemoSystem(): Promise<DemoSystem> {
  if (RUNNING !== undefined) {
    const [dataDir = "", offset = "0"] = RUNNING.split(":");
    const system = new RunningDemo(dataDir, Number(offset));
    return { system, webUrl: webUrlOf(system), stop: () => Promise.resolve() };
  }
  const system = await RunningSystem.start();
  return { system, webUrl: webUrlOf(system), stop: () => system.remove() };
}

// The name, not the number: browsers keep its cookie there without https.
const webUrlOf = (system: ReachableSystem): string =>
  system.url(3000, "").replace("127.0.0.1", "localhost");

class RunningDemo extends ReachableSystem {
  readonly #dataDir: string;
  readonly #offset: number;

  constructor(dataDir: string, offset: number) {
    super();
    this.#dataDir = dataDir;
    this.#offset = offset;
  }

  override url(standardPort: number, path: string): string {
    return `http://127.0.0.1:${standardPort + this.#offset}${path}`;
  }

  override async demo(): Promise<DemoDirectory> {
    return JSON.parse(await readFile(join(this.#dataDir, "demo.json"), "utf8")) as DemoDirectory;
  }
}
