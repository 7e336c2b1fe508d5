import { createLogger } from "@allfunds/platform/logging";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  hasRedisServer,
  type RedisServer,
  startRedisServer,
} from "@allfunds/platform/testing/redis";
import { RedisTicketStore } from "./ticket-stores.ts";
import { Tickets } from "./tickets.ts";

const TOKEN = "Bearer a.secret.token";
const later = () => new Date(Date.now() + 60_000);

describe("a ticket of one process", () => {
  const tickets = new Tickets();
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "performance"] }));
  afterEach(() => vi.useRealTimers());

  it("is redeemed once when it is valid, and never when it is guessed", async () => {
    const { ticket, expiresAt } = await tickets.issue(TOKEN, later());
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 28_000);
    expect(await tickets.redeem(`${ticket.slice(0, -1)}_`)).toBeUndefined();
    expect(await tickets.redeem(ticket)).toBe(TOKEN);
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  it("expires when its token does", async () => {
    const { ticket, expiresAt } = await tickets.issue(TOKEN, new Date(Date.now() + 1_500));
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 1_500);
    vi.advanceTimersByTime(1_100);
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });
});

describe.skipIf(!hasRedisServer)("a ticket in Redis (skipped without redis-server)", () => {
  let server: RedisServer;
  let replicas: Tickets[];
  /** Whether both replicas are connected: one redeems the other's ticket. */
  const areShared = async (): Promise<boolean> => {
    const { ticket } = (await replicas[0]?.issue(TOKEN, later())) ?? { ticket: "" };
    return (await replicas[1]?.redeem(ticket)) === TOKEN;
  };
  beforeAll(async () => {
    server = await startRedisServer();
    const logger = createLogger("gateway", "silent");
    replicas = [1, 2].map(() => new Tickets(new RedisTicketStore(server.url, logger)));
    await vi.waitUntil(areShared, { timeout: 60_000 });
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await server.kill();
  });

  it("is redeemed once when both replicas redeem it at once", async () => {
    const [one, other] = replicas;
    const { ticket } = (await one?.issue(TOKEN, later())) ?? { ticket: "" };
    const redeemed = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other)?.redeem(ticket)),
    );
    expect(redeemed.filter((found) => found === TOKEN).length).toBe(1);
  });

  it("is not revealed, nor its token, when the store is read", async () => {
    const { ticket } = (await replicas[0]?.issue(TOKEN, later())) ?? { ticket: "" };
    const reader = new Redis(server.url);
    const keys = await reader.keys("*");
    const values = await Promise.all(keys.map((key) => reader.get(key)));
    reader.disconnect();
    expect(values.length).toBeGreaterThan(0);
    const all = [...keys, ...values].join(" ");
    expect(all).not.toContain(ticket);
    expect(all).not.toContain("secret");
    expect(all).not.toContain(Buffer.from(TOKEN).toString("base64url").slice(4, 16));
  });

  it("is kept in memory when Redis is unavailable", async () => {
    const [one] = replicas;
    await server.kill();
    const { ticket } = (await one?.issue(TOKEN, later())) ?? { ticket: "" };
    expect(await one?.redeem(ticket)).toBe(TOKEN);
    expect(await one?.redeem(ticket)).toBeUndefined();
  });
});
