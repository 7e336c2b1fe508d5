import { AppError } from "@allfunds/contract/errors";
import type { TransactionProposed as TransactionProposedPayload } from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { dayLimitOf, limitOf } from "../approval-limits/approval-limit.ts";
import { ruleOf, type RuleKind } from "../approval-limits/approval-rule.ts";
import { COUNTERPARTY_DIMENSION } from "../dimensions/entry-dimensions.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import {
  debitedOn,
  debitedTogetherOn,
  directionOf,
  importedOn,
  movedWithOn,
  type ImportDirection,
} from "./day-sum.ts";

/** What a posting debits in one currency, and the limits that it is above; minor units. */
export interface ProposedTotal {
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly limitMinor: bigint | null;
  /** The limit by day when it is above that, with what its maker debited before on the day. */
  readonly dayLimitMinor?: bigint;
  /** The same of all people together in the fund. */
  readonly fundDayLimitMinor?: bigint;
  /** The same of one counterparty that its entries name. */
  readonly counterpartyLimitMinor?: bigint;
  /** Of a line of a bank statement: the limit of what its maker imports in one day in its direction. */
  readonly importLimitMinor?: bigint;
  /** The limit of several approvers that it is above. */
  readonly severalLimitMinor?: bigint;
}

/** By what a posting is judged. */
export interface Judged {
  readonly state: BookState;
  readonly tenant: BookState | undefined;
  /** Whose debits they are; absent when they count for no day. */
  readonly person: string | undefined;
  readonly day: string;
  /** Of a line of a bank statement. */
  readonly importing?: Importing | undefined;
}

/** Who imports a line, and whether all lines of its file wait. */
interface Importing {
  readonly person: string;
  readonly direction: ImportDirection;
  readonly waits: boolean;
}

type Posting = Pick<TransactionPosted, "entries">;

/** Debits by currency, in the order the currencies appear. */
export function debitsOf({ entries }: Posting): { currency: string; amountMinor: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { side, currency, amountMinor } of entries) {
    if (side === "DEBIT") sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }));
}

/** What a posting moves with one counterparty in one currency: the larger of its debits and credits there. */
export interface CounterpartySum {
  readonly counterparty: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

export function counterpartySums({ entries }: Posting): CounterpartySum[] {
  const sums = new Map<string, { debit: bigint; credit: bigint; of: CounterpartySum }>();
  for (const { side, currency, amountMinor, dimensions } of entries) {
    const counterparty = dimensions?.[COUNTERPARTY_DIMENSION];
    if (counterparty === undefined) continue;
    const key = `${currency} ${counterparty}`;
    const of = { counterparty, currency, amountMinor: 0n };
    const sum = sums.get(key) ?? { debit: 0n, credit: 0n, of };
    if (side === "DEBIT") sum.debit += amountMinor;
    else sum.credit += amountMinor;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ debit, credit, of }) => ({
    ...of,
    amountMinor: debit > credit ? debit : credit,
  }));
}

const SEVERAL: readonly (readonly [approvers: number, kind: RuleKind])[] = [
  [3, "THREE_APPROVERS"],
  [2, "TWO_APPROVERS"],
];

/** How many people have to approve an amount, and the limit of several that demands so; one is the least. */
function severalFor(
  { state, tenant }: Pick<Judged, "state" | "tenant">,
  { currency, amountMinor }: { readonly currency: string; readonly amountMinor: bigint | null },
): { readonly approvers: number; readonly limitMinor: bigint | undefined } {
  for (const [approvers, kind] of SEVERAL) {
    const limitMinor = ruleOf(state, tenant, kind, currency);
    if (limitMinor === null || (amountMinor !== null && amountMinor <= limitMinor)) continue;
    return { approvers, limitMinor };
  }
  return { approvers: 1, limitMinor: undefined };
}

/** How many people have to approve an amount, as they would debits; null is above every limit. */
export const approversOfAmount = (
  judged: Pick<Judged, "state" | "tenant">,
  currency: string,
  amountMinor: bigint | null,
): number => severalFor(judged, { currency, amountMinor }).approvers;

