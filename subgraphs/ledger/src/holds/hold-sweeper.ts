import { newTraceId, type Logger, type RequestContext } from "@allfunds/platform";
import { setTimeout as pause } from "node:timers/promises";
import type { CommandProcessor } from "../books/command-processor.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";

const ROUND_MS = 5_000;
const MAX_HOLDS_PER_ROUND = 1_000;

const READ_TENANTS = `SELECT id FROM tenant ORDER BY id`;

const READ_DUE = `
  SELECT book_id, array_agg(DISTINCT account_id) AS account_ids FROM (
    SELECT book_id, account_id FROM hold
    WHERE tenant_id = $1 AND status = 'ACTIVE' AND expires_at <= $2
    ORDER BY expires_at LIMIT ${MAX_HOLDS_PER_ROUND}
  ) due GROUP BY book_id`;

/** Lists all tenants; needs no rows of theirs. */
export type TenantList = () => Promise<readonly string[]>;

export const tenantList =
  (pool: { query(sql: string): Promise<{ rows: { id: string }[] }> }): TenantList =>
  async () =>
    (await pool.query(READ_TENANTS)).rows.map(({ id }) => id);

/**
 * Records the expiry of holds that no command has met. Nothing depends on when: a hold that is due
 * reserves nothing for any command or reader. Instances may sweep at the same time.
 */
export class HoldSweeper {
  readonly #books: CommandProcessor;
  readonly #pool: TenantReads;
  readonly #tenants: TenantList;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(books: CommandProcessor, pool: TenantReads, tenants: TenantList, logger: Logger) {
    this.#books = books;
    this.#pool = pool;
    this.#tenants = tenants;
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
    for (const tenantId of await this.#tenants()) {
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
