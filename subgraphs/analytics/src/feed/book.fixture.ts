import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { AccountType, LedgerEvent } from "@allfunds/contract/events";

export interface Posting {
  /** Positive: into the bank; negative: out of it. */
  readonly amount: string;
  readonly description: string;
  readonly date?: string;
  readonly counterparty?: string;
  readonly reference?: string;
  readonly contra?: string;
  readonly bank?: string;
}

/** Writes the events a ledger would publish for one fund, with gap-free positions. */
export class BookFixture {
  readonly fundId = newId();
  readonly tenantId: string;
  /** What comes first in the book: the fund, its bank account and a suspense account. */
  readonly opening: readonly LedgerEvent[];
  readonly #accounts = new Map<string, string>();
  #position = 0;

  constructor(tenantId: string = DEMO_TENANT_ID) {
    this.tenantId = tenantId;
    this.opening = this.#open();
  }

  get position(): number {
    return this.#position;
  }

  #open(): LedgerEvent[] {
    return [
      {
        ...this.#envelope(),
        type: "FundOpened",
        payload: { fundId: this.fundId, name: "Test fund", currency: "EUR" },
      },
      this.account("Bank EUR", "ASSET"),
      this.account("Suspense", "LIABILITY"),
    ];
  }

  /** Without a mark the event is one recorded before accounts had any. */
  account(
    name: string,
    type: AccountType,
    { code, ...mark }: { code?: string; countsAsCash?: boolean } = {},
  ): LedgerEvent {
    const accountId = newId();
    this.#accounts.set(name, accountId);
    return {
      ...this.#envelope(),
      type: "AccountOpened",
      payload: {
        accountId,
        fundId: this.fundId,
        code: code ?? String(1000 + this.#accounts.size),
        name,
        type,
        currency: "EUR",
        ...mark,
      },
    };
  }

  /** Of an account by the name it was opened with. */
  rename(account: string, name: string, countsAsCash: boolean): LedgerEvent {
    const accountId = this.#accounts.get(account) ?? newId();
    const details = { name, parentId: null, metadata: {}, countsAsCash };
    const payload = { accountId, fundId: this.fundId, ...details };
    return { ...this.#envelope(), type: "AccountRenamed", payload };
  }

  post({ amount, description, date, counterparty, reference, contra, bank }: Posting): PostedEvent {
    const paid = amount.startsWith("-");
    const entry = (account: string, side: "DEBIT" | "CREDIT") => ({
      accountId: this.#accounts.get(account) ?? newId(),
      side,
      amount: amount.replace("-", ""),
      currency: "EUR",
      balanceAfter: "0.00",
    });
    return {
      ...this.#envelope(),
      type: "TransactionPosted",
      payload: {
        transactionId: newId(),
        fundId: this.fundId,
        effectiveDate: date ?? "2026-06-15",
        description,
        reference: reference ?? null,
        metadata: {},
        entries: [
          entry(bank ?? "Bank EUR", paid ? "CREDIT" : "DEBIT"),
          entry(contra ?? "Suspense", paid ? "DEBIT" : "CREDIT"),
        ],
        source: { kind: "STATEMENT", ...(counterparty === undefined ? {} : { counterparty }) },
      },
    };
  }

  #envelope() {
    this.#position += 1;
    return {
      tenantId: this.tenantId,
      fundId: this.fundId,
      position: this.#position,
      recordedAt: "2026-06-15T10:00:00.000Z",
    };
  }
}

export type PostedEvent = Extract<LedgerEvent, { type: "TransactionPosted" }>;
