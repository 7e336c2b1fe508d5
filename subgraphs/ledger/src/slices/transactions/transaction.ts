import { AppError } from "@allfunds/contract/errors";
import type { EntrySide } from "@allfunds/contract/events";
import { formatAmount, isHoldable, parseAmount } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import {
  Findings,
  checkDate,
  checkMetadata,
  checkText,
  checkUuid,
} from "../../engine/input-rules.ts";
import type { Lookup, ReplayContext, Want } from "../../engine/slice.ts";
import {
  accountOf,
  moveBalance,
  normalSide,
  refuseManaged,
  refuseOverdraft,
  refuseUnlessOpen,
  type AccountState,
} from "../accounts/account.ts";
import {
  refuseEntryDimensions,
  storedDimensions,
  type EntryDimensions,
} from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import { refuseClosedPeriod } from "../periods/period.ts";
import type { ClientValueDate } from "../value-dates/value-date.ts";
import { refusePublishedNav } from "../published-navs/published-nav.ts";
import { reversalDateOf, storedSource, type TransactionSource } from "./transaction-source.ts";
import { settleFx, type RecordedFx, type RequestedFx } from "./fx-rate.ts";

export interface PostedEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Minor units, positive. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The account's balance after this entry, in minor units on its normal side. */
  readonly balanceAfterMinor: bigint;
  /** Absent when it has none. */
  readonly dimensions?: EntryDimensions;
}

/** Money moved: entries that sum to zero in every currency. */
export interface TransactionPosted {
  readonly type: "TransactionPosted";
  readonly transactionId: string;
  readonly fundId: string;
  /** Value date, `YYYY-MM-DD`; may lie in the past. */
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly entries: readonly PostedEntry[];
  /** Rates at which it exchanges currencies, where they were given. */
  readonly fx?: readonly RecordedFx[];
  readonly source: TransactionSource;
  /** The person whose debits of the day it counts for; absent where no limit by day applies. */
  readonly countedFor?: string;
  /** Position of the tenant's own book by whose limits and dimensions it was decided; absent while that has no events. */
  readonly limitsAt?: number;
}

/** The reference when the client gave it, which makes it unique in the book; banks repeat theirs. */
export const clientReference = ({
  source,
  reference,
}: Pick<TransactionPosted, "source" | "reference">): string | null =>
  source.kind === "STATEMENT" ? null : reference;

/** The command to post a journal transaction, amounts as the client wrote them. */
export interface PostTransaction {
  readonly kind: "PostTransaction";
  readonly fundId: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly source: TransactionSource;
  readonly entries: readonly RequestedEntry[];
  readonly fx?: readonly RequestedFx[] | undefined;
  readonly confirmsFarDate?: ClientValueDate["confirmsFarDate"];
  /** It waits for another person, whatever its amount. */
  readonly awaitsApproval?: true | undefined;
}

export interface RequestedEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Decimal string in units of the account's currency. */
  readonly amount: string;
  /** When given it must be the account's own. */
  readonly currency?: string | undefined;
  readonly dimensions?: EntryDimensions | undefined;
}

export const storedEntries = z.array(
  z.object({
    accountId: z.string(),
    side: z.enum(["DEBIT", "CREDIT"]),
    amount: z.string(),
    currency: z.string().optional(),
    dimensions: storedDimensions.optional(),
  }),
);

/** What every command that posts has in common, as JSON keeps it. */
export const storedPosting = {
  fundId: z.string(),
  transactionId: z.string(),
  effectiveDate: z.string(),
  description: z.string(),
  reference: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
};

export const storedPostTransaction = z.object({
  kind: z.literal("PostTransaction"),
  ...storedPosting,
  source: storedSource,
  entries: storedEntries,
  fx: z
    .array(
      z.object({
        base: z.string(),
        quote: z.string(),
        rate: z.string(),
        baseAmount: z.string().optional(),
        quoteAmount: z.string().optional(),
      }),
    )
    .optional(),
});

const TAKEN_IDS = defineBatchRows<true>("taken transaction ids");
export const TAKEN_REFERENCES = defineBatchRows<true>("taken references");

// Each is one look-up: of a book that was small when the statement was planned, `= ANY` would read all. The same
// holds for the other look-ups of batches.
const FIND_IDS = `
  SELECT t.id FROM unnest($2::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (SELECT id FROM transaction WHERE tenant_id = $1 AND id = wanted.id OFFSET 0) t`;

