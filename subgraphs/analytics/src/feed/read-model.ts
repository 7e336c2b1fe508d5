import type { DatabaseClient } from "@allfunds/platform/database";
import { setTenant } from "@allfunds/platform/tenancy";
import { dropWaiting } from "../questions/backlog.ts";
import { keepAnswers } from "../questions/kept-answers.ts";

/** The name under which this service keeps its place in the ledger's feed. */
export const FOLLOWER_NAME = "analytics";

/** What is derived from the ledger's feed; what people decided and what was spent on the language model is not. */
export const DERIVED_TABLES = [
  "account",
  "movement",
  "insight",
  "expectation",
  "examination_mark",
] as const;

const TENANTS = "SELECT DISTINCT tenant_id FROM feed_book_position WHERE follower = $1";

/** Empties what is read from the ledger again; the language model's answers are set aside for it. */
export async function emptyReadModel(client: DatabaseClient): Promise<void> {
  const { rows } = await client.query<{ tenant_id: string }>(TENANTS, [FOLLOWER_NAME]);
  for (const { tenant_id: tenantId } of rows) {
    const { text, values } = setTenant(tenantId);
    await client.query(text, [...values]);
    await keepAnswers(client, tenantId);
    await dropWaiting(client, tenantId);
  }
  // Row-level security, which shows one tenant's rows at a time, does not bind the table's owner here.
  await client.query(`TRUNCATE ${DERIVED_TABLES.join(", ")}`);
}
