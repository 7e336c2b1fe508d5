import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree } from "@allfunds/embedded-postgres";
import { ClientCredentials } from "@allfunds/platform/auth/tokens";
import { choosePorts } from "../src/ports.ts";

const LAUNCHER = join(import.meta.dirname, "../dist/main.js");
const START_LIMIT_MS = 300_000;

/** The whole product, started by its own launcher in a directory and on ports of its own. */
export class RunningSystem {
  readonly dataDir: string;
  readonly offset: number;
  readonly #launcher: ChildProcess;
  #output = "";
  #credentials: ClientCredentials | undefined;

  private constructor(dataDir: string, offset: number, launcher: ChildProcess) {
    this.dataDir = dataDir;
    this.offset = offset;
    this.#launcher = launcher;
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
    const system = new RunningSystem(dataDir, offset, launcher);
    const deadline = Date.now() + START_LIMIT_MS;
    while (!system.#output.includes("AllFunds is ready")) {
      if (launcher.exitCode !== null || Date.now() > deadline) {
        launcher.kill("SIGTERM");
        throw new Error(`the system did not start:\n${system.#output}`);
      }
      await pause(100);
    }
    return system;
  }

  url(standardPort: number, path: string): string {
    return `http://127.0.0.1:${standardPort + this.offset}${path}`;
  }

  async demo(): Promise<DemoDirectory> {
    return JSON.parse(await readFile(join(this.dataDir, "demo.json"), "utf8")) as DemoDirectory;
  }

  /** An access token of the demo's first client, which has every scope. */
  async token(): Promise<string> {
    this.#credentials ??= await this.#demoCredentials();
    return this.#credentials.token();
  }

  async #demoCredentials(): Promise<ClientCredentials> {
    const { tokenEndpoint, resource, clients } = await this.demo();
    const [first] = clients;
    if (first === undefined) throw new Error("the demo has no client");
    return new ClientCredentials({ tokenEndpoint, resource, ...first });
  }

  /** The header with which a request is the demo's first client. */
  async authorization(): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token()}` };
  }

  /** A GraphQL answer from the gateway, whole: data and errors. */
  async graphql<Data = Record<string, never>>(
    query: string,
    variables: object = {},
  ): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(this.url(4000, "/graphql"), {
      method: "POST",
      headers: { "content-type": "application/json", ...(await this.authorization()) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>;
  }

  /** The data of an operation that must not fail in any part. */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await this.graphql<Data>(query, variables);
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
    return data;
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
    if (this.#launcher.exitCode === null) {
      this.#launcher.kill("SIGINT");
      await once(this.#launcher, "exit");
    }
    return { code: this.#launcher.exitCode, output: this.#output };
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

export interface DemoDirectory {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly resource: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes: readonly string[];
  }[];
  readonly users: readonly {
    readonly email: string;
    readonly password: string;
    readonly role: string;
    readonly totpSecret?: string;
  }[];
  readonly endpoints: { readonly web: string };
  readonly fundIds: Readonly<Record<string, string>>;
  readonly accountIds: Readonly<Record<string, string>>;
  readonly instrumentIds: Readonly<Record<string, string>>;
}

export interface GraphqlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
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
