import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createPool } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "../src/config.ts";
import { listMarkedFunds } from "../src/examination/examination-marks.ts";
import type { BookFixture } from "../src/feed/book.fixture.ts";
import { FakeLedger } from "../src/feed/fake-ledger.fixture.ts";
import { createService } from "../src/service.ts";

/** The analytics service on a PostgreSQL of its own, durable as in production, over a feed that a case writes. */
export interface RunningAnalytics {
  readonly origin: string;
  readonly ledger: FakeLedger;
  readonly pool: Pool;
  /** Resolves when everything of the book was applied and examined. */
  readonly examined: (book: BookFixture) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const quiet = createLogger("bench", "error");
const POLL_MS = 20;

/** With the address of a language model, for tenants that consent. */
export async function startAnalytics(geminiUrl?: string): Promise<RunningAnalytics> {
  const server = await startTemporaryPostgres({ settings: { shared_buffers: "256MB" } });
  await server.ensureDatabase("analytics");
  const ledger = new FakeLedger();
  const url = server.url("analytics");
  const config = readConfig({
    DATABASE_URL_ANALYTICS: url,
    LEDGER_URL: await ledger.start(),
    ...(geminiUrl === undefined ? {} : { GEMINI_API_KEY: "key", GEMINI_BASE_URL: geminiUrl }),
  });
  const service = await createService(config, quiet, { authentication: OPEN_TO_ALL });
  await service.server.app.listen({ host: "127.0.0.1", port: 0 });
  const pool = createPool({ url, logger: quiet, max: 2 });
  return {
    origin: service.server.app.listeningOrigin,
    ledger,
    pool,
    examined: (book) => reached(pool, book),
    stop: async () => {
      await pool.end();
      await service.server.app.close();
      for (const close of service.closers) await close();
      await ledger.stop();
      await server.stop();
    },
  };
}

async function reached(pool: Pool, { tenantId, fundId, position }: BookFixture): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ position: string }>(
      `SELECT position FROM feed_book_position
       WHERE follower = 'analytics' AND tenant_id = $1 AND fund_id = $2`,
      [tenantId, fundId],
    );
    const isApplied = Number(rows[0]?.position ?? 0) >= position;
    if (isApplied && (await listMarkedFunds(pool)).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
