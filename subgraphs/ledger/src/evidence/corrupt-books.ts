import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { Counter, type Registry } from "prom-client";
import type { BookId } from "../engine/book.ts";
import { verifyBook } from "./verify-book.ts";

/**
 * The alarm for books that are not what their logs led to: a line in the service's log that names what is
 * wrong, and a counter to be alerted on. Clients are answered only that an operator has to look.
 */
export class CorruptBooks {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #found: Counter;

  constructor(pool: Pool, logger: Logger, registry: Registry) {
    this.#pool = pool;
    this.#logger = logger;
    this.#found = new Counter({
      name: "ledger_corrupt_book_total",
      help: "Times that a book was found not to be what its log led to; each needs an operator.",
      registers: [registry],
    });
  }

  /** Of figures that contradict each other. */
  readonly report = (book: BookId, what: string): void => {
    this.#found.inc();
    this.#logger.error({ book, what }, "a book is corrupt");
  };

  /** Of a book that takes no more writes: the log names the first row or event that is at fault. */
  readonly name = async (book: BookId): Promise<void> => {
    this.#found.inc();
    try {
      const found = await verifyBook(this.#pool, book);
      if (found.sound) this.#logger.error({ book }, "a book was corrupt, and is sound again");
      else this.#logger.error({ book, fault: found.fault }, "a book is corrupt");
    } catch (error) {
      this.#logger.error({ err: error, book }, "a corrupt book could not be verified");
    }
  };
}
