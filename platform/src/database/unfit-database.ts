import { randomUUID } from "node:crypto";
import pg from "pg";
import { streamOf } from "./database-watch.ts";

/** A database that the services must not use as it is; the message is for the operator. */
export class UnfitDatabase extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnfitDatabase";
  }
}

/**
 * Throws UnfitDatabase when the tables would be in another schema than the services use, and when a pooler gives
 * the statements of one client to sessions of others: locks, notifications and prepared statements need their own.
 */
export async function refuseUnfit(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ schema: string | null; pid: number }>(
    "SELECT current_schema() AS schema, pg_backend_pid() AS pid",
  );
  const [{ schema, pid } = { schema: null, pid: 0 }] = rows;
  const hasChosen = /search_path/i.test(new URL(url).searchParams.get("options") ?? "");
  if (schema !== "public" && !hasChosen) {
    throw new UnfitDatabase(
      `its search path leads to ${schema === null ? "no schema" : `the schema ${schema}`}; add ?options=-c%20search_path%3D<schema> to the URL, or reset it`,
    );
  }
  // A pooler has process numbers of its own.
  const { processID } = client as unknown as { readonly processID: number | null };
  if (processID !== pid && !(await keepsSession(client, url))) {
    throw new UnfitDatabase(
      "it is reached through a pooler in transaction mode; name PostgreSQL itself, or a pooler in session mode",
    );
  }
}

const ANSWER_LIMIT_MS = 3_000;

/** Whether a setting of a session is still there after another client has used the pooler. */
async function keepsSession(client: pg.Client, url: string): Promise<boolean> {
  const mark = randomUUID();
  await client.query("SELECT set_config('allfunds.session', $1, false)", [mark]);
  const other = new pg.Client({ connectionString: url, query_timeout: ANSWER_LIMIT_MS });
  other.on("error", () => undefined);
  await other.connect();
  try {
    // In its transaction it holds the session that was free last.
    await other.query("BEGIN");
    const reading = {
      text: "SELECT current_setting('allfunds.session', true) AS mark",
      query_timeout: ANSWER_LIMIT_MS,
    };
    const { rows } = await client.query<{ mark: string | null }>(reading);
    return rows[0]?.mark === mark;
  } catch {
    // The only session of the pooler was taken by the other client.
    return false;
  } finally {
    streamOf(other).destroy();
  }
}
