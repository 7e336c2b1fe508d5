import { AppError, invalidInput } from "@allfunds/contract/errors";
import type {
  EntrySide,
  TransactionPosted as TransactionPostedPayload,
} from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { Statements } from "../../engine/batched-sql.ts";
import type { BookId } from "../../engine/book.ts";
import { defineSlice, type Lookup, type Want } from "../../engine/slice.ts";
import { oppositeSide } from "../accounts/account.ts";
import { refuseFarDate, type ClientValueDate } from "../value-dates/value-date.ts";
import { spellDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decidePostTransaction,
  storedEntries,
  storedPosting,
  wantPosting,
  type RequestedEntry,
  type TransactionPosted,
} from "../transactions/transaction.ts";

interface Leg {
  readonly accountId: string;
  readonly side: EntrySide;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** Absent in a leg that sums up entries of several. */
  readonly dimensions?: EntryDimensions | undefined;
}

/** A transaction as it was posted; entries on one side of one account are one leg. */
interface Original {
  readonly isReversal: boolean;
  /** It closes a year, or reopens one. */
  readonly isOfYear?: boolean;
  /** The import of a bank statement that posted it. */
  readonly importId?: string | undefined;
  readonly legs: readonly Leg[];
  /** The same, apart where they have other dimensions. */
  readonly parts: readonly Leg[];
}

/** By original transaction. */
export const ORIGINAL = defineBatchRows<Original>("originals");

/** How much of a leg there was, and how much of it was reversed, in minor units. */
interface ReversedLeg {
  readonly amountMinor: bigint;
  readonly reversedMinor: bigint;
}

/** By original transaction, then by leg. */
const REVERSED = defineBatchRows<ReadonlyMap<string, ReversedLeg>>("reversed legs");

/** A leg's name among those of its transaction. */
const legName = ({ accountId, side }: Pick<Leg, "accountId" | "side">): string =>
  `${accountId} ${side}`;

// The id alone finds a row. Beside the book's id, a plan made on a table without statistics may read the whole book
// for each of them instead.
const FIND_ORIGINALS = `
  SELECT e.payload FROM unnest($3::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT book_id, position FROM transaction WHERE tenant_id = $1 AND id = wanted.id OFFSET 0) t
  CROSS JOIN LATERAL (
    SELECT payload FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = t.position OFFSET 0) e
  WHERE t.book_id = $2`;

/** The log is the only truth of what was posted. */
export const ORIGINALS: Lookup<Original> = {
  rows: ORIGINAL,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<{ payload: TransactionPostedPayload }>(FIND_ORIGINALS, [
      tenantId,
      bookId,
      [...ids],
    ]);
    for (const { payload } of rows) {
      const entries = payload.entries.map((entry) => ({
        ...entry,
        amountMinor: parseAmount(entry.amount, entry.currency),
      }));
      const isReversal = payload.source.kind === "REVERSAL";
      const { source } = payload;
      draft.put(ORIGINAL, payload.transactionId, {
        isReversal,
        isOfYear: source.kind === "CLOSING" || source.kind === "REOPENING",
        legs: legsOf(entries),
        parts: partsOf(entries),
        importId: source.kind === "STATEMENT" ? source.importId : undefined,
      });
    }
  },
};

const FIND_REVERSED = `
  SELECT l.transaction_id, l.account_id, l.is_debit, l.amount, l.reversed
  FROM unnest($3::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT book_id, transaction_id, account_id, is_debit, amount, reversed FROM reversed_leg
    WHERE tenant_id = $1 AND transaction_id = wanted.id OFFSET 0) l
  WHERE l.book_id = $2`;

interface ReversedRow {
  readonly transaction_id: string;
  readonly account_id: string;
  readonly is_debit: boolean;
  readonly amount: string;
  readonly reversed: string;
}

const rowsByTransaction = (rows: readonly ReversedRow[]): Map<string, Map<string, ReversedLeg>> =>
  new Map(
    [...Map.groupBy(rows, (row) => row.transaction_id)].map(([id, own]) => [
      id,
      new Map(
        own.map(({ account_id: accountId, is_debit: isDebit, amount, reversed }) => [
          legName({ accountId, side: isDebit ? "DEBIT" : "CREDIT" }),
          { amountMinor: BigInt(amount), reversedMinor: BigInt(reversed) },
        ]),
      ),
    ]),
  );

const REVERSED_LEGS: Lookup<ReadonlyMap<string, ReversedLeg>> = {
  rows: REVERSED,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<ReversedRow>(FIND_REVERSED, [
      tenantId,
      bookId,
      [...ids],
    ]);
    for (const [id, legs] of rowsByTransaction(rows)) draft.put(REVERSED, id, legs);
  },
};

/** What decides whether a transaction stands as it was posted. */
export function wantOriginal(id: string, want: Want): void {
  if (!isId(id)) return;
  want(ORIGINALS, id);
  want(REVERSED_LEGS, id);
}

/** True of a transaction that was reversed, wholly or in part; what it was has to be wanted. */
export const isReversedInPart = (state: BookState, id: string): boolean =>
  state.get(REVERSED, id) !== undefined;

