import type { DatabaseClient } from "@allfunds/platform/database";

/** The name under which this service keeps its place in the ledger's feed. */
export const FOLLOWER_NAME = "metrics";

/** What is derived from the ledger's feed; instruments and their prices are not. */
export const DERIVED_TABLES = [
  "fund",
  "account",
  "account_day",
  "account_month",
  "fund_day",
  "fund_month",
  "flow_part",
  "posted_transaction",
  "book_rate",
  "class_nav",
  "exchange_rate",
  "exchange_rate_pair",
  "fund_sources",
] as const;

/** Empties what is read from the ledger again. */
export async function emptyReadModel(client: DatabaseClient): Promise<void> {
  await client.query(`TRUNCATE ${DERIVED_TABLES.join(", ")}`);
}
