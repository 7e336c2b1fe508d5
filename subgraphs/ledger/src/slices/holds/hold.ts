import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { ClientValueDate } from "../value-dates/value-date.ts";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import type { DomainEvent } from "../../engine/book.ts";
import { defineBatchRows, defineRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkMetadata, checkText, checkUuid } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { dateOrNull, defineTable, ONLY, required } from "../../engine/table.ts";
import {
  changeAccount,
  currentAccount,
  normalSide,
  oppositeSide,
  refuseUnlessOpen,
  requireAccount,
  type AccountState,
} from "../accounts/account.ts";
import { refuseContra } from "../contra-accounts/contra-account.ts";
import { storedDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { fundOf, requireFund } from "../funds/fund.ts";
import { decidePostTransaction, storedPosting } from "../transactions/transaction.ts";

export const HOLD_STATUSES = {
  ACTIVE: "ACTIVE",
  CAPTURED: "CAPTURED",
  VOIDED: "VOIDED",
  EXPIRED: "EXPIRED",
} as const;
export type HoldStatus = keyof typeof HOLD_STATUSES;

export interface HoldState {
  readonly id: string;
  readonly position: number;
  readonly accountId: string;
  readonly contraAccountId: string | null;
  /** Minor units reserved at first. */
  readonly amountMinor: bigint;
  readonly capturedMinor: bigint;
  /** Minor units still reserved; zero unless ACTIVE. */
  readonly remainingMinor: bigint;
  readonly status: HoldStatus;
  readonly expiresAt: Date | null;
}

export const HOLD = defineTable<HoldState>({
  name: "hold",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "account_id", type: "uuid", of: ({ accountId }) => accountId, fixed: true },
    { name: "contra_account_id", type: "uuid", of: (hold) => hold.contraAccountId, fixed: true },
    { name: "amount", type: "numeric", of: ({ amountMinor }) => amountMinor, fixed: true },
    { name: "captured", type: "numeric", of: ({ capturedMinor }) => capturedMinor },
    { name: "remaining", type: "numeric", of: ({ remainingMinor }) => remainingMinor },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "expires_at", type: "timestamptz", of: ({ expiresAt }) => expiresAt, fixed: true },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    accountId: required(texts, "account_id"),
    contraAccountId: texts["contra_account_id"] ?? null,
    amountMinor: BigInt(required(texts, "amount")),
    capturedMinor: BigInt(required(texts, "captured")),
    remainingMinor: BigInt(required(texts, "remaining")),
    status: required(texts, "status") as HoldStatus,
    expiresAt: dateOrNull(texts["expires_at"]),
  }),
  resident: { sql: "status = 'ACTIVE'", of: ({ status }) => status === "ACTIVE" },
  loaded: (state, rows) => {
    for (const hold of rows.values()) expectEnd(state, hold);
  },
});

/** Nothing in the book expires before this, in milliseconds since 1970. */
export const NEXT_EXPIRY = defineRows<number>("next expiry");

/** Statuses of holds that are over. */
const PAST = defineBatchRows<HoldStatus>("past holds");

const FIND_PAST = `
  SELECT id, status FROM hold WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND book_id = $3`;

const PAST_HOLDS: Lookup<HoldStatus> = {
  rows: PAST,
  find: async ({ statements, book, draft }, ids) => {
    const parameters = [book.tenantId, [...ids], book.bookId];
    const { rows } = await statements.query<{ id: string; status: HoldStatus }>(
      FIND_PAST,
      parameters,
    );
    for (const { id, status } of rows) draft.put(PAST, id, status);
  },
};

export function wantHold(want: Want, id: string): void {
  if (isId(id)) want(PAST_HOLDS, id);
}

const endOf = ({ status, expiresAt }: HoldState): number =>
  status === "ACTIVE" && expiresAt !== null ? expiresAt.getTime() : Number.POSITIVE_INFINITY;

