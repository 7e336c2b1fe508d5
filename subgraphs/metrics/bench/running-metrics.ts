import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "../src/config.ts";
import type { BookFixture } from "../src/feed/book.fixture.ts";
import { FakeLedger } from "../src/feed/fake-ledger.fixture.ts";
import { createService } from "../src/service.ts";
import pg from "pg";

/** The metrics service on a PostgreSQL of its own, durable as in production, over a feed that a case writes. */
export interface RunningMetrics {
  readonly origin: string;
  readonly ledger: FakeLedger;
  readonly pool: pg.Pool;
  /** Resolves when the figures include all events of the book. */
  readonly applied: (book: BookFixture) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const quiet = createLogger("bench", "error");
const POLL_MS = 20;

export async function startMetrics(eventsPerBatch: number): Promise<RunningMetrics> {
  const server = await startTemporaryPostgres({ settings: { shared_buffers: "256MB" } });
  await server.ensureDatabase("metrics");
  const ledger = new FakeLedger(eventsPerBatch);
  const url = server.url("metrics");
  const config = readConfig({ DATABASE_URL_METRICS: url, LEDGER_URL: await ledger.start() });
  const service = await createService(config, quiet, { authentication: OPEN_TO_ALL });
  await service.server.app.listen({ host: "127.0.0.1", port: 0 });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  return {
    origin: service.server.app.listeningOrigin,
    ledger,
    pool,
    applied: (book) => reached(pool, book),
    stop: async () => {
      await pool.end();
      await service.server.app.close();
      for (const close of service.closers) await close();
      await ledger.stop();
      await server.stop();
    },
  };
}

async function reached(pool: pg.Pool, { tenantId, fundId, position }: BookFixture): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ position: string }>(
      `SELECT position FROM feed_book_position
       WHERE follower = 'metrics' AND tenant_id = $1 AND fund_id = $2`,
      [tenantId, fundId],
    );
    if (Number(rows[0]?.position ?? 0) >= position) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The value below which a share of the sorted values lies. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};
