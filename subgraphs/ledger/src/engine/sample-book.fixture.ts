import type { AppError } from "@allfunds/contract/errors";
import type { AccountType, EntrySide } from "@allfunds/contract/events";
import { newId } from "@allfunds/platform/ids";
import type { PostTransaction } from "../slices/transactions/transaction.ts";
import { MODEL, type BookCommand, type BookEvent } from "../slices/model.ts";
import type { BookId, Requester } from "./book.ts";
import type { Envelope } from "./event-log.ts";
import { BookState, GENESIS } from "./book-state.ts";
import * as engine from "./decide.ts";
import { hashRequest, uuidOfText } from "./canonical-json.ts";

/** The engine with the slices of the ledger. */
export const evolve = (draft: BookState, event: BookEvent): void =>
  engine.evolve(MODEL, draft, event);

/** As the engine decides, its events typed. */
export function decide(
  command: BookCommand,
  state: BookState,
  now: Date = NOW,
  requester?: Requester,
):
  | { readonly accepted: true; readonly events: readonly BookEvent[] }
  | { readonly accepted: false; readonly refusal: AppError } {
  const decision = engine.decide(MODEL, command, state, now, requester);
  return decision.accepted
    ? { accepted: true, events: decision.events as readonly BookEvent[] }
    : decision;
}

export const decideBatch = (
  book: BookId,
  draft: BookState,
  submissions: readonly engine.Submission[],
  stored: ReadonlyMap<string, engine.Answer>,
): engine.DecidedBatch => engine.decideBatch(MODEL, book, draft, submissions, stored);

export const FUND_ID = "018f0000-0000-7000-8000-00000000f001";
export const BOOK = { tenantId: "018f0000-0000-7000-8000-000000000001", bookId: FUND_ID };
/** When everything in a pure test happens, unless it names another time. */
export const NOW = new Date("2026-06-30T12:00:00.000Z");

const accountId = (digits: string): string => `018f0000-0000-7000-8000-0000000000${digits}`;

/** Accounts of every state a test starts from: code, type and currency by id. */
export const ACCOUNTS = {
  bank: { id: accountId("a1"), type: "ASSET", currency: "EUR" },
  fees: { id: accountId("a2"), type: "EXPENSE", currency: "EUR" },
  capital: { id: accountId("a3"), type: "EQUITY", currency: "EUR" },
  dollars: { id: accountId("a4"), type: "ASSET", currency: "USD" },
  dollarGains: { id: accountId("a5"), type: "INCOME", currency: "USD" },
  yen: { id: accountId("a6"), type: "ASSET", currency: "JPY" },
} as const satisfies Record<string, { id: string; type: AccountType; currency: string }>;

/** A book with a EUR fund and the accounts above, all at zero. */
export function sampleBook(): BookState {
  const state = new BookState(GENESIS);
  evolve(state, { type: "FundOpened", fundId: FUND_ID, name: "Sample", currency: "EUR" });
  for (const [code, { id, type, currency }] of Object.entries(ACCOUNTS)) {
    evolve(state, {
      type: "AccountOpened",
      accountId: id,
      fundId: FUND_ID,
      code,
      name: code,
      accountType: type,
      currency,
      minimumMinor: null,
    });
  }
  return state;
}

/** `["bank", "DEBIT", "10.00"]`, with or without the currency. */
export type Leg = readonly [keyof typeof ACCOUNTS, EntrySide, string, string?];

export function posting(
  legs: readonly Leg[],
  more: Partial<PostTransaction> = {},
): PostTransaction {
  return {
    kind: "PostTransaction",
    fundId: FUND_ID,
    transactionId: newId(),
    effectiveDate: "2026-06-30",
    description: "A posting",
    reference: null,
    metadata: {},
    source: { kind: "API" },
    entries: legs.map(([name, side, amount, currency]) => ({
      accountId: ACCOUNTS[name].id,
      side,
      amount,
      currency,
    })),
    ...more,
  };
}

/** An envelope under a client's key, or under none. */
export const envelope = (
  command: BookCommand,
  key?: string,
  content: unknown = command,
): Envelope => ({
  command,
  actor: "test",
  now: NOW,
  key: key === undefined ? undefined : uuidOfText(key),
  clientChoseId: false,
  requestHash: key === undefined ? undefined : hashRequest(command.kind, content),
});

/** Carries a command out on the state and returns its verdict: `ok` or the code of its refusal. */
export function run(state: BookState, command: BookCommand, now: Date = NOW): string {
  const decision = decide(command, state, now);
  if (!decision.accepted) return decision.refusal.code;
  for (const event of decision.events) evolve(state, event);
  return "ok";
}
