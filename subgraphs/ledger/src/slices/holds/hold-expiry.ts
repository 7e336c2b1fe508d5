import { newTraceId, type RequestContext } from "@allfunds/platform/context";
import type { Logger } from "@allfunds/platform/logging";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { HoldCommand } from "./hold.ts";
import { Rounds, readTenants } from "../../tenancy/rounds.ts";
import type { OrderReads } from "../../tenancy/order-pool.ts";

const ROUND_MS = 5_000;

const READ_DUE = `
  SELECT DISTINCT book_id FROM hold
  WHERE tenant_id = $1 AND status = 'ACTIVE' AND expires_at <= $2`;

/**
 * Records the expiry of holds that no command has met. Nothing depends on when: a hold that is due
 * reserves nothing for any command or reader. Several instances may do it at the same time.
 */
export class HoldExpiry {
  readonly #books: CommandPort<HoldCommand>;
  readonly #pool: OrderReads;
  readonly #rounds: Rounds;

  constructor(books: CommandPort<HoldCommand>, pool: OrderReads, logger: Logger) {
    this.#books = books;
    this.#pool = pool;
    this.#rounds = new Rounds({
      everyMs: ROUND_MS,
      work: (now) => this.expire(now),
      failed: (error) => logger.warn({ err: error }, "expired holds could not be recorded"),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Records every expiry that is due at `now`. */
  async expire(now: Date): Promise<void> {
    for (const tenantId of await readTenants(this.#pool)) {
      const { rows } = await this.#pool.query<{ book_id: string }>(READ_DUE, [tenantId, now]);
      for (const { book_id: fundId } of rows) {
        await this.#books.execute(systemContext(tenantId, now), {
          bookId: fundId,
          command: { kind: "ExpireHolds", fundId },
          key: undefined,
          content: null,
        });
      }
    }
  }
}

const systemContext = (tenantId: string, now: Date): RequestContext => ({
  tenantId,
  actor: "ledger",
  scopes: ["ledger:write"],
  traceId: newTraceId(),
  now,
  idempotencyKey: undefined,
});
