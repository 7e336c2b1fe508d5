import type { ClientBase } from "pg";

/**
 * What the code relies on, whatever the server, the database and the role have as their defaults. A statement
 * limit of the role would end migrations; the limits of requests are set where requests are served.
 */
const PINNED: Readonly<Record<string, string>> = {
  bytea_output: "hex",
  client_encoding: "UTF8",
  datestyle: "ISO, MDY",
  default_transaction_deferrable: "off",
  default_transaction_isolation: "read committed",
  extra_float_digits: "1",
  idle_in_transaction_session_timeout: "0",
  intervalstyle: "postgres",
  lock_timeout: "0",
  row_security: "on",
  search_path: "public",
  standard_conforming_strings: "on",
  statement_timeout: "0",
  timezone: "UTC",
};

/** The statement that pins the settings of a session. `options` of the URL keep what they set. */
function pinnedSettings(url: string, others: Readonly<Record<string, string>>): string {
  const options = new URL(url).searchParams.get("options") ?? "";
  return Object.entries({ ...PINNED, ...others })
    .filter(([name]) => !new RegExp(`\\b${name}\\s*=`, "i").test(options))
    .map(([name, value]) => `SET SESSION ${name} = ${quoted(name, value)}`)
    .join("; ");
}

// A list of names in quotes would be one name.
const quoted = (name: string, value: string): string =>
  name === "search_path" ? value : `'${value}'`;

const LIMIT_MS = 4_000;

/** Pins the settings of a new connection, in one round trip. */
export async function pinSettings(
  client: ClientBase,
  url: string,
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Nothing else ends a connection that its pool has not lent yet.
  const limited = { text: pinnedSettings(url, others), query_timeout: LIMIT_MS };
  await client.query(limited);
}
