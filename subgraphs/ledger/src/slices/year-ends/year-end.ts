import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import type { Statements } from "../../engine/batched-sql.ts";
import type { BookId, EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { Findings, checkDate } from "../../engine/input-rules.ts";
import {
  defineSlice,
  type DecisionContext,
  type ReplayContext,
  type Want,
} from "../../engine/slice.ts";
import { accountOf, oppositeSide, requireAccount } from "../accounts/account.ts";
import { spellDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import {
  CLOSED_YEAR,
  CreateClosedYears,
  lastClosedYear,
  type ClosedYear,
} from "../periods/closed-year.ts";
import { requireClosedUntil } from "../periods/period.ts";
import { ofAdministrators } from "../proposals/person.ts";
import { opposite, ORIGINAL, ORIGINALS } from "../reversals/reversal.ts";
import { isResult, resultEntries, takesResult } from "./year-result.ts";
import {
  decidePostTransaction,
  storedEntries,
  storedPosting,
  wantPosting,
  type PostedEntry,
  type RequestedEntry,
  type TransactionPosted,
} from "../transactions/transaction.ts";

/** The command to close the income and expenses of a year to what keeps the results of the fund. */
export interface CloseYear {
  readonly kind: "CloseYear";
  readonly fundId: string;
  readonly transactionId: string;
  /** Last day of the year. */
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Position of the book at which the balances were read. */
  readonly readAt: number;
  /** The entries that bring each income and expense account to zero on that day. */
  readonly balances: readonly RequestedEntry[];
}

/** The command to take back the last closing of a year. */
export interface ReopenYear {
  readonly kind: "ReopenYear";
  readonly fundId: string;
  /** Its closing transaction. */
  readonly reopens: string;
  readonly transactionId: string;
  /** Last day of the year. */
  readonly effectiveDate: string;
  /** The reason. */
  readonly description: string;
  readonly reference: null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function decideCloseYear(command: CloseYear, state: BookState): [TransactionPosted] {
  const { effectiveDate: to, readAt, balances, kind: _kind, ...posting } = command;
  const findings = new Findings();
  checkDate(findings, "to", to);
  findings.refuseIfAny();
  requireFund(state, command.fundId);
  refuseEarlier(state, to);
  requireClosedUntil(state, to, readAt);
  if (balances.length === 0) throw invalidInput("to", "has no income and no expenses to close");
  for (const { accountId } of balances) {
    if (!isResult(requireAccount(state, accountId).type)) {
      throw invalidInput("balances", "are of income and expense accounts");
    }
  }
  return decidePostTransaction(
    {
      ...posting,
      kind: "PostTransaction",
      effectiveDate: to,
      source: { kind: "CLOSING", readAt },
      entries: [...balances, ...resultEntries(balances, state, to)],
    },
    state,
  );
}

/** Years are closed one after the other. */
function refuseEarlier(state: BookState, to: string): void {
  const last = lastClosedYear(state);
  if (last !== undefined && to <= last.to) {
    throw new AppError("ALREADY_EXISTS", `The year to ${last.to} is closed already.`);
  }
}

function decideReopenYear(
  command: ReopenYear,
  state: BookState,
  { requester }: DecisionContext,
): [TransactionPosted] {
  const { kind: _kind, reopens, ...posting } = command;
  requireFund(state, command.fundId);
  const { to } = requireLastClosed(state, reopens);
  if (posting.effectiveDate !== to) throw invalidInput("effectiveDate", `must be ${to}`);
  const parts = state.get(ORIGINAL, reopens)?.parts ?? [];
  return decidePostTransaction(
    {
      ...posting,
      kind: "PostTransaction",
      source: { kind: "REOPENING", reopens, ...ofAdministrators(requester) },
      entries: parts.map(opposite),
    },
    state,
  );
}

function requireLastClosed(state: BookState, transactionId: string): ClosedYear {
  const last = lastClosedYear(state);
  if (last?.transactionId === transactionId) return last;
  throw last === undefined
    ? new AppError("PERIOD_NOT_FOUND", "The fund has no closed year.")
    : new AppError("PERIOD_NOT_FOUND", `Only the year to ${last.to} can be reopened.`);
}

function evolveYear(draft: BookState, event: TransactionPosted, { position }: EventPlace): void {
  const { source, transactionId, effectiveDate: to } = event;
  if (source.kind === "CLOSING") {
    draft.put(CLOSED_YEAR, transactionId, { transactionId, position, to, reopenedPosition: null });
  }
  if (source.kind === "REOPENING") {
    const year = draft.get(CLOSED_YEAR, source.reopens);
    if (year === undefined) throw new Error(`year ${source.reopens} is missing in its book`);
    draft.put(CLOSED_YEAR, source.reopens, { ...year, reopenedPosition: position });
  }
}

/** What the rules demand of a closing that was recorded, but for its amounts, which `compare` proves. */
function checkYear(state: BookState, event: TransactionPosted, { place }: ReplayContext): void {
  const { source, effectiveDate, entries, transactionId } = event;
  if (source.kind === "REOPENING") return checkReopening(state, event, source.reopens);
  if (source.kind !== "CLOSING") return;
  refuseEarlier(state, effectiveDate);
  requireClosedUntil(state, effectiveDate, source.readAt);
  if (source.readAt >= place.position) throw invalidInput("readAt", "lies behind the closing");
  for (const { accountId } of entries) {
    const account = accountOf(state, accountId);
    if (account === undefined || isResult(account.type) || takesResult(state, account)) continue;
    throw invalidInput("entries", `${transactionId} closes to another account`);
  }
}

type PostedLeg = Pick<PostedEntry, "accountId" | "side" | "amountMinor"> & {
  readonly dimensions?: EntryDimensions | undefined;
};

const spell = (legs: readonly PostedLeg[]): string =>
  legs
    .map(
      ({ accountId, side, amountMinor, dimensions }) =>
        `${accountId} ${side} ${amountMinor} ${spellDimensions(dimensions)}`,
    )
    .sort()
    .join();

function checkReopening(state: BookState, event: TransactionPosted, reopens: string): void {
  const { to } = requireLastClosed(state, reopens);
  const parts = state.get(ORIGINAL, reopens)?.parts ?? [];
  const taken = event.entries.map((entry) => ({ ...entry, side: oppositeSide(entry.side) }));
  if (event.effectiveDate !== to || spell(taken) !== spell(parts)) {
    throw invalidInput("entries", "are not the opposite of the closing");
  }
}

const FIND_LEFT = `
  SELECT y.to_date::text, e.account_id, sum(e.amount)::text AS amount
  FROM closed_year y
  JOIN account a ON a.tenant_id = y.tenant_id AND a.fund_id = y.book_id
    AND a.type IN ('INCOME', 'EXPENSE')
  JOIN entry e ON e.tenant_id = y.tenant_id AND e.account_id = a.id
    AND e.effective_date <= y.to_date
  WHERE y.tenant_id = $1 AND y.book_id = $2 AND y.reopened_position IS NULL
  GROUP BY y.to_date, e.account_id HAVING sum(e.amount) <> 0 LIMIT 1`;

/** A closed year leaves nothing on any income or expense account on its last day. */
async function compareClosed(
  statements: Statements,
  { tenantId, bookId }: BookId,
): Promise<string | undefined> {
  const { rows } = await statements.query<{ to_date: string; account_id: string; amount: string }>(
    FIND_LEFT,
    [tenantId, bookId],
  );
  const [left] = rows;
  return (
    left && `account ${left.account_id} has ${left.amount} left after the year to ${left.to_date}`
  );
}

const storedCloseYear = z.object({
  kind: z.literal("CloseYear"),
  ...storedPosting,
  reference: z.null(),
  readAt: z.number(),
  balances: storedEntries,
});

const storedReopenYear = z.object({
  kind: z.literal("ReopenYear"),
  ...storedPosting,
  reference: z.null(),
  reopens: z.string(),
});

export const YEAR_ENDS = defineSlice<CloseYear | ReopenYear, never>({
  name: "year-ends",
  tables: [CLOSED_YEAR],
  migrations: [{ name: "0112-closed-years", class: CreateClosedYears }],
  commands: {
    CloseYear: {
      needs: wantPosting,
      decide: decideCloseYear,
      stored: (json) => storedCloseYear.parse(json),
    },
    ReopenYear: {
      needs: (command, want, clientChoseId) => {
        if (isId(command.reopens)) want(ORIGINALS, command.reopens);
        wantPosting(command, want, clientChoseId);
      },
      decide: decideReopenYear,
      stored: (json) => storedReopenYear.parse(json),
    },
  },
  events: {},
  reactions: {
    TransactionPosted: {
      needs: ({ source }: TransactionPosted, want: Want) => {
        if (source.kind === "REOPENING") want(ORIGINALS, source.reopens);
      },
      evolve: evolveYear,
      check: checkYear,
    },
  },
  compare: compareClosed,
});
