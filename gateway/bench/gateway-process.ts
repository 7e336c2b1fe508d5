import { spawn, type ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, hasEnded } from "@allfunds/platform/testing/end-process";
import { freePort } from "@allfunds/platform/testing/free-port";
import { Pool } from "undici";

/** How a gateway is started on a port; `env` replaces the environment. */
export interface GatewayCommand {
  readonly name: string;
  readonly argsOn: (port: number) => readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;
const NANOSECONDS_PER_MS = 1e6;

/** A gateway under measurement, a process of its own. */
export class GatewayProcess {
  readonly name: string;
  readonly url: string;
  readonly pool: Pool;
  readonly #process: ChildProcess;

  private constructor(name: string, port: number, process: ChildProcess, connections: number) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.pool = new Pool(this.url, { connections });
    this.#process = process;
  }

  /** Starts a gateway, and resolves when it answers a query. */
  static async start(command: GatewayCommand, connections: number): Promise<GatewayProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [...command.argsOn(port)], {
      cwd: command.cwd,
      stdio: ["ignore", "ignore", "inherit"],
      env: { NODE_ENV: "production", ...command.env },
    });
    const gateway = new GatewayProcess(command.name, port, child, connections);
    const giveUpAt = Date.now() + READY_WITHIN_MS;
    while (!(await gateway.#answers())) {
      if (hasEnded(child) || Date.now() > giveUpAt) {
        await gateway.stop();
        throw new Error(`The gateway ${command.name} did not start.`);
      }
      await sleep(100);
    }
    return gateway;
  }

  /** Sends an operation, and returns the text of the answer. Throws when it is refused. */
  async send(body: string, authorization?: string): Promise<string> {
    const { statusCode, body: answer } = await this.pool.request({
      method: "POST",
      path: "/graphql",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body,
    });
    const text = await answer.text();
    if (statusCode !== 200) throw new Error(`${this.name} answered ${statusCode}: ${text}`);
    return text;
  }

  /** CPU time of the process's threads, in milliseconds. Needs Linux. */
  async cpuMs(): Promise<number> {
    const tasks = `/proc/${this.#process.pid}/task`;
    const threads = await readdir(tasks);
    const texts = await Promise.all(
      threads.map((thread) => readFile(`${tasks}/${thread}/schedstat`, "utf8").catch(() => "0")),
    );
    return texts.reduce((all, text) => all + Number(text.split(" ")[0]) / NANOSECONDS_PER_MS, 0);
  }

  /** Resident memory in MB. Needs Linux. */
  async rssMb(): Promise<number> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    await this.pool.destroy();
    await endProcess(this.#process);
  }

  /** A gateway that requires a token has started when it refuses. */
  async #answers(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.pool.request({
        method: "POST",
        path: "/graphql",
        headers: { "content-type": "application/json" },
        body: '{"query":"{__typename}"}',
      });
      await body.dump();
      return statusCode < 500;
    } catch {
      return false;
    }
  }
}
