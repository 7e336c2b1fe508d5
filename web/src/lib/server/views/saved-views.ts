import type { Pool } from "pg";

/** A choice of a page, such as a filter of transactions, that a person keeps under a name. */
export interface SavedView {
  readonly name: string;
  /** The fund of which it names something; null where it fits every fund. */
  readonly fundId: string | null;
  /** The choice as a part of an address, without the question mark. */
  readonly search: string;
}

/** Whose views and lists a request is about. Every request of a page that has any is one of a session. */
export const subjectOf = ({ session }: Pick<App.Locals, "session">): string =>
  session?.subject ?? "";

/** Views that one person keeps at most. */
export const MOST_VIEWS = 50;

/** Where the views of a page are kept. */
type ViewTable = "web_saved_view" | "web_saved_report";

/** The saved views of all people of one page, in the database of the sessions. Each person has only their own. */
export class SavedViews {
  readonly #pool: Pool;
  readonly #ready: () => Promise<void>;
  readonly #table: ViewTable;

  /** `ready` resolves when the tables are there. */
  constructor(pool: Pool, ready: () => Promise<void>, table: ViewTable) {
    this.#pool = pool;
    this.#ready = ready;
    this.#table = table;
  }

  /** By name: those of a fund, and those of every fund. */
  async list(subject: string, fundId: string): Promise<SavedView[]> {
    await this.#ready();
    const { rows } = await this.#pool.query<SavedView>(
      `SELECT name, fund_id AS "fundId", search FROM ${this.#table}
        WHERE subject = $1 AND (fund_id IS NULL OR fund_id = $2) ORDER BY lower(name), name`,
      [subject, fundId],
    );
    return rows;
  }

  /** Keeps a view in place of the one with its name; false when there are too many. */
  async keep(subject: string, { name, fundId, search }: SavedView): Promise<boolean> {
    await this.#ready();
    const { rowCount } = await this.#pool.query(
      `INSERT INTO ${this.#table} (subject, name, fund_id, search)
       SELECT $1, $2, $3, $4
        WHERE (SELECT count(*) FROM ${this.#table} WHERE subject = $1 AND name <> $2) < $5
       ON CONFLICT (subject, name) DO UPDATE
         SET fund_id = EXCLUDED.fund_id, search = EXCLUDED.search, saved_at = now()`,
      [subject, name, fundId, search, MOST_VIEWS],
    );
    return rowCount === 1;
  }

  async drop(subject: string, name: string): Promise<void> {
    await this.#ready();
    await this.#pool.query(`DELETE FROM ${this.#table} WHERE subject = $1 AND name = $2`, [
      subject,
      name,
    ]);
  }
}
