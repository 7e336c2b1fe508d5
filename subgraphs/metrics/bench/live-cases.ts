import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { BookFixture } from "../src/feed/book.fixture.ts";
import { percentile, startMetrics, type RunningMetrics } from "./running-metrics.ts";
import { text, type Table } from "@allfunds/platform/bench";

const EVENTS_PER_SECOND = 1_000;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const TICK_MS = 5;
const EVENTS_PER_BATCH = 100;

/** From the commit of an event to the figures that include it, at a subscriber of the fund. */
export async function measureLive(): Promise<Table[]> {
  const metrics = await startMetrics(EVENTS_PER_BATCH);
  try {
    const latencies = await postAndListen(metrics);
    return [
      {
        title: `metricsUpdated at ${EVENTS_PER_SECOND} events a second over ${SECONDS} s, ms from the ledger's commit to the subscriber`,
        columns: ["events", "p50", "p99", "largest"],
        rows: [
          [
            text(latencies.length),
            text(percentile(latencies, 0.5), 1),
            text(percentile(latencies, 0.99), 1),
            text(Math.max(...latencies), 1),
          ],
        ],
      },
    ];
  } finally {
    await metrics.stop();
  }
}

async function postAndListen({ origin, ledger, applied }: RunningMetrics): Promise<number[]> {
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  ledger.publish(book.events);
  await applied(book);
  const client = createClient({
    url: `${origin.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
  });
  const query = `subscription { metricsUpdated(fundId: "${book.fundId}") {
    position cash { amount } netAssetValue { amount } inflow30d { amount } } }`;
  const committedAt: number[] = [];
  const latencies: number[] = [];
  let delivered = book.position;
  const listening = (async () => {
    for await (const { data } of client.iterate<{ metricsUpdated: { position: number } }>({
      query,
    })) {
      const at = performance.now();
      const position = data?.metricsUpdated.position ?? 0;
      for (; delivered < position; delivered++) {
        const sentAt = committedAt[delivered];
        if (sentAt !== undefined) latencies.push(at - sentAt);
      }
    }
  })();
  const today = new Date().toISOString().slice(0, 10);
  const startedAt = performance.now();
  const warmUp = WARM_UP_SECONDS * EVENTS_PER_SECOND;
  for (let posted = 0; posted < warmUp + SECONDS * EVENTS_PER_SECOND;) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * EVENTS_PER_SECOND);
    const start = book.position;
    for (; posted < due; posted++) {
      // What is posted while everything warms up is not measured.
      if (posted >= warmUp) committedAt[book.position] = performance.now();
      book.post(today, [bank, "DEBIT", "1"], [sales, "CREDIT", "1"]);
    }
    if (book.position > start) ledger.publish(book.events.slice(start));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await applied(book);
  // The last figures are on their way.
  while (delivered < book.position) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  await client.dispose();
  await listening;
  return latencies;
}