export function legsOf(entries: readonly Leg[]): Leg[] {
  const legs = new Map<string, Leg>();
  for (const { accountId, side, currency, amountMinor } of entries) {
    const name = legName({ accountId, side });
    const sum = (legs.get(name)?.amountMinor ?? 0n) + amountMinor;
    legs.set(name, { accountId, side, currency, amountMinor: sum });
  }
  return [...legs.values()];
}

function partsOf(entries: readonly Leg[]): Leg[] {
  const parts = new Map<string, Leg>();
  for (const { accountId, side, currency, amountMinor, dimensions } of entries) {
    const name = `${legName({ accountId, side })} ${spellDimensions(dimensions)}`;
    const sum = (parts.get(name)?.amountMinor ?? 0n) + amountMinor;
    parts.set(name, { accountId, side, currency, dimensions, amountMinor: sum });
  }
  return [...parts.values()];
}

/** What of each leg of a transaction is left to reverse. */
function legsLeft(state: BookState, id: string, { legs }: Original): Leg[] {
  const reversed = state.get(REVERSED, id);
  return legs.map((leg) => ({
    ...leg,
    amountMinor: leg.amountMinor - (reversed?.get(legName(leg))?.reversedMinor ?? 0n),
  }));
}

/** Reversing entries stand on the other side of what they reverse. */
const reversedLegs = (entries: readonly Leg[]): Leg[] =>
  legsOf(entries.map((entry) => ({ ...entry, side: oppositeSide(entry.side) })));

/** The command to take a transaction back by its opposite, wholly or in part. */
export interface ReverseTransaction {
  readonly kind: "ReverseTransaction";
  readonly fundId: string;
  readonly reverses: string;
  readonly transactionId: string;
  /** Decimal string: so much of a transaction with two legs. All that is left when this and `entries` are absent. */
  readonly amount?: string | undefined;
  /** The reversing entries themselves, for a part of any other transaction. */
  readonly entries?: readonly RequestedEntry[] | undefined;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly confirmsFarDate?: ClientValueDate["confirmsFarDate"];
}

const storedReverseTransaction = z.object({
  kind: z.literal("ReverseTransaction"),
  ...storedPosting,
  reverses: z.string(),
  amount: z.string().optional(),
  entries: storedEntries.optional(),
});

function decideReverseTransaction(
  command: ReverseTransaction,
  state: BookState,
): [TransactionPosted] {
  requireFund(state, command.fundId);
  const left = requireReversible(state, command.reverses);
  const [posted] = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: command.fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: { kind: "REVERSAL", reverses: command.reverses },
      entries: reversingEntries(command, left, state.get(ORIGINAL, command.reverses)?.parts ?? []),
    },
    state,
  );
  refuseBeyond(left, posted);
  return [posted];
}

