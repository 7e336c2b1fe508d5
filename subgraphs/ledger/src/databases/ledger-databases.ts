import { AppError } from "@allfunds/contract/errors";
import type { BookId } from "../engine/book.ts";
import type { LedgerDatabase } from "./ledger-database.ts";
import type { TenantDirectory } from "./tenant-directory.ts";

const FENCE = "tenant_is_here";

/** The tenant is being moved, or lives elsewhere by now: nothing was written. */
const isFenced = (error: unknown): boolean =>
  (error as { constraint?: string } | undefined)?.constraint === FENCE;

const LONGEST_FENCE_MS = 10_000;
const LOOK_MS = 50;

/** The ledger databases of a system, each tenant in one of them. */
export class LedgerDatabases {
  readonly directory: TenantDirectory;
  readonly #databases: ReadonlyMap<string, LedgerDatabase>;

  constructor(directory: TenantDirectory, databases: readonly LedgerDatabase[]) {
    this.directory = directory;
    this.#databases = new Map(databases.map((database) => [database.name, database]));
  }

  get all(): readonly LedgerDatabase[] {
    return [...this.#databases.values()];
  }

  /** Counts in the first database, and the log names the book. */
  readonly reportCorrupt = (book: BookId, what: string): void =>
    this.all[0]?.reportCorrupt(book, what);

  named(name: string): LedgerDatabase {
    const database = this.#databases.get(name);
    if (database !== undefined) return database;
    throw new AppError("UPSTREAM_UNAVAILABLE", "The books are not reachable at present.", {
      detail: `no ledger database is named ${name}: see DATABASE_URLS_LEDGER`,
    });
  }

  async of(tenantId: string): Promise<LedgerDatabase> {
    return this.named((await this.directory.placeOf(tenantId)).database);
  }

  /**
   * Writes where the tenant lives. While its fence is closed nothing is written, so the work is done again behind it;
   * UPSTREAM_UNAVAILABLE when that takes too long.
   */
  async write<T>(
    tenantId: string,
    work: (database: LedgerDatabase) => Promise<T>,
    limitMs = LONGEST_FENCE_MS,
  ): Promise<T> {
    const giveUpAtMs = performance.now() + limitMs;
    for (;;) {
      const seen = this.directory.changed.turn;
      try {
        return await work(await this.of(tenantId));
      } catch (error) {
        if (!isFenced(error)) throw error;
        if (performance.now() > giveUpAtMs) throw beingMoved(error);
        await this.directory.changed.next(seen, new AbortController().signal, LOOK_MS);
      }
    }
  }
}

const beingMoved = (cause: unknown): AppError =>
  new AppError(
    "UPSTREAM_UNAVAILABLE",
    "The books are being moved to another database. Try again in a moment.",
    { cause, retryAfterSeconds: 1 },
  );