/** How many people have to approve a posting once it has to be approved. */
export const approversFor = (judged: Pick<Judged, "state" | "tenant">, posted: Posting): number =>
  Math.max(1, ...debitsOf(posted).map((total) => severalFor(judged, total).approvers));

/** The totals of a posting, each with the limits that it is above. */
export function judge(judged: Judged, posted: Posting): ProposedTotal[] {
  const withCounterparties = counterpartySums(posted);
  return debitsOf(posted).map((total) => judgeTotal(judged, total, withCounterparties));
}

/** What is moved in one currency, with the limits that it is above. */
export function judgeTotal(
  judged: Judged,
  total: Pick<ProposedTotal, "currency" | "amountMinor">,
  withCounterparties: readonly CounterpartySum[],
): ProposedTotal {
  const { state, tenant } = judged;
  const limitMinor = limitOf(state, tenant, total.currency);
  const isAbove = limitMinor !== null && total.amountMinor > limitMinor;
  const several = severalFor(judged, total).limitMinor;
  return {
    ...total,
    limitMinor: isAbove ? limitMinor : null,
    ...daysAbove(judged, total, withCounterparties),
    ...importAbove(judged, total),
    ...(several === undefined ? {} : { severalLimitMinor: several }),
  };
}

function daysAbove(
  { state, tenant, person, day }: Judged,
  { currency, amountMinor }: Pick<ProposedTotal, "currency" | "amountMinor">,
  withCounterparties: readonly CounterpartySum[],
): Pick<ProposedTotal, "dayLimitMinor" | "fundDayLimitMinor" | "counterpartyLimitMinor"> {
  if (person === undefined) return {};
  const own = dayLimitOf(state, tenant, currency);
  const together = ruleOf(state, tenant, "FUND_DAY", currency);
  const withOne = ruleOf(state, tenant, "COUNTERPARTY_DAY", currency);
  const isAbove = (limit: bigint | null, before: () => bigint, amount = amountMinor): boolean =>
    limit !== null && before() + amount > limit;
  return {
    ...(own !== null && isAbove(own, () => debitedOn(state, person, currency, day))
      ? { dayLimitMinor: own }
      : {}),
    ...(together !== null && isAbove(together, () => debitedTogetherOn(state, currency, day))
      ? { fundDayLimitMinor: together }
      : {}),
    ...(withOne !== null &&
    withCounterparties.some(
      (sum) =>
        sum.currency === currency &&
        isAbove(withOne, () => movedWithOn(state, sum, day), sum.amountMinor),
    )
      ? { counterpartyLimitMinor: withOne }
      : {}),
  };
}

/** What one person may import in one day in one direction: the fund's own limit, else its tenant's. */
export const importLimitOf = (
  { state, tenant }: Pick<Judged, "state" | "tenant">,
  currency: string,
): bigint | null => ruleOf(state, tenant, "IMPORT_DAY", currency);

function importAbove(
  judged: Judged,
  { currency, amountMinor }: Pick<ProposedTotal, "currency" | "amountMinor">,
): Pick<ProposedTotal, "importLimitMinor"> {
  const { state, importing, day } = judged;
  if (importing === undefined) return {};
  const limit = importLimitOf(judged, currency);
  if (limit === null) return {};
  const isAbove =
    importing.waits || importedOn(state, { ...importing, currency }, day) + amountMinor > limit;
  return isAbove ? { importLimitMinor: limit } : {};
}

/** True when the lines of a file take what a person imports in one day above the limit, in either direction. */
export function isAboveImports(
  judged: Omit<Judged, "person">,
  {
    person,
    currency,
    moves,
  }: {
    readonly person: string;
    readonly currency: string;
    readonly moves: Readonly<Record<ImportDirection, bigint>>;
  },
): boolean {
  const limit = importLimitOf(judged, currency);
  if (limit === null) return false;
  const { state, day } = judged;
  return (["IN", "OUT"] as const).some(
    (direction) =>
      importedOn(state, { person, direction, currency }, day) + moves[direction] > limit,
  );
}

