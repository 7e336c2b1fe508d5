import {
  preparedNameOf,
  type DatabaseClient,
  type Parameter,
  type Statement,
} from "@allfunds/platform";
import type { QueryResultRow } from "pg";
import { arrayLiteral } from "./array-literal.ts";
import type { Statements } from "./statements.ts";

/**
 * Takes statements to be sent later, all together, with their parameters in the form the server reads.
 * Whoever asks goes on at once and learns nothing: no rows, and no count of them.
 */
export class HeldStatements implements Statements {
  readonly all: Statement[] = [];

  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }> {
    this.all.push({ text: sql, values: parameters.map(readyParameter) });
    return Promise.resolve({ rows: [], rowCount: null });
  }
}

function readyParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return arrayLiteral(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  throw new TypeError("only plain values, dates, bytes and arrays of them");
}

/** Sends a statement that the server parses once per connection. */
export function sendPrepared<Row extends QueryResultRow>(
  client: DatabaseClient,
  sql: string,
  parameters: readonly unknown[],
): Promise<{ rows: Row[]; rowCount: number | null }> {
  return client.query<Row>({ name: preparedNameOf(sql), text: sql, values: [...parameters] });
}
