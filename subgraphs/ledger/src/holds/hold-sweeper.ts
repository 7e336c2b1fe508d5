import { newTraceId, type Logger, type RequestContext } from "@allfunds/platform";
import { setTimeout as pause } from "node:timers/promises";
import type { CommandProcessor } from "../books/command-processor.ts";
import type { OrderReads } from "../tenancy/tenant-pool.ts";

const ROUND_MS = 5_000;
const MAX_HOLDS_PER_ROUND = 1_000;

// Whoever has a book is a tenant; nobody else can have a hold.
const READ_TENANTS = `SELECT DISTINCT tenant_id AS id FROM book ORDER BY 1`;

const READ_DUE = `
  SELECT book_id, array_agg(DISTINCT account_id) AS account_ids FROM (
    SELECT book_id, account_id FROM hold
    WHERE tenant_id = $1 AND status = 'ACTIVE' AND expires_at <= $2
    ORDER BY expires_at LIMIT ${MAX_HOLDS_PER_ROUND}
  ) due GROUP BY book_id`;

/**
 * Records the expiry of holds that no command has met. Nothing depends on when: a hold that is due
 * reserves nothing for any command or reader. Instances may sweep at the same time.
 */
export class HoldSweeper {
  readonly #books: CommandProcessor;
  readonly #pool: OrderReads;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(books: CommandProcessor, pool: OrderReads, logger: Logger) {
    this.#books = books;
    this.#pool = pool;
    this.#logger = logger;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** Records every expiry that is due at `now`. */
  async sweep(now: Date): Promise<void> {
    for (const { id: tenantId } of await this.#pool.queryOrder<{ id: string }>(READ_TENANTS, [])) {
      const { rows } = await this.#pool.query<{ book_id: string; account_ids: string[] }>(
        READ_DUE,
        [tenantId, now],
      );
      for (const { book_id: fundId, account_ids: accountIds } of rows) {
        await this.#books.execute(sweeperContext(tenantId, now), {
          bookId: fundId,
          command: { kind: "ExpireHolds", fundId, accountIds },
          key: undefined,
          said: null,
        });
      }
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.sweep(new Date()).catch((error: unknown) => {
        this.#logger.warn({ err: error }, "expired holds could not be swept");
      });
      await pause(ROUND_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

const sweeperContext = (tenantId: string, now: Date): RequestContext => ({
  tenantId,
  actor: "ledger",
  scopes: ["ledger:write"],
  traceId: newTraceId(),
  now,
  idempotencyKey: undefined,
});