/** What is imported without approval stays within the limit of the day, and is counted. */
export function refuseAboveImport(judged: Omit<Judged, "person">, posted: TransactionPosted): void {
  const { countedFor } = posted;
  const direction = directionOf(posted);
  for (const { currency, amountMinor } of debitsOf(posted)) {
    const limit = importLimitOf(judged, currency);
    if (limit === null) continue;
    if (countedFor === undefined) {
      throw new AppError(
        "APPROVAL_REQUIRED",
        "A line that the limit of imports applies to was not counted.",
      );
    }
    const imported = { person: countedFor, direction, currency };
    if (importedOn(judged.state, imported, judged.day) + amountMinor <= limit) continue;
    throw new AppError(
      "APPROVAL_REQUIRED",
      `More than ${formatAmount(limit, currency)} ${currency} was imported in one day without approval.`,
    );
  }
}

export const isWithin = (total: ProposedTotal): boolean => limitsAbove(total).length === 0;

/** The limits that a total is above. */
const limitsAbove = (total: ProposedTotal): bigint[] =>
  [
    total.limitMinor ?? undefined,
    total.dayLimitMinor,
    total.fundDayLimitMinor,
    total.counterpartyLimitMinor,
    total.importLimitMinor,
    total.severalLimitMinor,
  ].filter((limit) => limit !== undefined);

/** True when some limit of a day applies to what is debited, so that it is counted. */
export const isCounted = (
  { state, tenant }: Pick<Judged, "state" | "tenant">,
  totals: readonly Pick<ProposedTotal, "currency">[],
): boolean =>
  totals.some(
    ({ currency }) =>
      dayLimitOf(state, tenant, currency) !== null ||
      ruleOf(state, tenant, "FUND_DAY", currency) !== null ||
      ruleOf(state, tenant, "COUNTERPARTY_DAY", currency) !== null,
  );

/** What one may do without approval stays within the limits by day. */
export function refuseAboveDay(judged: Omit<Judged, "person">, posted: TransactionPosted): void {
  const { countedFor } = posted;
  const totals = debitsOf(posted);
  if (countedFor === undefined) {
    if (!isCounted(judged, totals)) return;
    throw new AppError("APPROVAL_REQUIRED", "What limits by day apply to was not counted.");
  }
  for (const total of totals) {
    const days = daysAbove({ ...judged, person: countedFor }, total, counterpartySums(posted));
    const [limit] = Object.values<bigint>(days);
    if (limit === undefined) continue;
    throw new AppError(
      "APPROVAL_REQUIRED",
      `More than ${formatAmount(limit, total.currency)} ${total.currency} was posted in one day without approval.`,
    );
  }
}

/** The totals of a proposal's payload. */
export const totalsOf = ({ totals }: Pick<TransactionProposedPayload, "totals">): ProposedTotal[] =>
  totals.map(({ currency, amount, limit, ...more }) => {
    const minor = (text: string): bigint => parseAmount(text, currency);
    const { dayLimit, fundDayLimit, counterpartyLimit, importLimit, severalLimit } = more;
    return {
      currency,
      amountMinor: minor(amount),
      limitMinor: limit === undefined ? null : minor(limit),
      ...(dayLimit === undefined ? {} : { dayLimitMinor: minor(dayLimit) }),
      ...(fundDayLimit === undefined ? {} : { fundDayLimitMinor: minor(fundDayLimit) }),
      ...(counterpartyLimit === undefined
        ? {}
        : { counterpartyLimitMinor: minor(counterpartyLimit) }),
      ...(importLimit === undefined ? {} : { importLimitMinor: minor(importLimit) }),
      ...(severalLimit === undefined ? {} : { severalLimitMinor: minor(severalLimit) }),
    };
  });
