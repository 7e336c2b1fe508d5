import type { Pool } from "pg";

/** Instruments that one person watches at most. */
export const MOST_WATCHED = 30;

/** The instruments that people watch, in the database of the sessions. Each person has only their own. */
export class WatchedInstruments {
  readonly #pool: Pool;
  readonly #ready: () => Promise<void>;

  /** `ready` resolves when the tables are there. */
  constructor(pool: Pool, ready: () => Promise<void>) {
    this.#pool = pool;
    this.#ready = ready;
  }

  /** Their ids, in the order in which they were added. */
  async list(subject: string): Promise<string[]> {
    await this.#ready();
    const { rows } = await this.#pool.query<{ id: string }>(
      `SELECT instrument_id AS id FROM web_watched_instrument
        WHERE subject = $1 ORDER BY watched_at, instrument_id`,
      [subject],
    );
    return rows.map(({ id }) => id);
  }

  /** Adds an instrument; false when there are too many. */
  async watch(subject: string, instrumentId: string): Promise<boolean> {
    await this.#ready();
    const { rowCount } = await this.#pool.query(
      `INSERT INTO web_watched_instrument (subject, instrument_id)
       SELECT $1, $2
        WHERE (SELECT count(*) FROM web_watched_instrument
                WHERE subject = $1 AND instrument_id <> $2) < $3
       ON CONFLICT (subject, instrument_id) DO UPDATE SET subject = EXCLUDED.subject`,
      [subject, instrumentId, MOST_WATCHED],
    );
    return rowCount === 1;
  }

  async unwatch(subject: string, instrumentId: string): Promise<void> {
    await this.#ready();
    await this.#pool.query(
      "DELETE FROM web_watched_instrument WHERE subject = $1 AND instrument_id = $2",
      [subject, instrumentId],
    );
  }
}
