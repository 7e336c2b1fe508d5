import type { Pool } from "pg";

/** Numbered by their place. A published step is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE web_session (
     id_hash bytea PRIMARY KEY,
     subject text NOT NULL,
     issuer_session text,
     contents bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     seen_at timestamptz NOT NULL DEFAULT now()
   );
   CREATE INDEX web_session_subject ON web_session (subject);
   CREATE INDEX web_session_issuer_session ON web_session (issuer_session);
   CREATE INDEX web_session_created_at ON web_session (created_at);`,
  `CREATE TABLE web_saved_view (
     subject text NOT NULL,
     name text NOT NULL,
     fund_id text,
     search text NOT NULL,
     saved_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (subject, name)
   );`,
  `CREATE TABLE web_saved_report (
     subject text NOT NULL,
     name text NOT NULL,
     fund_id text,
     search text NOT NULL,
     saved_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (subject, name)
   );`,
  `CREATE TABLE web_watched_instrument (
     subject text NOT NULL,
     instrument_id text NOT NULL,
     watched_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (subject, instrument_id)
   );`,
];

/** Applies what the session database lacks. Web servers that start together take turns. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtext('allfunds web schema'))");
    await client.query("CREATE TABLE IF NOT EXISTS web_schema (step integer PRIMARY KEY)");
    const { rows } = await client.query<{ applied: number }>(
      "SELECT count(*)::integer AS applied FROM web_schema",
    );
    for (let step = rows[0]?.applied ?? 0; step < MIGRATIONS.length; step += 1) {
      await client.query(MIGRATIONS[step] ?? "");
      await client.query("INSERT INTO web_schema (step) VALUES ($1)", [step + 1]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
