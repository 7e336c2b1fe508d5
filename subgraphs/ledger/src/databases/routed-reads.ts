import { ALL_GRANTED } from "@allfunds/platform/auth";
import type {
  Grants,
  GrantedReads,
  ReadOptions,
  TenantParameters,
  TenantReads,
} from "@allfunds/platform/tenancy";
import type { QueryResult, QueryResultRow } from "pg";
import type { LedgerDatabases } from "./ledger-databases.ts";

/** Reads in the database of their tenant. */
export class RoutedReads implements GrantedReads {
  readonly #databases: () => LedgerDatabases;
  readonly #funds: Grants;

  constructor(databases: () => LedgerDatabases, funds: Grants = ALL_GRANTED) {
    this.#databases = databases;
    this.#funds = funds;
  }

  async query<Row extends QueryResultRow>(
    sql: string,
    parameters: TenantParameters,
    options?: ReadOptions,
  ): Promise<QueryResult<Row>> {
    const { reads } = await this.#databases().of(parameters[0]);
    return reads.seeing(this.#funds).query<Row>(sql, parameters, options);
  }

  seeing(funds: Grants): TenantReads {
    return new RoutedReads(this.#databases, funds);
  }
}
