import { maySeeFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { AccountObject } from "../slices/accounts/account-object.ts";
import { toFundObject, type FundObject } from "../slices/funds/fund-object.ts";
import type { FundRow } from "../slices/funds/fund-sql.ts";
import { grantsOf } from "../tenancy/fund-grants.ts";
import { Remembered } from "./remembered.ts";

const MOST_FUNDS = 10_000;
const MOST_ACCOUNTS = 50_000;

/** What of an account is the same for ever. */
export type AccountFacts = Pick<AccountObject, "id" | "code" | "type" | "currency" | "fundId">;

/** The fields of an account that its facts can answer. */
export const ACCOUNT_FACTS: ReadonlySet<string> = new Set([
  "__typename",
  "id",
  "code",
  "type",
  "currency",
  "fund",
]);

/** What this instance remembers of funds and accounts it has read, whoever they were read for. */
export class SharedFacts {
  readonly funds = new Remembered<FundRow>(MOST_FUNDS);
  readonly accounts = new Remembered<AccountFacts>(MOST_ACCOUNTS);
}

/** The part of it that one caller may see, as row-level security would show it. */
export class KnownFacts {
  readonly #shared: SharedFacts;
  readonly #request: RequestContext;

  constructor(shared: SharedFacts, request: RequestContext) {
    this.#shared = shared;
    this.#request = request;
  }

  /** A fund; nothing of it ever changes. */
  fund(id: string): FundObject | undefined {
    const row = this.#shared.funds.get(this.#request.tenantId, id);
    return row !== undefined && this.#maySee(row.id) ? toFundObject(row) : undefined;
  }

  /** An account with its facts and nothing else: only for who asks for no more than `ACCOUNT_FACTS`. */
  account(id: string): AccountObject | undefined {
    const facts = this.#shared.accounts.get(this.#request.tenantId, id);
    return facts !== undefined && this.#maySee(facts.fundId)
      ? Object.assign(new AccountObject(), facts)
      : undefined;
  }

  learnFunds(rows: ReadonlyMap<string, FundRow>): void {
    for (const row of rows.values()) this.#shared.funds.put(this.#request.tenantId, row.id, row);
  }

  learnAccounts(accounts: ReadonlyMap<string, AccountObject>): void {
    for (const { id, code, type, currency, fundId } of accounts.values()) {
      if (this.#shared.accounts.get(this.#request.tenantId, id) !== undefined) continue;
      const facts = { id, code, type, currency, fundId };
      this.#shared.accounts.put(this.#request.tenantId, id, facts);
    }
  }

  #maySee(fundId: string): boolean {
    return maySeeFund({ funds: grantsOf(this.#request) }, fundId);
  }
}
