import type { AddressInfo } from "node:net";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import { FEED_START } from "../src/feed/feed-place.ts";
import { readFeed } from "../src/feed/read-feed.ts";
import { Sequencer } from "../src/feed/sequencer.ts";
import { WakeSignal } from "../src/feed/wake-signal.ts";
import { createService } from "../src/service.ts";
import type { Config } from "../src/config.ts";
import { openBenchFund, openBooks, transfer, type BenchFund } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { median, percentile } from "./statistics.ts";
import { text, type Table } from "@allfunds/platform/bench";
import { followFeed } from "../src/feed/feed.ts";
import { OrderPool } from "../src/tenancy/order-pool.ts";

const CATCH_UP_EVENTS = 100_000;
const PACED_PER_SECOND = 1_000;
const PASSES = 5;

/** How fast followers catch up, and how soon they receive what was committed. */
export async function measureFeed(
  server: BenchServer,
  { seconds }: { readonly seconds: number },
): Promise<Table> {
  const sequencer = new Sequencer(server.ledgerUrl, quiet);
  sequencer.start();
  const { books, close } = openBooks(server, (book) => sequencer.bookMoved(book));
  const fund = await openBenchFund(books, benchContext(DEMO_TENANT_ID), 100);
  const [from = "", to = ""] = fund.accounts;
  for (let posted = 0; posted < CATCH_UP_EVENTS; posted += 500) {
    const orders = Array.from({ length: 500 }, () => transfer(fund.fundId, from, to));
    await books.executeEach(benchContext(DEMO_TENANT_ID), fund.fundId, orders, false);
  }
  await server.analyze();
  const config = { DATABASE_URL_LEDGER: server.ledgerUrl } as Config;
  const ledger = await createService(config, quiet, { authentication: OPEN_TO_ALL });
  await ledger.server.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = ledger.server.app.server.address() as AddressInfo;
  const socket = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket });

  const stored = await medianPass(() => readAll(server, fund.fundId));
  const subscribed = await medianPass(() => subscribeAll(socket, fund.fundId));
  const send = async (): Promise<number> => {
    const order = transfer(fund.fundId, from, to);
    const [event] = await books.execute(benchContext(DEMO_TENANT_ID), order);
    return event?.position ?? 0;
  };
  const delays = await measureDelays(socket, fund, send, seconds);

  await socket.dispose();
  await ledger.server.app.close();
  for (const end of ledger.closers) await end();
  await close();
  await sequencer.stop();
  return {
    title: "Feed",
    columns: ["case", "result"],
    rows: [
      ["catch-up in the store, events/s", text(stored)],
      ["catch-up over the subscription, events/s", text(subscribed)],
      [
        `commit to subscriber at ${PACED_PER_SECOND} events/s, p50 / p99 ms`,
        `${text(percentile(delays, 0.5), 1)} / ${text(percentile(delays, 0.99), 1)}`,
      ],
    ],
  };
}

/** A pass takes a second or two: one for compilers and caches, then the median of several. */
async function medianPass(pass: () => Promise<number>): Promise<number> {
  await pass();
  const perSecond: number[] = [];
  while (perSecond.length < PASSES) perSecond.push(await pass());
  return median(perSecond);
}

async function readAll({ ledgerUrl }: BenchServer, fundId: string): Promise<number> {
  const pool = new OrderPool(createPool({ url: ledgerUrl, logger: quiet }));
  const startedAt = performance.now();
  let count = 0;
  const pages = followFeed({
    read: (after) => readFeed(pool, DEMO_TENANT_ID, fundId, after),
    moved: new WakeSignal(),
    after: FEED_START,
  });
  for await (const { events } of pages) {
    count += events.length;
    if (count >= CATCH_UP_EVENTS) break;
  }
  const perSecond = (count / (performance.now() - startedAt)) * 1_000;
  await pool.end();
  return perSecond;
}

const FOLLOW = `subscription ($fundId: ID, $after: Cursor) {
  ledgerEvents(fundId: $fundId, after: $after) {
    events { cursor tenantId fundId position type recordedAt payload }
    cursor
  }
}`;

interface Batch {
  readonly ledgerEvents: {
    readonly events: readonly { readonly position: number }[];
    readonly cursor: string;
  };
}

async function subscribeAll(socket: Client, fundId: string): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  const query = { query: FOLLOW, variables: { fundId } };
  for await (const { data } of socket.iterate<Batch>(query)) {
    count += data?.ledgerEvents.events.length ?? 0;
    if (count >= CATCH_UP_EVENTS) break;
  }
  return (count / (performance.now() - startedAt)) * 1_000;
}

/** From the moment a posting is acknowledged until a subscriber holds it, in milliseconds. */
async function measureDelays(
  socket: Client,
  { fundId }: BenchFund,
  send: () => Promise<number>,
  seconds: number,
): Promise<number[]> {
  const acknowledged = new Map<number, number>();
  const arrived = new Map<number, number>();
  const wanted = seconds * PACED_PER_SECOND;
  const first = await send();
  const after = await cursorAt(socket, fundId, first);
  const following = (async () => {
    for await (const { data } of socket.iterate<Batch>({
      query: FOLLOW,
      variables: { fundId, after },
    })) {
      const now = performance.now();
      for (const { position } of data?.ledgerEvents.events ?? []) arrived.set(position, now);
      if (arrived.size >= wanted) return;
    }
  })();
  const startedAt = performance.now();
  const sending: Promise<unknown>[] = [];
  while (sending.length < wanted) {
    const due = Math.min(((performance.now() - startedAt) / 1_000) * PACED_PER_SECOND, wanted);
    while (sending.length < due) {
      sending.push(send().then((position) => acknowledged.set(position, performance.now())));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all([...sending, following]);
  return [...acknowledged].map(([position, at]) => Math.max((arrived.get(position) ?? 0) - at, 0));
}

/** The cursor right behind an event near the end of the feed. */
async function cursorAt(socket: Client, fundId: string, position: number): Promise<string> {
  for await (const { data } of socket.iterate<Batch>({ query: FOLLOW, variables: { fundId } })) {
    const batch = data?.ledgerEvents;
    if ((batch?.events.at(-1)?.position ?? 0) >= position) return batch?.cursor ?? "";
  }
  throw new Error("the feed ended");
}
