import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, type GraphQLSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WebSocketServer } from "ws";
import { DEMO_TENANT_ID } from "../context.ts";
import { migrate } from "../database/migrate.ts";
import { createLogger } from "../logging.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { feedMigration } from "./cursor-store.ts";
import { createFollower, type Follower } from "./follower.ts";

const FUND = "018f0000-0000-7000-8000-0000000000f1";
const logger = createLogger("test", "silent");

/** A ledger that speaks the real feed over graphql-ws from an array of events. */
class SmallLedger {
  readonly log: object[] = [];
  wake: () => void = () => undefined;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  port = 0;

  publish(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const position = this.log.length + 1;
      this.log.push({
        cursor: String(position),
        tenantId: DEMO_TENANT_ID,
        fundId: FUND,
        position,
        type: "FundOpened",
        recordedAt: "2026-01-01T00:00:00.000Z",
        payload: { fundId: FUND, name: `n${position}`, currency: "EUR" },
      });
    }
    this.wake();
  }

  async start(): Promise<void> {
    const schema: GraphQLSchema = buildSchema(`
      scalar Cursor scalar SafeInt scalar DateTime scalar JSON
      type LedgerEvent { cursor: Cursor! tenantId: ID! fundId: ID! position: SafeInt! type: String! recordedAt: DateTime! payload: JSON! }
      type LedgerEventBatch { cursor: Cursor! events: [LedgerEvent!]! }
      type Query { ok: Boolean }
      type Subscription { ledgerEvents(after: Cursor): LedgerEventBatch! }`);
    const { log } = this;
    // oxlint-disable-next-line typescript/no-this-alias -- the generator below has no `this`
    const ledger = this;
    async function* ledgerEvents({ after }: { after: string | null }) {
      let sent = Number(after ?? 0);
      for (;;) {
        while (sent < log.length) {
          const events = log.slice(sent, sent + 3);
          sent += events.length;
          yield { ledgerEvents: { cursor: String(sent), events } };
        }
        await new Promise<void>((resolve) => {
          ledger.wake = resolve;
        });
      }
    }
    this.#server = createServer();
    this.#sockets = new WebSocketServer({ server: this.#server, path: "/graphql" });
    useServer({ schema, roots: { subscription: { ledgerEvents } } }, this.#sockets);
    await new Promise<void>((resolve) => this.#server?.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets?.clients ?? []) client.terminate();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

let database: TestDatabase;
let ledger: SmallLedger;
const followers: Follower[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: [feedMigration], logger });
  await database.pool.query("CREATE TABLE seen (position bigint PRIMARY KEY)");
  ledger = new SmallLedger();
  await ledger.start();
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await ledger.stop();
  await database.drop();
});

const follow = (apply?: () => void): Follower => {
  const follower = createFollower({
    name: "seen",
    ledgerUrl: `http://127.0.0.1:${ledger.port}`,
    pool: database.pool,
    logger,
    apply: async (client, events) => {
      for (const { position } of events)
        await client.query("INSERT INTO seen VALUES ($1)", [position]);
      apply?.();
    },
  });
  followers.push(follower);
  follower.start();
  return follower;
};

const seen = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ n: number }>("SELECT count(*)::int AS n FROM seen");
  return rows[0]?.n ?? 0;
};

it("applies what was there and what comes, and says when it has a position", async () => {
  ledger.publish(7);
  const follower = follow();
  await follower.waitFor(FUND, 7, 5_000);
  ledger.publish(1);
  await follower.waitFor(FUND, 8, 5_000);
  expect(await seen()).toBe(8);
});

it("says it is late instead of answering early", async () => {
  const follower = follow();
  await expect(follower.waitFor(FUND, 1, 100)).rejects.toMatchObject({
    code: "CONSISTENCY_TIMEOUT",
  });
});

it("applies nothing twice when an effect fails half-way and the batch comes again", async () => {
  let failures = 2;
  ledger.publish(5);
  const follower = follow(() => {
    if (failures-- > 0) throw new Error("lost power");
  });
  await follower.waitFor(FUND, 5, 10_000);
  expect(await seen()).toBe(5);
});

it("goes on after the ledger was away", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(FUND, 2, 5_000);
  await ledger.stop();
  ledger.publish(2);
  await ledger.start();
  await follower.waitFor(FUND, 4, 10_000);
  expect(await seen()).toBe(4);
});

it("goes on after its database connections were cut", async () => {
  ledger.publish(2);
  const follower = follow();
  await follower.waitFor(FUND, 2, 5_000);
  database.pool.on("error", () => undefined);
  await database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  ledger.publish(2);
  await follower.waitFor(FUND, 4, 10_000);
  expect(await seen()).toBe(4);
});

it("lets one of two replicas follow while both can wait for it", async () => {
  const [first, second] = [follow(), follow()];
  ledger.publish(6);
  await Promise.all([first.waitFor(FUND, 6, 5_000), second.waitFor(FUND, 6, 5_000)]);
  expect(await seen()).toBe(6);
  await first.stop();
  ledger.publish(1);
  await second.waitFor(FUND, 7, 10_000);
  await vi.waitFor(async () => expect(await seen()).toBe(7));
});
