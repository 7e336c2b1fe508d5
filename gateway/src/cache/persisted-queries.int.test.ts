import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createLogger } from "@allfunds/platform/logging";
import { afterEach, expect, it } from "vitest";
import { RedisPersistedQueries } from "./persisted-queries.ts";

const logger = createLogger("test", "silent");
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const cacheAt = (port: number): RedisPersistedQueries => {
  const cache = new RedisPersistedQueries(`redis://127.0.0.1:${port}`, logger);
  closers.push(async () => cache.close());
  return cache;
};

/** A server that accepts connections and never answers, as a hanging Redis. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

it.each([
  ["is not there", async () => 1],
  ["hangs", silentServer],
])("caches in this process without an error when Redis %s", async (_name, portOf) => {
  const cache = cacheAt(await portOf());
  await cache.set("key", "value");
  expect(await cache.get("key")).toBe("value");
  expect(await cache.get("other")).toBeUndefined();
  expect(await cache.delete("key")).toBe(true);
  expect(await cache.get("key")).toBeUndefined();
});