const FIND_REFERENCES = `
  SELECT t.client_reference FROM unnest($3::text[]) AS wanted (reference)
  CROSS JOIN LATERAL (
    SELECT client_reference FROM transaction
    WHERE tenant_id = $1 AND book_id = $2 AND client_reference = wanted.reference OFFSET 0) t`;

const IDS: Lookup<true> = {
  rows: TAKEN_IDS,
  find: async ({ statements, book, draft }, ids) => {
    const { rows } = await statements.query<{ id: string }>(FIND_IDS, [book.tenantId, [...ids]]);
    for (const { id } of rows) draft.put(TAKEN_IDS, id, true);
  },
};

const REFERENCES: Lookup<true> = {
  rows: TAKEN_REFERENCES,
  find: async ({ statements, book: { tenantId, bookId }, draft }, references) => {
    const parameters = [tenantId, bookId, [...references]];
    const { rows } = await statements.query<{ client_reference: string }>(
      FIND_REFERENCES,
      parameters,
    );
    for (const row of rows) draft.put(TAKEN_REFERENCES, row.client_reference, true);
  },
};

/** What a posting has to look up. Ids made by the edge cannot be taken; looking them up would cost a probe each. */
export function wantPosting(
  { transactionId, reference }: Pick<PostTransaction, "transactionId" | "reference">,
  want: Want,
  clientChoseId: boolean,
): void {
  if (clientChoseId && isId(transactionId)) want(IDS, transactionId);
  if (reference !== null && reference.isWellFormed()) want(REFERENCES, reference);
}

export function decidePostTransaction(
  command: PostTransaction,
  state: BookState,
): [TransactionPosted] {
  checkPosting(command);
  requireFund(state, command.fundId);
  refuseClosedDay(state, command);
  if (state.get(TAKEN_IDS, command.transactionId) === true) {
    throw new AppError(
      "ALREADY_EXISTS",
      `A transaction with the id ${command.transactionId} exists already.`,
    );
  }
  refuseTakenReference(command, state);
  const entries = settle(command, state);
  refuseUnbalanced(entries);
  refuseBehindNav(state, command, entries);
  const limitsAt = state.tenant?.head.position ?? 0;
  return [
    {
      type: "TransactionPosted",
      transactionId: command.transactionId,
      fundId: command.fundId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      entries,
      ...(command.fx === undefined ? {} : { fx: settleFx(command.fx, entries) }),
      source: command.source,
      ...(limitsAt === 0 ? {} : { limitsAt }),
    },
  ];
}

/**
 * A published NAV holds for what was not part of publishing it: its own postings, and the dealing at it. The closing
 * of a year moves results to what the classes were allotted of them, so that no net assets change.
 */
function refuseBehindNav(
  state: BookState,
  { source, effectiveDate }: Pick<TransactionPosted, "source" | "effectiveDate">,
  entries: readonly PostedEntry[],
): void {
  const isOfNav =
    source.kind === "ADMINISTRATION" && (source.fact === "VALUATION" || source.fact === "ORDER");
  if (!isOfNav && !isOfYear({ source })) refusePublishedNav(state, effectiveDate, entries);
}

const MAX_ENTRIES = 1_000;
/** A year is closed by one transaction, whatever the size of the chart. */
const MAX_ENTRIES_OF_YEAR = 10_000;
const MAX_RATES = 20;
const MUST_FOLLOW = "must be after the value date";

/** Refuses a posting whose form is wrong whatever the books hold, with every fault listed at once. */
function checkPosting(command: PostTransaction): void {
  const findings = new Findings();
  checkUuid(findings, "id", command.transactionId);
  checkDate(findings, "effectiveDate", command.effectiveDate);
  checkText(findings, "description", command.description, { min: 1, max: 500 });
  if (command.reference !== null) {
    checkText(findings, "reference", command.reference, { min: 1, max: 140 });
  }
  checkMetadata(findings, "metadata", command.metadata);
  if (command.entries.length < 2) findings.add("entries", "must be at least two");
  const most = isOfYear(command) ? MAX_ENTRIES_OF_YEAR : MAX_ENTRIES;
  if (command.entries.length > most) findings.add("entries", `must be at most ${most}`);
  const reversesOn = reversalDateOf(command);
  if (reversesOn !== undefined) {
    checkDate(findings, "reversesOn", reversesOn);
    if (reversesOn <= command.effectiveDate) findings.add("reversesOn", MUST_FOLLOW);
  }
  if ((command.fx?.length ?? 0) > MAX_RATES) findings.add("fx", `must be at most ${MAX_RATES}`);
  findings.refuseIfAny();
}

