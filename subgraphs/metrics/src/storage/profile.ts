import type { DatabaseClient, Pool } from "@allfunds/platform/database";

/** An instrument by its key. */
export interface InstrumentKey {
  readonly tenantId: string;
  readonly instrumentId: string;
}

/**
 * How the time series lie in the database. Whatever the profile, the tables `daily_price`, `price_point`,
 * `price_hour`, `price_day`, `account_day` and `fund_day` answer the same queries with the same rows.
 */
export interface StorageProfile {
  readonly name: string;
  /** Statements that lay out prices and their roll-ups, and take over what was stored before. */
  readonly layOut: readonly string[];
  /**
   * Brings the roll-ups of an instrument's points up to date, in the transaction that changed the points.
   * The touched hours are the rows of the temporary table `touched_hour (bucket, until)`.
   */
  rollUp(client: DatabaseClient, key: InstrumentKey): Promise<void>;
  /**
   * The parts of a statement that bring the roll-ups up to date with the rows of `tick (instrument_id, at,
   * open, high, low, close, volume)` of the tenant $1, which are later than every point of their instruments.
   */
  readonly ticksToRollUps: string;
  /** Finishes what roll-ups need after the commit; a reader is right before it, too. */
  afterCommit(pool: Pool): Promise<void>;
  /** Deletes points older than an instant, and what was known of them; their roll-ups stay. */
  dropPointsBefore(client: DatabaseClient, horizon: Date): Promise<void>;
}
