import type { Client } from "pg";
import type { ConcurrentIndex, NamedMigration } from "./migration.ts";
import { IndexMigration } from "./migration.ts";

/** The indexes of a migration that builds nothing else; undefined for every other one. */
export function indexesOf({
  class: Steps,
}: NamedMigration): readonly ConcurrentIndex[] | undefined {
  const steps = new Steps();
  return steps instanceof IndexMigration ? steps.indexes() : undefined;
}

/**
 * Builds indexes while their tables are written to, one after the other. One that was left invalid, because its build
 * was cut off or a duplicate came in between, is dropped and built again; a valid one stays.
 */
export async function buildIndexes(
  client: Client,
  indexes: readonly ConcurrentIndex[],
): Promise<void> {
  for (const index of indexes) {
    const state = await stateOf(client, index.name);
    if (state === "valid") continue;
    if (state === "invalid") await client.query(`DROP INDEX CONCURRENTLY ${index.name}`);
    const unique = index.isUnique === true ? "UNIQUE " : "";
    await client.query(`CREATE ${unique}INDEX CONCURRENTLY ${index.name} ON ${index.on}`);
  }
}

async function stateOf(client: Client, name: string): Promise<"absent" | "invalid" | "valid"> {
  const { rows } = await client.query<{ valid: boolean }>(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [name],
  );
  const [found] = rows;
  if (found === undefined) return "absent";
  return found.valid ? "valid" : "invalid";
}