const isOfYear = ({ source: { kind } }: Pick<TransactionPosted, "source">): boolean =>
  kind === "CLOSING" || kind === "REOPENING";

/** The closing of a year has its last day as value date, which was closed before. */
function refuseClosedDay(
  state: BookState,
  posting: Pick<TransactionPosted, "source" | "effectiveDate">,
): void {
  if (!isOfYear(posting)) refuseClosedPeriod(state, posting.effectiveDate);
}

/** A client's reference names one transaction of the book; a bank may use its own as often as it likes. */
function refuseTakenReference(command: PostTransaction, state: BookState): void {
  const reference = clientReference(command);
  if (reference === null || state.get(TAKEN_REFERENCES, reference) !== true) return;
  throw new AppError(
    "ALREADY_EXISTS",
    `A transaction with the reference ${reference} exists already.`,
    { violations: [{ path: "reference", message: "is the reference of another transaction" }] },
  );
}

/** Turns requested entries into posted ones: accounts found, amounts exact, running balances added. */
function settle(
  { entries: requested, source }: Pick<PostTransaction, "entries" | "source">,
  state: BookState,
): PostedEntry[] {
  const lastOf = new Map<AccountState, PostedEntry>();
  const posted = requested.map((entry, index) => {
    const account = findAccount(entry, index, state);
    refuseByHand(account, source, index);
    const amountMinor = positiveAmount(entry, index, account);
    refuseEntryDimensions({ fund: state, tenant: state.tenant }, source, account, entry, index);
    const settled = settleEntry(account, lastOf.get(account), entry, amountMinor);
    if (!isHoldable(settled.balanceAfterMinor)) {
      throw invalidAmount(index, "would take the balance beyond what the ledger can hold");
    }
    lastOf.set(account, settled);
    return settled;
  });
  refuseOverdrafts(lastOf, (last) => posted.indexOf(last));
  return posted;
}

/** An entry with the balance it leaves, behind an earlier one of the same transaction. */
function settleEntry(
  account: AccountState,
  before: PostedEntry | undefined,
  { side, dimensions }: Pick<RequestedEntry, "side" | "dimensions">,
  amountMinor: bigint,
): PostedEntry {
  const change = side === normalSide(account.type) ? amountMinor : -amountMinor;
  const settled = {
    accountId: account.id,
    side,
    amountMinor,
    currency: account.currency,
    balanceAfterMinor: (before?.balanceAfterMinor ?? account.balanceMinor) + change,
  };
  return dimensions === undefined ? settled : { ...settled, dimensions };
}

/** What counts is where the whole transaction leaves an account, not each of its entries. */
function refuseOverdrafts(
  lastOf: ReadonlyMap<AccountState, PostedEntry>,
  indexOf: (last: PostedEntry) => number,
): void {
  for (const [account, last] of lastOf) {
    refuseOverdraft(account, last.balanceAfterMinor, () => `entries.${indexOf(last)}.amount`);
  }
}

/** Managed accounts move by what follows from orders, trades and valuations, by year-ends, and by nothing else. */
function refuseByHand(account: AccountState, source: TransactionSource, index: number): void {
  if (source.kind === "ADMINISTRATION" || isOfYear({ source })) return;
  refuseManaged(account, `entries.${index}.accountId`);
}

function findAccount(entry: RequestedEntry, index: number, state: BookState): AccountState {
  const account = accountOf(state, entry.accountId);
  if (account === undefined) {
    throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${entry.accountId}.`, {
      violations: [
        { path: `entries.${index}.accountId`, message: "is not an account of this fund" },
      ],
    });
  }
  refuseUnlessOpen(account, `entries.${index}.accountId`);
  if (entry.currency !== undefined && entry.currency !== account.currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Account ${account.code} is kept in ${account.currency}, the entry is in ${entry.currency}.`,
      {
        violations: [
          { path: `entries.${index}.currency`, message: `must be ${account.currency} or absent` },
        ],
      },
    );
  }
  return account;
}

