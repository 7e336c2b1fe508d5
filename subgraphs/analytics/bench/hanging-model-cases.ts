import { withTransaction } from "@allfunds/platform/database";
import { percentile, text, type Table } from "@allfunds/platform/bench";
import { CATEGORIES } from "../src/classification/taxonomy.ts";
import { decideConsent } from "../src/consent/consent-store.ts";
import { BookFixture } from "../src/feed/book.fixture.ts";
import { answer, FakeGemini, never, type Reply } from "../src/gemini/fake-gemini.fixture.ts";
import { startAnalytics, type RunningAnalytics } from "./running-analytics.ts";

const ROUNDS = 8;
const POSTINGS_PER_ROUND = 60;
const OTHER = CATEGORIES.findIndex(({ code }) => code === "OTHER");

const answers: Reply = answer((items) =>
  items.map(({ item }) => ({ item, words: [0], category: OTHER, confidence: 0.9 })),
);

/**
 * What a posting takes until it has its category, while the language model answers and while it hangs. Each
 * posting is one that the built-in model does not understand, so each becomes a question. Rounds alternate, so
 * that both see the same machine.
 */
export async function measureHangingModel(): Promise<Table[]> {
  const gemini = new FakeGemini();
  gemini.replies = [answers];
  await gemini.start();
  const analytics = await startAnalytics(gemini.url);
  try {
    const book = new BookFixture();
    await consent(analytics, book);
    analytics.ledger.publish(book.opening);
    await postings(analytics, book);
    const [answering, hanging]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      gemini.replies = [answers];
      answering.push(...(await postings(analytics, book)));
      gemini.replies = [never];
      hanging.push(...(await postings(analytics, book)));
    }
    const [one, other] = [percentile(answering, 0.5), percentile(hanging, 0.5)];
    return [
      {
        title: `From a posting to its category, ${ROUNDS * POSTINGS_PER_ROUND} postings one after the other`,
        columns: ["language model", "p50 ms", "p95 ms"],
        rows: [
          row("answers", answering),
          row("hangs", hanging),
          ["ratio of the medians", text(other / one, 2), "-"],
        ],
      },
    ];
  } finally {
    await analytics.stop();
    await gemini.stop();
  }
}

const row = (name: string, times: readonly number[]): string[] => [
  name,
  text(percentile(times, 0.5), 1),
  text(percentile(times, 0.95), 1),
];

const consent = ({ pool }: RunningAnalytics, { tenantId }: BookFixture): Promise<boolean> =>
  withTransaction(pool, { tenantId }, (client) =>
    decideConsent(client, tenantId, { given: true, by: "bench" }),
  );

/** Milliseconds from the publication of each posting until the read model has it. */
async function postings({ ledger, pool }: RunningAnalytics, book: BookFixture): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < POSTINGS_PER_ROUND; count += 1) {
    const event = book.post({ amount: "-77.00", description: `Zzgq Vorp ${book.position}` });
    const startedAt = performance.now();
    ledger.publish([event]);
    await withTransaction(pool, { tenantId: book.tenantId }, async (client) => {
      while (!(await isStored(client, event.payload.transactionId)));
    });
    times.push(performance.now() - startedAt);
  }
  return times;
}

interface Queryable {
  query(sql: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

async function isStored(client: Queryable, transactionId: string): Promise<boolean> {
  const sql = "SELECT FROM movement WHERE transaction_id = $1";
  return (await client.query(sql, [transactionId])).rows.length > 0;
}
