import type { QueryResultRow } from "pg";

/** Where SQL goes with its parameters: a connection, or what stands before one. */
export interface Statements {
  query<Row extends QueryResultRow>(
    sql: string,
    parameters: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}