function positiveAmount(entry: RequestedEntry, index: number, account: AccountState): bigint {
  let minor: bigint;
  try {
    minor = parseAmount(entry.amount, account.currency);
  } catch (error) {
    if (error instanceof AppError) throw invalidAmount(index, error.message);
    throw error;
  }
  if (minor <= 0n)
    throw invalidAmount(index, "must be greater than zero; the side gives direction");
  return minor;
}

const invalidAmount = (index: number, message: string): AppError =>
  new AppError("INVALID_AMOUNT", `entries.${index}.amount: ${message}`, {
    violations: [{ path: `entries.${index}.amount`, message }],
  });

function refuseUnbalanced(entries: readonly PostedEntry[]): void {
  if (isEven(entries)) return;
  const sums = new Map<string, bigint>();
  for (const { side, amountMinor, currency } of entries) {
    const signed = side === "DEBIT" ? amountMinor : -amountMinor;
    sums.set(currency, (sums.get(currency) ?? 0n) + signed);
  }
  const uneven = [...sums].filter(([, sum]) => sum !== 0n);
  if (uneven.length === 0) return;
  const differences = uneven
    .map(([currency, sum]) => describeDifference(sum, currency))
    .join(" and ");
  throw new AppError("LEDGER_UNBALANCED", `The entries do not balance: ${differences}.`, {
    violations: [{ path: "entries", message: `do not balance: ${differences}` }],
  });
}

/** True for entries of one currency that sum to zero: nearly all. */
function isEven(entries: readonly PostedEntry[]): boolean {
  const currency = entries[0]?.currency;
  let sum = 0n;
  for (const entry of entries) {
    if (entry.currency !== currency) return false;
    sum += entry.side === "DEBIT" ? entry.amountMinor : -entry.amountMinor;
  }
  return sum === 0n;
}

const describeDifference = (sum: bigint, currency: string): string =>
  sum > 0n
    ? `debits exceed credits by ${formatAmount(sum, currency)} ${currency}`
    : `credits exceed debits by ${formatAmount(-sum, currency)} ${currency}`;

export function evolvePosted(draft: BookState, event: TransactionPosted): void {
  draft.put(TAKEN_IDS, event.transactionId, true);
  const reference = clientReference(event);
  if (reference !== null) draft.put(TAKEN_REFERENCES, reference, true);
  const { entries } = event;
  const changed = new Set<string>();
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    // What counts is an account's balance after its last entry.
    if (entry === undefined || changed.has(entry.accountId)) continue;
    changed.add(entry.accountId);
    moveBalance(draft, entry.accountId, entry.balanceAfterMinor);
  }
}

/** What the rules demand of a posting that was recorded. */
export function checkPosted(
  state: BookState,
  event: TransactionPosted,
  { tenantAt }: ReplayContext,
): void {
  requireFund(state, event.fundId);
  refuseClosedDay(state, event);
  const tenant = event.limitsAt === undefined ? undefined : tenantAt(event.limitsAt);
  const lastOf = new Map<AccountState, PostedEntry>();
  for (const [index, entry] of event.entries.entries()) {
    const account = findAccount({ ...entry, amount: "" }, index, state);
    refuseByHand(account, event.source, index);
    if (entry.amountMinor <= 0n) throw invalidAmount(index, "must be greater than zero");
    refuseEntryDimensions({ fund: state, tenant }, event.source, account, entry, index);
    const settled = settleEntry(account, lastOf.get(account), entry, entry.amountMinor);
    if (settled.balanceAfterMinor !== entry.balanceAfterMinor) {
      const { currency, code } = account;
      const right = formatAmount(settled.balanceAfterMinor, currency);
      throw invalidAmount(index, `account ${code} has ${right} ${currency} after it`);
    }
    lastOf.set(account, entry);
  }
  refuseOverdrafts(lastOf, (last) => event.entries.indexOf(last));
  refuseUnbalanced(event.entries);
  refuseBehindNav(state, event, event.entries);
  if ((reversalDateOf(event) ?? "~") <= event.effectiveDate) {
    throw new AppError("INVALID_INPUT", `reversesOn: ${MUST_FOLLOW}`);
  }
  if (event.entries.length < 2) throw new AppError("LEDGER_UNBALANCED", "It has one entry only.");
}
