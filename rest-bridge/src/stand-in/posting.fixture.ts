import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import { newId } from "@allfunds/platform/ids";
import { EUR, FUND } from "./sample-values.fixture.ts";

interface Entry {
  readonly accountId: string;
  readonly side: "DEBIT" | "CREDIT";
  readonly amount: string;
  readonly currency?: string;
}

export interface Posting {
  readonly id?: string;
  readonly fundId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference?: string | null;
  readonly metadata?: object;
  readonly entries: readonly Entry[];
  readonly idempotencyKey?: string;
  readonly fx?: readonly {
    readonly base: string;
    readonly quote: string;
    readonly rate: string;
    readonly baseAmount?: string;
    readonly quoteAmount?: string;
  }[];
}

export interface StoredTransaction {
  readonly id: string;
  readonly replayed: boolean;
  readonly entries: readonly object[];
  readonly posted: readonly Entry[];
  reverses: { readonly id: string } | null;
  readonly reversedBy: { readonly id: string }[];
}

/** Looks up an account as the graph shows it. */
export type AccountOf = (id: string) => object | null;

/** The rules of posting that a client can break. */
export function refuseBrokenRules(input: Posting, accountOf: AccountOf): void {
  if (input.fundId !== FUND) throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
  let sum = 0n;
  for (const [index, { accountId, side, amount, currency }] of input.entries.entries()) {
    if (accountOf(accountId) === null) {
      throw new AppError("ACCOUNT_NOT_FOUND", `entries.${index}: there is no such account.`);
    }
    if (currency !== undefined && currency !== "EUR") {
      throw new AppError("CURRENCY_MISMATCH", `entries.${index}: the account is in EUR.`);
    }
    sum += (side === "DEBIT" ? 1n : -1n) * parseAmount(amount, "EUR");
  }
  if (sum !== 0n) throw new AppError("LEDGER_UNBALANCED", "Debits and credits differ.");
}

/** The transaction that a posting becomes. */
export function toTransaction(
  input: Posting,
  position: number,
  accountOf: AccountOf,
): StoredTransaction {
  const id = input.id ?? newId();
  const transaction = {
    id,
    fund: { id: FUND },
    position,
    effectiveDate: input.effectiveDate,
    recordedAt: "2026-06-30T12:00:00.000Z",
    description: input.description,
    reference: input.reference ?? null,
    replayed: false,
    posted: input.entries,
    reverses: null,
    reversedBy: [],
    metadata: input.metadata ?? {},
    fx: (input.fx ?? []).map(({ baseAmount = "1.00", quoteAmount = "1.08", ...rate }) => ({
      ...rate,
      scale: 2,
      baseAmount: EUR(baseAmount),
      quoteAmount: EUR(quoteAmount),
    })),
    entries: input.entries.map((entry, leg) => ({
      id: `${id}:${leg + 1}`,
      account: accountOf(entry.accountId),
      side: entry.side,
      amount: EUR(entry.amount),
      balanceAfter: EUR("-10.00"),
    })),
  };
  return transaction;
}
