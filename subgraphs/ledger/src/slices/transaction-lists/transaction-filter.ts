import { invalidInput } from "@allfunds/contract/errors";
import type { EntrySide } from "@allfunds/contract/events";
import { currencyScale, parseDecimal } from "@allfunds/contract/money";
import { requireScope } from "@allfunds/platform/auth";
import { DateScalar, DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { Field, ID, InputType, registerEnumType } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { EntrySideEnum } from "../accounts/account-object.ts";
import {
  EntryDimensionInput,
  toDimensionNames,
  toDimensions,
} from "../dimensions/dimension-object.ts";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { findPlace } from "../audit-log/audit-log-sql.ts";
import { termGroups, type TermGroup } from "../search/search-terms.ts";

export const TRANSACTION_ORDERS = {
  EFFECTIVE_DATE_DESC: "EFFECTIVE_DATE_DESC",
  EFFECTIVE_DATE_ASC: "EFFECTIVE_DATE_ASC",
  POSITION_DESC: "POSITION_DESC",
  POSITION_ASC: "POSITION_ASC",
} as const;
export type TransactionOrder = keyof typeof TRANSACTION_ORDERS;
registerEnumType(TRANSACTION_ORDERS, {
  name: "TransactionOrder",
  description: "By value date, those of one day by position; or by position in the book alone.",
});

const MAX_ACCOUNTS = 100;
const MAX_IDS = 1_000;

@InputType({
  description:
    "Which transactions to list: those that fit everything given. The conditions on an entry (accounts, side, currency, amount, dimensions, flow of cash) must hold for one entry of the transaction.",
})
export class TransactionFilter {
  @Field(() => String, {
    nullable: true,
    description:
      "Words; each must begin a word of the description, the reference or the counterparty.",
  })
  text?: string | null;

  @Field(() => String, { nullable: true, description: "The whole reference, in any case." })
  reference?: string | null;

  @Field(() => [ID], { nullable: true, description: "One of these transactions; 1 to 1,000." })
  ids?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "An entry stands on one of these accounts of the fund; 1 to 100.",
  })
  accountIds?: string[] | null;

  @Field(() => EntrySideEnum, { nullable: true, description: "An entry is on this side." })
  side?: EntrySide | null;

  @Field(() => String, { nullable: true, description: "An entry is in this currency." })
  currency?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at least this amount, in its currency; zero or more.",
  })
  amountFrom?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at most this amount, in its currency; zero or more.",
  })
  amountTo?: string | null;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "An entry has all of these values of dimensions; 1 to 20, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "An entry has no value of any of these dimensions; 1 to 20.",
  })
  withoutDimensions?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: an entry is one of those that a direct cash-flow statement has, on an account that is not cash while the transaction moves cash in its currency. False: an entry is none of them.",
  })
  movesCash?: boolean | null;

  @Field(() => DateScalar, { nullable: true, description: "Value dates from this day on." })
  effectiveFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value dates up to this day." })
  effectiveTo?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this time or later." })
  recordedFrom?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Recorded at this time or before." })
  recordedTo?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Posted by the import of this bank statement.",
  })
  statementId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Posted, or approved, by this user or API client; needs the scope audit:read.",
  })
  postedBy?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True for those that were reversed, wholly or in part; false for the others.",
  })
  isReversed?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether it closes a year or reopens one; reports of a period have only what does not.",
  })
  isYearEnd?: boolean | null;
}

/** Amounts of one currency, in minor units. */
interface AmountRange {
  readonly currency: string;
  readonly fromMinor: bigint;
  /** No bound when absent. */
  readonly toMinor: bigint | undefined;
}

/** What one entry of a transaction must be. */
export interface EntryConditions {
  readonly accountIds: readonly string[] | undefined;
  readonly side: EntrySide | undefined;
  readonly currency: string | undefined;
  readonly dimensions: EntryDimensions | undefined;
  /** One of these; any amount when absent. */
  readonly amounts: readonly AmountRange[] | undefined;
  /** The same for amounts, as the index of terms has them. */
  readonly amountTerms: readonly TermGroup[];
  /** It has no value of any of these dimensions. */
  readonly without: readonly string[] | undefined;
  /** Whether it is a flow of the cash on these accounts, by the direct method. */
  readonly flows: { readonly isFlow: boolean; readonly cashIds: readonly string[] } | undefined;
}

