import { spawn, type ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { once } from "node:events";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { eventually } from "../e2e/running-system.ts";

const START_LIMIT_MS = 10_000;

/** A Redis of the drill's own, started again by it after a kill, as an orchestrator would. */
export class RedisServer {
  readonly port: number;
  #process: ChildProcess;

  private constructor(port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
  }

  static async start(port: number): Promise<RedisServer> {
    return new RedisServer(port, await launch(port));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async startAgain(): Promise<void> {
    this.#process = await launch(this.port);
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGCONT");
    await endProcess(this.#process);
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", args, { stdio: "ignore", cwd: "/tmp" });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", () => reject(new Error("this drill needs redis-server on the path")));
  });
  const ready = eventually(START_LIMIT_MS, async () => {
    const socket = connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    socket.destroy();
  });
  await Promise.race([ready, failed]);
  return child;
}
