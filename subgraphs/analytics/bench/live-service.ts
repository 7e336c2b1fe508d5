import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createPool, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import type { BookFixture } from "../src/feed/book.fixture.ts";
import { FakeLedger } from "../src/feed/fake-ledger.fixture.ts";

/** The service in a process of its own, on a PostgreSQL that is durable as in production, over a feed that a case writes. */
export interface LiveService {
  readonly origin: string;
  readonly ledger: FakeLedger;
  /** Resolves when the read model includes all events of the book. */
  readonly applied: (book: BookFixture) => Promise<void>;
  /** Processor time that the service has used, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

const POLL_MS = 20;
const PROCESS = fileURLToPath(new URL("./service-process.ts", import.meta.url));

export async function startLiveService(): Promise<LiveService> {
  const server = await startTemporaryPostgres({ settings: { shared_buffers: "256MB" } });
  await server.ensureDatabase("analytics");
  const ledger = new FakeLedger();
  const url = server.url("analytics");
  const child = fork(PROCESS, [url, await ledger.start()], { execArgv: ["--import", "tsx"] });
  const { origin } = await answerOf<{ origin: string }>(child);
  const pool = createPool({ url, logger: createLogger("bench", "error"), max: 2 });
  return {
    origin,
    ledger,
    applied: (book) => reached(pool, book),
    cpuMs: async () => {
      child.send("cpu");
      return (await answerOf<{ cpuMs: number }>(child)).cpuMs;
    },
    stop: async () => {
      await pool.end();
      child.kill();
      await once(child, "exit");
      await ledger.stop();
      await server.stop();
    },
  };
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const [answer] = (await once(child, "message")) as [Answer];
  return answer;
}

async function reached(pool: Pool, { tenantId, fundId, position }: BookFixture): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ position: string }>(
      `SELECT position FROM feed_book_position
       WHERE follower = 'analytics' AND tenant_id = $1 AND fund_id = $2`,
      [tenantId, fundId],
    );
    if (Number(rows[0]?.position ?? 0) >= position) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
