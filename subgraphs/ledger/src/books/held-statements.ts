import type { DatabaseClient } from "@allfunds/platform";
import type { QueryResultRow } from "pg";
import { arrayLiteral } from "./array-literal.ts";
import type { Statements } from "./statements.ts";

interface Held {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes statements while there is no connection for them yet, with their parameters in the form the
 * server reads, so that all that is left to do later is to send them. After that it sends at once.
 */
export class HeldStatements implements Statements {
  #held: Held[] = [];
  #client: DatabaseClient | undefined;

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    const ready = parameters.map((value) => (Array.isArray(value) ? arrayLiteral(value) : value));
    if (this.#client !== undefined) return sendPrepared<Row>(this.#client, sql, ready);
    return new Promise((resolve, reject) => {
      this.#held.push({ sql, parameters: ready, resolve, reject });
    });
  }

  /** Sends what was held, in order and without waiting in between; the rest follows directly. */
  sendTo(client: DatabaseClient): void {
    this.#client = client;
    for (const { sql, parameters, resolve, reject } of this.#held.splice(0)) {
      sendPrepared(client, sql, parameters).then(resolve as (result: unknown) => void, reject);
    }
  }
}

// The statements are constants of this program, so this holds a few dozen names at most.
const names = new Map<string, string>();

/** Sends a statement that the server parses once per connection. */
export function sendPrepared<Row extends QueryResultRow>(
  client: DatabaseClient,
  sql: string,
  parameters: readonly unknown[],
): Promise<{ rows: Row[]; rowCount: number | null }> {
  let name = names.get(sql);
  if (name === undefined) names.set(sql, (name = `ledger_${names.size}`));
  return client.query<Row>({ name, text: sql, values: [...parameters] });
}