/** A filter as the list reads it. */
export interface TransactionConditions {
  readonly tenantId: string;
  readonly fundId: string;
  /** Words and reference, as the index of terms has them. */
  readonly terms: readonly TermGroup[];
  readonly entry: EntryConditions | undefined;
  readonly effectiveFrom: string | undefined;
  readonly effectiveTo: string | undefined;
  /** Positions, both included. */
  readonly positionFrom: number | undefined;
  readonly positionTo: number | undefined;
  /** Whether the positions leave out much of the book: then the index of terms leads to the rest sooner. */
  readonly isCutShort: boolean;
  readonly statementId: string | undefined;
  readonly actor: string | undefined;
  readonly isReversed: boolean | undefined;
  readonly isYearEnd: boolean | undefined;
  readonly ids: readonly string[] | undefined;
}

/** A position up to which a list is read, and where the book ends. */
export interface KnownAt {
  readonly position: number;
  readonly end: number;
}

/** Checks a filter and resolves it into what is stored. */
export async function resolveFilter(
  context: LedgerContext,
  fundId: string,
  filter: TransactionFilter,
  knownAt: KnownAt | undefined,
): Promise<TransactionConditions> {
  const { tenantId } = context.request;
  refuseEmpty(filter);
  if (typeof filter.postedBy === "string" && context.request.caller !== undefined)
    requireScope(context.request.caller, "audit:read");
  if (typeof filter.statementId === "string" && !isId(filter.statementId))
    throw invalidInput("filter.statementId", "is not the id of a statement");
  const { text, reference } = filter;
  return {
    tenantId,
    fundId,
    terms: termGroups({ text, reference }),
    entry: await resolveEntry(context, fundId, filter),
    effectiveFrom: filter.effectiveFrom ?? undefined,
    effectiveTo: filter.effectiveTo ?? undefined,
    ...(await resolvePositions(context, fundId, filter, knownAt)),
    statementId: filter.statementId ?? undefined,
    actor: filter.postedBy ?? undefined,
    isReversed: filter.isReversed ?? undefined,
    isYearEnd: filter.isYearEnd ?? undefined,
    ids: filter.ids ?? undefined,
  };
}

const MAX_DIMENSIONS = 20;

function refuseEmpty(filter: TransactionFilter): void {
  const { text, ids, accountIds, dimensions, effectiveFrom, effectiveTo } = filter;
  const dimensionCount = dimensions?.length ?? 1;
  if (dimensionCount < 1 || dimensionCount > MAX_DIMENSIONS)
    throw invalidInput("filter.dimensions", `must be 1 to ${MAX_DIMENSIONS}`);
  if (filter.withoutDimensions?.length === 0)
    throw invalidInput("filter.withoutDimensions", `must be 1 to ${MAX_DIMENSIONS}`);
  if (typeof text === "string" && termGroups({ text }).length === 0)
    throw invalidInput("filter.text", "must have a word");
  const named = ids?.length ?? 1;
  if (named < 1 || named > MAX_IDS || ids?.every(isId) === false)
    throw invalidInput("filter.ids", `must be 1 to ${MAX_IDS} ids of transactions`);
  const count = accountIds?.length ?? 1;
  if (count < 1 || count > MAX_ACCOUNTS || accountIds?.every(isId) === false)
    throw invalidInput("filter.accountIds", `must be 1 to ${MAX_ACCOUNTS} ids of accounts`);
  if (typeof effectiveFrom === "string" && typeof effectiveTo === "string")
    if (effectiveFrom > effectiveTo)
      throw invalidInput("filter.effectiveFrom", "must not lie after `effectiveTo`");
}