function expectEnd(draft: BookState, hold: HoldState): void {
  const next = draft.get(NEXT_EXPIRY, ONLY) ?? Number.POSITIVE_INFINITY;
  if (endOf(hold) < next) draft.put(NEXT_EXPIRY, ONLY, endOf(hold));
}

/** Holds whose time is over at `now`, as the events that record it. */
export function dueExpiries(state: BookState, now: Date): readonly HoldExpired[] {
  if (now.getTime() < (state.get(NEXT_EXPIRY, ONLY) ?? Number.POSITIVE_INFINITY)) return [];
  const holds = [...state.all(HOLD).values()];
  const due = holds.filter((hold) => endOf(hold) <= now.getTime());
  // A bound that was found too low is raised: no decision changes by it.
  if (due.length === 0) state.put(NEXT_EXPIRY, ONLY, Math.min(...holds.map(endOf), Infinity));
  const fundId = fundOf(state)?.id ?? "";
  return due.map(({ id, accountId, remainingMinor }) => ({
    type: "HoldExpired",
    holdId: id,
    fundId,
    accountId,
    currency: currentAccount(state, accountId).currency,
    releasedMinor: remainingMinor,
  }));
}

/** A hold of this book that still reserves something; HOLD_NOT_ACTIVE when it was used up or released. */
export function requireActiveHold(state: BookState, id: string): HoldState {
  const hold = state.get(HOLD, id);
  if (hold?.status === "ACTIVE") return hold;
  const status = hold?.status ?? state.get(PAST, id);
  if (status === undefined) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id}.`);
  throw new AppError("HOLD_NOT_ACTIVE", `The hold is ${status.toLowerCase()} already.`);
}

interface OfHold {
  readonly holdId: string;
  readonly fundId: string;
  readonly accountId: string;
  readonly currency: string;
}

/** Part of an account's balance was reserved. */
export interface HoldPlaced extends OfHold {
  readonly type: "HoldPlaced";
  /** Minor units, positive. */
  readonly amountMinor: bigint;
  /** Where captures go unless they name another account. */
  readonly contraAccountId: string | null;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** From then on it reserves nothing; null when it stands until it is captured or voided. */
  readonly expiresAt: Date | null;
}

/** A part of a hold, or all of it, became a transaction: the next event of the book. */
export interface HoldCaptured extends OfHold {
  readonly type: "HoldCaptured";
  readonly transactionId: string;
  /** Minor units captured by this event. */
  readonly amountMinor: bigint;
  /** Minor units still reserved after it. */
  readonly remainingMinor: bigint;
}

/** What a hold still reserved was released by command. */
export interface HoldVoided extends OfHold {
  readonly type: "HoldVoided";
  readonly releasedMinor: bigint;
  readonly reason: string | null;
}

/** What a hold still reserved was released by the passing of time. */
export interface HoldExpired extends OfHold {
  readonly type: "HoldExpired";
  readonly releasedMinor: bigint;
}

export type HoldEvent = HoldPlaced | HoldCaptured | HoldVoided | HoldExpired;

/** The command to reserve a part of an account's balance. */
export interface PlaceHold {
  readonly kind: "PlaceHold";
  readonly fundId: string;
  readonly holdId: string;
  readonly accountId: string;
  /** Decimal string, positive, in the account's currency. */
  readonly amount: string;
  readonly contraAccountId: string | null;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date | null;
}

/** The command to turn a hold, or a part of it, into a transaction. */
export interface CaptureHold {
  readonly kind: "CaptureHold";
  readonly fundId: string;
  readonly holdId: string;
  /** The hold's account. */
  readonly accountId: string;
  /** Decimal string; all that is left when absent. */
  readonly amount?: string | undefined;
  /** The other side; the one the hold names when absent. */
  readonly contraAccountId?: string | undefined;
  /** Release what this capture leaves. */
  readonly releaseRest: boolean;
  readonly confirmsFarDate?: ClientValueDate["confirmsFarDate"];
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of both entries. */
  readonly dimensions?: EntryDimensions | undefined;
}

export const storedCaptureHold = z.object({
  kind: z.literal("CaptureHold"),
  ...storedPosting,
  holdId: z.string(),
  accountId: z.string(),
  amount: z.string().optional(),
  contraAccountId: z.string().optional(),
  releaseRest: z.boolean(),
  dimensions: storedDimensions.optional(),
});

/** The command to release what a hold still reserves. */
export interface VoidHold {
  readonly kind: "VoidHold";
  readonly fundId: string;
  readonly holdId: string;
  /** The hold's account. */
  readonly accountId: string;
  readonly reason: string | null;
}

/**
 * The command to record which holds have expired. It does nothing of its own, because what is due is
 * recorded before any command is decided.
 */
interface ExpireHolds {
  readonly kind: "ExpireHolds";
  readonly fundId: string;
}

export type HoldCommand = PlaceHold | CaptureHold | VoidHold | ExpireHolds;

export function decidePlaceHold(
  command: PlaceHold,
  state: BookState,
  { now }: { readonly now: Date },
): [HoldPlaced] {
  checkPlacing(command, now);
  requireFund(state, command.fundId);
  const account = requireAccount(state, command.accountId);
  refuseUnlessOpen(account, "accountId");
  if (
    state.get(HOLD, command.holdId) !== undefined ||
    state.get(PAST, command.holdId) !== undefined
  ) {
    throw new AppError("ALREADY_EXISTS", `A hold with the id ${command.holdId} exists already.`);
  }
  if (command.contraAccountId !== null) refuseContra(command.contraAccountId, account, state);
  const { kind: _kind, amount, ...placed } = command;
  const amountMinor = parseAmount(amount, account.currency);
  refuseUnavailable(account, amountMinor);
  return [{ ...placed, type: "HoldPlaced", currency: account.currency, amountMinor }];
}

export function refuseUnavailable(account: AccountState, amountMinor: bigint): void {
  const { currency, minimumMinor, balanceMinor, heldMinor, code } = account;
  if (amountMinor <= 0n) throw invalidInput("amount", "must be greater than zero");
  const freeMinor = balanceMinor - heldMinor;
  if (minimumMinor === null || freeMinor - amountMinor >= minimumMinor) return;
  throw new AppError(
    "INSUFFICIENT_FUNDS",
    `Only ${formatAmount(freeMinor - minimumMinor, currency)} ${currency} of account ${code} can be held.`,
    { violations: [{ path: "amount", message: "is more than can be held" }] },
  );
}

function checkPlacing(command: PlaceHold, now: Date): void {
  const findings = new Findings();
  checkUuid(findings, "id", command.holdId);
  checkText(findings, "description", command.description, { min: 1, max: 500 });
  if (command.reference !== null) {
    checkText(findings, "reference", command.reference, { min: 1, max: 140 });
  }
  checkMetadata(findings, "metadata", command.metadata);
  if (command.expiresAt !== null && command.expiresAt <= now) {
    findings.add("expiresAt", "must lie in the future");
  }
  findings.refuseIfAny();
}

/** First the hold lets go, then the transaction takes what it reserved, then the rest is released. */
export function decideCaptureHold(command: CaptureHold, state: BookState): DomainEvent[] {
  requireFund(state, command.fundId);
  const hold = requireActiveHold(state, command.holdId);
  const account = requireAccount(state, hold.accountId);
  const captured = decideCapture(command, hold, account);
  const draft = state.fork();
  evolveHold(draft, captured);
  const posted = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: { kind: "CAPTURE", holdId: hold.id },
      entries: takingEntries(captured, account, contraOf(command, hold, account, state)).map(
        (entry) => ({ ...entry, dimensions: command.dimensions }),
      ),
    },
    draft,
  );
  if (!command.releaseRest || captured.remainingMinor === 0n) return [captured, ...posted];
  return [captured, ...posted, releaseOf(captured)];
}

function decideCapture(
  { fundId, holdId, transactionId, amount }: CaptureHold,
  hold: HoldState,
  { id: accountId, currency }: AccountState,
): HoldCaptured {
  const amountMinor = amount === undefined ? hold.remainingMinor : parseAmount(amount, currency);
  if (amountMinor <= 0n) throw invalidInput("amount", "must be greater than zero");
  if (amountMinor > hold.remainingMinor) {
    throw new AppError(
      "HOLD_EXCEEDED",
      `The hold reserves only ${formatAmount(hold.remainingMinor, currency)} ${currency}.`,
      { violations: [{ path: "amount", message: "is more than the hold reserves" }] },
    );
  }
  return {
    type: "HoldCaptured",
    holdId,
    fundId,
    accountId,
    currency,
    transactionId,
    amountMinor,
    remainingMinor: hold.remainingMinor - amountMinor,
  };
}

function contraOf(
  command: CaptureHold,
  hold: HoldState,
  account: AccountState,
  state: BookState,
): string {
  const contraId = command.contraAccountId ?? hold.contraAccountId;
  if (contraId === null) {
    throw invalidInput("contraAccountId", "must be given, because the hold names none");
  }
  refuseContra(contraId, account, state);
  return contraId;
}

function takingEntries(
  { amountMinor, currency }: HoldCaptured,
  account: AccountState,
  contraId: string,
) {
  const amount = formatAmount(amountMinor, currency);
  const growing = normalSide(account.type);
  return [
    { accountId: contraId, side: growing, amount },
    { accountId: account.id, side: oppositeSide(growing), amount },
  ];
}

const releaseOf = (captured: HoldCaptured): HoldVoided => ({
  type: "HoldVoided",
  holdId: captured.holdId,
  fundId: captured.fundId,
  accountId: captured.accountId,
  currency: captured.currency,
  releasedMinor: captured.remainingMinor,
  reason: "Rest of a capture",
});

export function decideVoidHold(command: VoidHold, state: BookState): [HoldVoided] {
  const { fundId, holdId, reason } = command;
  const findings = new Findings();
  if (reason !== null) checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { accountId, remainingMinor: releasedMinor } = requireActiveHold(state, holdId);
  const { currency } = requireAccount(state, accountId);
  return [{ type: "HoldVoided", holdId, fundId, accountId, currency, releasedMinor, reason }];
}

/** Folds what happened to a hold into it and into what its account has on hold. */
export function evolveHold(
  draft: BookState,
  event: HoldEvent,
  { position }: { readonly position: number } = { position: 0 },
): void {
  if (event.type === "HoldPlaced") {
    const { holdId: id, accountId, contraAccountId, amountMinor, expiresAt } = event;
    const hold: HoldState = {
      id,
      position,
      accountId,
      contraAccountId,
      amountMinor,
      capturedMinor: 0n,
      remainingMinor: amountMinor,
      status: "ACTIVE",
      expiresAt,
    };
    draft.put(HOLD, id, hold);
    expectEnd(draft, hold);
    return holdMore(draft, accountId, amountMinor);
  }
  const hold = requireActiveHold(draft, event.holdId);
  if (event.type === "HoldCaptured") {
    draft.put(HOLD, hold.id, {
      ...hold,
      capturedMinor: hold.capturedMinor + event.amountMinor,
      remainingMinor: event.remainingMinor,
      status: event.remainingMinor === 0n ? "CAPTURED" : "ACTIVE",
    });
    return holdMore(draft, event.accountId, -event.amountMinor);
  }
  const status = event.type === "HoldVoided" ? "VOIDED" : "EXPIRED";
  draft.put(HOLD, hold.id, { ...hold, remainingMinor: 0n, status });
  holdMore(draft, event.accountId, -event.releasedMinor);
}

function holdMore(draft: BookState, accountId: string, changeMinor: bigint): void {
  const { heldMinor } = currentAccount(draft, accountId);
  changeAccount(draft, accountId, { heldMinor: heldMinor + changeMinor });
}
