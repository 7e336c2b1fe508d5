import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** Whether this machine has a redis-server to test with. */
export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

export interface RedisServer {
  readonly url: string;
  /** Ends it without a word, as a crash would. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Lets it keep its connections and answer nothing, as an overloaded machine would. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** A real Redis on a port of its own that keeps nothing on disk. */
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
    await answers(url);
  };
  await start();
  return {
    url,
    start,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    kill: async () => {
      if (server === undefined || server.exitCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
      server = undefined;
    },
  };
}

async function answers(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  await Promise.race([
    client.ping(),
    sleep(5_000, undefined, { ref: false }).then(() => {
      throw new Error("redis-server did not start");
    }),
  ]);
  client.disconnect();
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
