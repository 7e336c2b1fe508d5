import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "@allfunds/platform/testing/end-process";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";

/** Whether redis-server is installed. */
export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

export interface RedisServer {
  readonly url: string;
  /** Kills the process, as a crash would. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops it from answering while its connections stay open, as on an overloaded machine. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** Starts a Redis on a free port that stores nothing on disk. */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
    ];
    server = spawn("redis-server", args, { stdio: "ignore" });
    await untilItAnswers(url);
  };
  await start();
  return {
    url,
    start,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    kill: async () => {
      if (server !== undefined) await endProcess(server);
      server = undefined;
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  await Promise.race([
    client.ping(),
    sleep(20_000, undefined, { ref: false }).then(() => {
      throw new Error("redis-server did not start");
    }),
  ]);
  client.disconnect();
}