async function resolveEntry(
  context: LedgerContext,
  fundId: string,
  filter: TransactionFilter,
): Promise<EntryConditions | undefined> {
  const { accountIds, side, currency, amountFrom, amountTo, withoutDimensions, movesCash } = filter;
  const hasAmount = typeof amountFrom === "string" || typeof amountTo === "string";
  const dimensions = toDimensions(filter.dimensions);
  const given = [accountIds, side, currency, dimensions, withoutDimensions, movesCash];
  const isGiven = given.some((each) => each !== null && each !== undefined);
  if (!isGiven && !hasAmount) return undefined;
  const conditions = {
    accountIds: accountIds ?? undefined,
    side: side ?? undefined,
    currency: currency ?? undefined,
    dimensions,
    without: withoutDimensions
      ? toDimensionNames("filter.withoutDimensions", withoutDimensions)
      : undefined,
    flows:
      typeof movesCash === "boolean"
        ? { isFlow: movesCash, cashIds: await readCashAccounts(context, fundId) }
        : undefined,
  };
  if (!hasAmount) return { ...conditions, amounts: undefined, amountTerms: [] };
  const currencies =
    conditions.currency === undefined
      ? await readCurrencies(context, fundId)
      : [conditions.currency];
  const amounts = currencies.map((each) => ({
    currency: each,
    fromMinor: toMinor("filter.amountFrom", amountFrom ?? "0", each, "UP"),
    toMinor:
      typeof amountTo === "string" ? toMinor("filter.amountTo", amountTo, each, "DOWN") : undefined,
  }));
  return { ...conditions, amounts, amountTerms: termGroups({ amountFrom, amountTo }) };
}

const READ_CASH_ACCOUNTS = `
  SELECT id FROM account WHERE tenant_id = $1 AND fund_id = $2 AND counts_as_cash`;

async function readCashAccounts(
  { request, stores }: LedgerContext,
  fundId: string,
): Promise<string[]> {
  const parameters = [request.tenantId, fundId] as const;
  const { rows } = await stores.pool.query<{ id: string }>(READ_CASH_ACCOUNTS, parameters);
  return rows.map(({ id }) => id);
}

const READ_CURRENCIES = `
  SELECT DISTINCT currency FROM account WHERE tenant_id = $1 AND fund_id = $2`;

async function readCurrencies(
  { request, stores }: LedgerContext,
  fundId: string,
): Promise<string[]> {
  const parameters = [request.tenantId, fundId] as const;
  const { rows } = await stores.pool.query<{ currency: string }>(READ_CURRENCIES, parameters);
  return rows.map(({ currency }) => currency);
}

const MOST_DIGITS = 39;

/** A bound in minor units; what lies between two of them is rounded into the range. */
function toMinor(path: string, amount: string, currency: string, round: "UP" | "DOWN"): bigint {
  if (!/^\d{1,39}(?:\.\d{1,18})?$/.test(amount))
    throw invalidInput(path, "must be a decimal number, zero or more");
  const { unscaled, scale } = parseDecimal(amount);
  const scaled = unscaled * 10n ** BigInt(scaleOf(currency));
  const divisor = 10n ** BigInt(scale);
  const minor = scaled / divisor + (round === "UP" && scaled % divisor > 0n ? 1n : 0n);
  const most = 10n ** BigInt(MOST_DIGITS) - 1n;
  return minor > most ? most : minor;
}

function scaleOf(currency: string): number {
  try {
    return currencyScale(currency);
  } catch {
    throw invalidInput("filter.currency", "is not a currency");
  }
}

/** Recorded time never runs backwards in a book, so times are positions. */
async function resolvePositions(
  { stores, request }: LedgerContext,
  fundId: string,
  { recordedFrom, recordedTo }: TransactionFilter,
  knownAt: KnownAt | undefined,
): Promise<Pick<TransactionConditions, "positionFrom" | "positionTo" | "isCutShort">> {
  const book = { tenantId: request.tenantId, bookId: fundId };
  const placeAt = (time: string | null | undefined, isPast: boolean) =>
    typeof time === "string" ? findPlace(stores.pool, book, new Date(time), isPast) : undefined;
  const [from, behind] = [await placeAt(recordedFrom, false), await placeAt(recordedTo, true)];
  const ends = [knownAt?.position, behind === undefined ? undefined : behind - 1];
  const given = ends.filter((end) => end !== undefined);
  return {
    positionFrom: from,
    positionTo: given.length === 0 ? undefined : Math.min(...given),
    isCutShort:
      from !== undefined ||
      behind !== undefined ||
      (knownAt !== undefined && knownAt.position < knownAt.end / 2),
  };
}