/** What is left of a transaction that can be reversed. */
function requireReversible(state: BookState, id: string): readonly Leg[] {
  const original = state.get(ORIGINAL, id);
  if (original === undefined) {
    throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id}.`);
  }
  if (original.isReversal) {
    throw invalidInput("transactionId", "is itself a reversal; post what is meant instead");
  }
  if (original.isOfYear === true) {
    throw invalidInput("transactionId", "closes or reopens a year; reopen the year instead");
  }
  const left = legsLeft(state, id, original);
  if (left.every(({ amountMinor }) => amountMinor === 0n)) {
    throw new AppError("ALREADY_REVERSED", "Nothing of this transaction is left to reverse.");
  }
  return left;
}

function reversingEntries(
  { amount, entries }: ReverseTransaction,
  legs: readonly Leg[],
  parts: readonly Leg[],
): readonly RequestedEntry[] {
  if (amount !== undefined && entries !== undefined) {
    throw invalidInput("amount", "cannot be given together with entries");
  }
  if (entries !== undefined) {
    return entries.map((entry) => ({
      ...entry,
      dimensions: entry.dimensions ?? tagsOf(parts, { ...entry, side: oppositeSide(entry.side) }),
    }));
  }
  const open = legs.filter(({ amountMinor }) => amountMinor > 0n);
  if (amount === undefined) return open.flatMap((leg) => oppositeParts(leg, parts));
  const [one, other] = open;
  if (one === undefined || other === undefined || open.length > 2 || !isPair(one, other)) {
    throw invalidInput("amount", "needs a transaction with two entries; give entries instead");
  }
  const minor = parseAmount(amount, one.currency);
  return [one, other].flatMap((leg) => oppositeParts({ ...leg, amountMinor: minor }, parts));
}

const isOfLeg =
  (leg: Pick<Leg, "accountId" | "side">) =>
  (part: Leg): boolean =>
    legName(part) === legName(leg);

/** The dimensions of a leg whose entries all have the same. */
function tagsOf(
  parts: readonly Leg[],
  leg: Pick<Leg, "accountId" | "side">,
): EntryDimensions | undefined {
  const [part, ...others] = parts.filter(isOfLeg(leg));
  return others.length === 0 ? part?.dimensions : undefined;
}

/** The opposite of a leg by its dimensions; of which of several a part is, only the caller can tell. */
function oppositeParts(leg: Leg, parts: readonly Leg[]): RequestedEntry[] {
  const own = parts.filter(isOfLeg(leg));
  if (own.length <= 1) return [opposite({ ...leg, ...own[0], amountMinor: leg.amountMinor })];
  const whole = own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (whole === leg.amountMinor) return own.map((part) => opposite(part));
  throw invalidInput(
    "entries",
    "must be given: what is left stands in entries of other dimensions",
  );
}

const isPair = (one: Leg, other: Leg): boolean =>
  one.currency === other.currency && one.side !== other.side;

export const opposite = ({
  accountId,
  side,
  currency,
  amountMinor,
  dimensions,
}: Leg): RequestedEntry => ({
  accountId,
  side: oppositeSide(side),
  amount: formatAmount(amountMinor, currency),
  dimensions,
});

function refuseBeyond(left: readonly Leg[], { entries }: TransactionPosted): void {
  const taken = new Map(reversedLegs(entries).map((leg) => [legName(leg), leg.amountMinor]));
  for (const [index, entry] of entries.entries()) {
    const name = legName({ ...entry, side: oppositeSide(entry.side) });
    const leg = left.find((each) => legName(each) === name);
    if (leg !== undefined && (taken.get(name) ?? 0n) <= leg.amountMinor) continue;
    const amount = leg === undefined ? "nothing" : formatAmount(leg.amountMinor, leg.currency);
    throw new AppError(
      "REVERSAL_EXCEEDED",
      `Only ${amount} ${entry.currency} is left to reverse.`,
      {
        violations: [
          { path: `entries.${index}.amount`, message: "is more than is left to reverse" },
        ],
      },
    );
  }
}

const reversedBy = ({ source }: TransactionPosted): string | undefined =>
  source.kind === "REVERSAL" ? source.reverses : undefined;

/** Counts what a reversal took back; how much of an original is left follows. */
function evolveReversal(draft: BookState, event: TransactionPosted): void {
  const id = reversedBy(event);
  if (id === undefined) return;
  const original = draft.get(ORIGINAL, id);
  const reversed = new Map(draft.get(REVERSED, id));
  for (const leg of reversedLegs(event.entries)) {
    const name = legName(leg);
    const of = original?.legs.find((each) => legName(each) === name);
    const before = reversed.get(name)?.reversedMinor ?? 0n;
    reversed.set(name, {
      amountMinor: of?.amountMinor ?? 0n,
      reversedMinor: before + leg.amountMinor,
    });
  }
  draft.put(REVERSED, id, reversed);
}

const READ_REVERSED = `
  SELECT transaction_id, account_id, is_debit, amount, reversed FROM reversed_leg
  WHERE tenant_id = $1 AND book_id = $2`;

/** The database counts reversals by itself, as the last guard against taking back more than there was. */
async function compareReversed(
  statements: Statements,
  { tenantId, bookId }: BookId,
  state: BookState,
): Promise<string | undefined> {
  const { rows } = await statements.query<ReversedRow>(READ_REVERSED, [tenantId, bookId]);
  const stored = rowsByTransaction(rows);
  const replayed = state.all(REVERSED);
  for (const id of new Set([...stored.keys(), ...replayed.keys()])) {
    const [counted, right] = [spellLegs(stored.get(id)), spellLegs(replayed.get(id))];
    if (counted !== right) {
      return `of transaction ${id} the table reversed_leg counts [${counted}], its reversals took [${right}]`;
    }
  }
  return undefined;
}

const spellLegs = (legs: ReadonlyMap<string, ReversedLeg> | undefined): string =>
  [...(legs ?? [])]
    .map(([name, { amountMinor, reversedMinor }]) => `${name} ${reversedMinor} of ${amountMinor}`)
    .sort()
    .join(", ");

function checkReversal(state: BookState, event: TransactionPosted): void {
  const id = reversedBy(event);
  if (id !== undefined) refuseBeyond(requireReversible(state, id), event);
}

export const REVERSALS = defineSlice<ReverseTransaction, never>({
  name: "reversals",
  commands: {
    ReverseTransaction: {
      needs: (command, want, clientChoseId) => {
        wantOriginal(command.reverses, want);
        wantPosting(command, want, clientChoseId);
      },
      decide: (command, state, { now }) => {
        refuseFarDate(state, command, now);
        return decideReverseTransaction(command, state);
      },
      stored: (json) => storedReverseTransaction.parse(json),
    },
  },
  events: {},
  reactions: {
    TransactionPosted: {
      needs: (event: TransactionPosted, want: Want) => {
        const id = reversedBy(event);
        if (id !== undefined) want(ORIGINALS, id);
      },
      evolve: evolveReversal,
      check: checkReversal,
    },
  },
  replayed: [REVERSED],
  compare: compareReversed,
  constraints: {
    reversed_within_original: () =>
      new AppError("REVERSAL_EXCEEDED", "More would be reversed than the transaction had."),
  },
});
