import type { ChangeProposed as ChangeProposedPayload } from "@allfunds/contract/events";
import { formatAmount } from "@allfunds/contract/money";
import type { Command, DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { AccountStatusEvent } from "../account-status/account-status.ts";
import { requireAccount } from "../accounts/account.ts";
import {
  inForceAround,
  isClosedByOthers,
  isOtherMoney,
  ownLimitOf,
  type ApprovalLimitSet,
} from "../approval-limits/approval-limit.ts";
import { hasRule, ruleOf } from "../approval-limits/approval-rule.ts";
import { fundOf } from "../funds/fund.ts";
import type { MinimumBalanceSet } from "../minimum-balances/minimum-balance.ts";
import { closedPeriodOf, type PeriodReopened } from "../periods/period.ts";
import { valueDateLimitsOf, type ValueDateLimitsSet } from "../value-dates/value-date.ts";
import { approversOfAmount } from "./limits-exceeded.ts";
import { ofAdministrators } from "./person.ts";

export type ChangeKind = ChangeProposedPayload["change"];

export type SensitiveEvent =
  | Extract<AccountStatusEvent, { readonly type: "AccountUnfrozen" }>
  | MinimumBalanceSet
  | PeriodReopened
  | ApprovalLimitSet
  | ValueDateLimitsSet;

const SENSITIVE: ReadonlySet<string> = new Set<SensitiveEvent["type"]>([
  "AccountUnfrozen",
  "AccountFloorSet",
  "PeriodReopened",
  "ApprovalLimitSet",
  "ValueDateLimitsSet",
]);

/** A change of a control of the book, and the amount by which the tenant's rule judges it. */
export interface SensitiveChange {
  readonly change: ChangeKind;
  /** False for what only tightens the control, which one person may always do. */
  readonly isLooser: boolean;
  readonly description: string;
  /** Absent where no amount is changed. */
  readonly currency?: string;
  /** Minor units; null when nothing bounds it. */
  readonly amountMinor?: bigint | null;
  /** The amount that stands, and the one that takes its place; decimals, null for none. Of value dates: days. */
  readonly before?: string | null;
  readonly after?: string | null;
  /** The first limit of a tenant in a currency in which its limits of changes let nothing pass. */
  readonly isClosed?: boolean;
}

const amountOrNull = (minor: bigint | null, currency: string): string | null =>
  minor === null ? null : formatAmount(minor, currency);

const orNone = (amount: string | null, currency: string): string =>
  amount === null ? "none" : `${amount} ${currency}`;

function unfreezing(
  { accountId, reason }: Extract<SensitiveEvent, { readonly type: "AccountUnfrozen" }>,
  state: BookState,
): SensitiveChange {
  const { code, currency, balanceMinor } = requireAccount(state, accountId);
  return {
    change: "UNFREEZE_ACCOUNT",
    isLooser: true,
    description: `Unfreeze account ${code}: ${reason}`,
    currency,
    amountMinor: balanceMinor < 0n ? -balanceMinor : balanceMinor,
  };
}

/** Judged by how far the minimum falls; one that rises is a change of zero. */
function lowering(
  { accountId, currency, minimumMinor }: MinimumBalanceSet,
  state: BookState,
): SensitiveChange {
  const { code, minimumMinor: nowMinor } = requireAccount(state, accountId);
  const [before, after] = [amountOrNull(nowMinor, currency), amountOrNull(minimumMinor, currency)];
  const isLower = nowMinor !== null && (minimumMinor === null || minimumMinor < nowMinor);
  const byMinor = minimumMinor === null || nowMinor === null ? null : nowMinor - minimumMinor;
  return {
    change: "MINIMUM_BALANCE",
    isLooser: isLower,
    description: `Minimum balance of account ${code}: ${orNone(after, currency)} instead of ${orNone(before, currency)}`,
    currency,
    amountMinor: isLower ? byMinor : 0n,
    before,
    after,
  };
}

function reopening({ periodId, reason }: PeriodReopened, state: BookState): SensitiveChange {
  const { from, to } = closedPeriodOf(state, periodId);
  const days = from === null ? `up to ${to}` : `from ${from} to ${to}`;
  const description = `Reopen the books ${days}: ${reason}`;
  return { change: "REOPEN_PERIOD", isLooser: true, description };
}

/** As a proposal has them, so that its approval finds out when they were changed meanwhile. */
const spellDays = ({ daysBehind, daysAhead }: ReturnType<typeof valueDateLimitsOf>): string =>
  `${daysBehind} ${daysAhead}`;

/** Value dates farther away pass without being confirmed. */
function widening(set: ValueDateLimitsSet, state: BookState): SensitiveChange {
  const now = valueDateLimitsOf(state);
  return {
    change: "VALUE_DATE_LIMITS",
    isLooser: set.daysBehind > now.daysBehind || set.daysAhead > now.daysAhead,
    description: `Value dates up to ${set.daysBehind} days behind and ${set.daysAhead} ahead without confirmation, instead of ${now.daysBehind} and ${now.daysAhead}`,
    before: spellDays(now),
    after: spellDays(set),
  };
}

const LIMIT_NAMES = {
  POSTING: "Limit of one posting",
  DAY: "Limit of one person's day",
  FUND_DAY: "Limit of a fund's day",
  COUNTERPARTY_DAY: "Limit of a counterparty's day",
  IMPORT_DAY: "Limit of what one person imports in a day",
  CHANGE: "Limit of changes",
} as const;

/** True when more passes than before; null lets everything pass. */
const isHigher = (before: bigint | null, after: bigint | null): boolean =>
  before !== null && (after === null || after > before);

/**
 * True when a limit lets more pass than before. Where there is a second administrator, no limit of changes lets none
 * pass alone; taking one away counts as looser, because it also counts without a second administrator.
 */
function isLooserLimit(set: ApprovalLimitSet, { state, tenant, second }: Books): boolean {
  if (set.lifts === true) return true;
  const { before, after } = inForceAround(state, set, tenant);
  if (set.per === "CHANGE" && before === null) return second && after !== null && after > 0n;
  return isHigher(before, after);
}

/** Judged by what the new limit lets pass; none lets everything pass. */
function limiting(set: ApprovalLimitSet, books: Books): SensitiveChange {
  const { state } = books;
  const { currency, limitMinor, per = "POSTING", approvers = 1 } = set;
  const before = amountOrNull(ownLimitOf(state, set), currency);
  const after = amountOrNull(limitMinor, currency);
  const of = approvers === 1 ? "" : ` without ${approvers} approvers`;
  return {
    change: "APPROVAL_LIMIT",
    isLooser: isLooserLimit(set, books),
    description: `${LIMIT_NAMES[per]}${of}: ${orNone(after, currency)} instead of ${set.lifts === true ? "approval of every amount" : orNone(before, currency)}`,
    currency,
    amountMinor: limitMinor,
    before,
    after,
    isClosed:
      set.fundId === null && set.lifts === true && isClosedByOthers(state, currency, "CHANGE"),
  };
}

/** By what a sensitive change is judged: the book before it, its tenant's, and whether that has a second administrator. */
export interface Books {
  readonly state: BookState;
  readonly tenant: BookState | undefined;
  readonly second: boolean;
}

/** What a sensitive event changes. */
export function changeOf(event: SensitiveEvent, books: Books): SensitiveChange {
  const { state } = books;
  if (event.type === "AccountUnfrozen") return unfreezing(event, state);
  if (event.type === "AccountFloorSet") return lowering(event, state);
  if (event.type === "ValueDateLimitsSet") return widening(event, state);
  return event.type === "PeriodReopened" ? reopening(event, state) : limiting(event, books);
}

/** The sensitive change among what a command leads to. */
export function changeAmong(
  events: readonly DomainEvent[],
  books: Books,
): SensitiveChange | undefined {
  const event = events.find(({ type }) => SENSITIVE.has(type));
  return event === undefined ? undefined : changeOf(event as SensitiveEvent, books);
}

export const booksOf = (
  state: BookState,
  { secondAdministrator }: Pick<Requester, "secondAdministrator">,
): Books => ({ state, tenant: state.tenant, second: secondAdministrator === true });

/** What a change needs: approval above a limit, or always where that is null. */
interface Demand {
  readonly limitMinor: bigint | null;
  readonly approvers: number;
}

/** True where a fund or its tenant has a rule for changes, so that what has no amount needs approval. */
export const guardsChanges = ({ state, tenant }: Pick<Books, "state" | "tenant">): boolean =>
  hasRule(state, tenant, "CHANGE");

/** The limit of changes in a currency; zero for other money than the fund's where only the fund's own has one. */
function changeLimitOf({ state, tenant }: Books, currency: string): bigint | null {
  const limitMinor = ruleOf(state, tenant, "CHANGE", currency);
  if (limitMinor !== null || !isOtherMoney(state, tenant, currency)) return limitMinor;
  const base = fundOf(state)?.currency ?? "";
  return ruleOf(state, tenant, "CHANGE", base) === null ? null : 0n;
}

/**
 * What the rules demand for a change; undefined when one person may make it. A limit of changes of zero is for every
 * change that loosens, and so is a second administrator where there is no limit.
 */
export function demandFor(
  books: Books,
  { isLooser, currency, amountMinor = null, isClosed = false }: SensitiveChange,
): Demand | undefined {
  if (!isLooser) return undefined;
  const { second } = books;
  if (currency === undefined) {
    return second || guardsChanges(books) ? { limitMinor: null, approvers: 1 } : undefined;
  }
  const limitMinor = changeLimitOf(books, currency) ?? (isClosed ? 0n : null);
  if (limitMinor === null && !second) return undefined;
  if (limitMinor !== null && limitMinor > 0n && amountMinor !== null && amountMinor <= limitMinor) {
    return undefined;
  }
  return { limitMinor, approvers: approversOfAmount(books, currency, amountMinor) };
}

/** A sensitive change was above a limit, or there is a second administrator: it waits until another person decides on it. */
export interface ChangeProposed extends Omit<ChangeProposedPayload, "command"> {
  readonly type: "ChangeProposed";
  readonly command: ChangeProposedPayload["command"];
}

/** What names the object of a command. */
type OfChange = Command & {
  readonly fundId: string | null;
  readonly accountId?: string;
  readonly periodId?: string;
};

/** What a sensitive change leads to: its events, or, when another person has to approve it, nothing but a proposal. */
export function requireChangeApproval(
  command: Command,
  events: readonly DomainEvent[],
  state: BookState,
  requester: Requester,
  schema: number,
): readonly DomainEvent[] {
  const books = booksOf(state, requester);
  const change = changeAmong(events, books);
  if (change === undefined) return events;
  const limitsAt = state.tenant?.head.position ?? 0;
  const demand = demandFor(books, change);
  if (demand === undefined) {
    const facts = {
      ...(limitsAt === 0 ? {} : { limitsAt }),
      ...(change.isLooser ? ofAdministrators(requester) : {}),
    };
    return events.map((event) =>
      SENSITIVE.has(event.type) ? Object.assign({ ...facts }, event) : event,
    );
  }
  return [propose(command as OfChange, change, { ...demand, limitsAt, schema }, requester, state)];
}

function propose(
  command: OfChange,
  { amountMinor, currency, isLooser: _isLooser, isClosed: _isClosed, ...change }: SensitiveChange,
  { limitMinor, approvers, limitsAt, schema }: Demand & { limitsAt: number; schema: number },
  { actor: maker, owner: makerOwner, secondAdministrator }: Requester,
  { head }: BookState,
): ChangeProposed {
  const { fundId, accountId, periodId } = command;
  return {
    type: "ChangeProposed",
    // A book has one event behind each of its heads.
    proposalId: uuidOfText(`change ${head.hash}`),
    fundId,
    maker,
    ...(makerOwner === undefined ? {} : { makerOwner }),
    ...change,
    ...(accountId === undefined ? {} : { accountId }),
    ...(periodId === undefined ? {} : { periodId }),
    ...(currency === undefined ? {} : { currency }),
    ...(amountMinor === undefined || currency === undefined
      ? {}
      : { amount: amountOrNull(amountMinor, currency) }),
    ...(limitMinor === null || currency === undefined
      ? {}
      : { limit: formatAmount(limitMinor, currency) }),
    command: JSON.parse(JSON.stringify(command)) as ChangeProposedPayload["command"],
    ...(schema === 1 ? {} : { schema }),
    ...(approvers === 1 ? {} : { approvers }),
    ...(limitsAt === 0 ? {} : { limitsAt }),
    ...(secondAdministrator === true ? { needsAdministrator: true as const } : {}),
  };
}

/** True when what a change would take the place of is no longer what its proposal showed. */
export const wasChangedSince = (
  { before = null }: Pick<SensitiveChange, "before">,
  shown: { readonly before?: string | null | undefined },
): boolean => before !== (shown.before ?? null);

const SENTENCES: Readonly<Record<ChangeKind, string>> = {
  UNFREEZE_ACCOUNT: "Unfreezing this account",
  MINIMUM_BALANCE: "This change of a minimum balance",
  REOPEN_PERIOD: "Reopening a period",
  APPROVAL_LIMIT: "This change of a limit",
  VALUE_DATE_LIMITS: "This change of value dates",
};

/** Whose approval a proposed change needs, as a sentence without its end. */
export const needOf = ({ change, ...demand }: ChangeProposedPayload): string =>
  `${SENTENCES[change]} needs approval by ${approversOf(demand)}`;

/** Who has to approve, as an end of a sentence. */
export function approversOf({
  approvers = 1,
  needsAdministrator,
}: Pick<ChangeProposedPayload, "approvers" | "needsAdministrator">): string {
  if (needsAdministrator !== true) {
    return approvers === 1 ? "another person" : `${approvers} other people`;
  }
  return approvers === 1
    ? "a second administrator"
    : `${approvers} other people, one of them an administrator`;
}
