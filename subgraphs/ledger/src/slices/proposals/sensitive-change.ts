import type { ChangeProposed as ChangeProposedPayload } from "@allfunds/contract/events";
import { formatAmount } from "@allfunds/contract/money";
import type { Command, DomainEvent, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { AccountStatusEvent } from "../account-status/account-status.ts";
import { requireAccount } from "../accounts/account.ts";
import { ownLimitOf, type ApprovalLimitSet } from "../approval-limits/approval-limit.ts";
import { hasRule, ruleOf } from "../approval-limits/approval-rule.ts";
import type { MinimumBalanceSet } from "../minimum-balances/minimum-balance.ts";
import { closedPeriodOf, type PeriodReopened } from "../periods/period.ts";
import { approversOfAmount } from "./limits-exceeded.ts";

export type ChangeKind = ChangeProposedPayload["change"];

export type SensitiveEvent =
  | Extract<AccountStatusEvent, { readonly type: "AccountUnfrozen" }>
  | MinimumBalanceSet
  | PeriodReopened
  | ApprovalLimitSet;

const SENSITIVE: ReadonlySet<string> = new Set<SensitiveEvent["type"]>([
  "AccountUnfrozen",
  "AccountFloorSet",
  "PeriodReopened",
  "ApprovalLimitSet",
]);

/** What loosens a control of the book, and the amount by which the tenant's rule judges it. */
export interface SensitiveChange {
  readonly change: ChangeKind;
  readonly description: string;
  /** Absent where no amount is changed. */
  readonly currency?: string;
  /** Minor units; null when nothing bounds it. */
  readonly amountMinor?: bigint | null;
  /** The amount that stands, and the one that takes its place; decimals, null for none. */
  readonly before?: string | null;
  readonly after?: string | null;
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
  return { change: "REOPEN_PERIOD", description: `Reopen the books ${days}: ${reason}` };
}

const LIMIT_NAMES = {
  POSTING: "Limit of one posting",
  DAY: "Limit of one person's day",
  FUND_DAY: "Limit of a fund's day",
  COUNTERPARTY_DAY: "Limit of a counterparty's day",
  CHANGE: "Limit of changes",
} as const;

/** Judged by what the new limit lets pass; none lets everything pass. */
function limiting(set: ApprovalLimitSet, state: BookState): SensitiveChange {
  const { currency, limitMinor, per = "POSTING", approvers = 1 } = set;
  const before = amountOrNull(ownLimitOf(state, set), currency);
  const after = amountOrNull(limitMinor, currency);
  const of = approvers === 1 ? "" : ` without ${approvers} approvers`;
  return {
    change: "APPROVAL_LIMIT",
    description: `${LIMIT_NAMES[per]}${of}: ${orNone(after, currency)} instead of ${orNone(before, currency)}`,
    currency,
    amountMinor: limitMinor,
    before,
    after,
  };
}

/** What a sensitive event changes; `state` is that before it. */
export function changeOf(event: SensitiveEvent, state: BookState): SensitiveChange {
  if (event.type === "AccountUnfrozen") return unfreezing(event, state);
  if (event.type === "AccountFloorSet") return lowering(event, state);
  return event.type === "PeriodReopened" ? reopening(event, state) : limiting(event, state);
}

/** The sensitive change among what a command leads to; `state` is that before it. */
export function changeAmong(
  events: readonly DomainEvent[],
  state: BookState,
): SensitiveChange | undefined {
  const event = events.find(({ type }) => SENSITIVE.has(type));
  return event === undefined ? undefined : changeOf(event as SensitiveEvent, state);
}

interface Books {
  readonly state: BookState;
  readonly tenant: BookState | undefined;
}

/** What a change needs: approval above a limit, or always where that is null. */
interface Demand {
  readonly limitMinor: bigint | null;
  readonly approvers: number;
}

/** True where a fund or its tenant has a rule for changes, so that what has no amount needs approval. */
export const guardsChanges = ({ state, tenant }: Books): boolean =>
  hasRule(state, tenant, "CHANGE");

/** What the rules demand for a change; undefined when one person may make it. A limit of zero is for every change. */
export function demandFor(
  books: Books,
  { currency, amountMinor = null }: Pick<SensitiveChange, "currency" | "amountMinor">,
): Demand | undefined {
  const { state, tenant } = books;
  if (currency === undefined) {
    return guardsChanges(books) ? { limitMinor: null, approvers: 1 } : undefined;
  }
  const limitMinor = ruleOf(state, tenant, "CHANGE", currency);
  if (limitMinor === null) return undefined;
  if (limitMinor > 0n && amountMinor !== null && amountMinor <= limitMinor) return undefined;
  return { limitMinor, approvers: approversOfAmount(books, currency, amountMinor) };
}

/** A sensitive change was above a limit: it waits until another person decides on it. */
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

/** What a sensitive change leads to: its events, or above the limit of changes nothing but a proposal. */
export function requireChangeApproval(
  command: Command,
  events: readonly DomainEvent[],
  state: BookState,
  requester: Requester,
  schema: number,
): readonly DomainEvent[] {
  const change = changeAmong(events, state);
  if (change === undefined) return events;
  const { tenant } = state;
  const limitsAt = tenant?.head.position ?? 0;
  const demand = demandFor({ state, tenant }, change);
  if (demand === undefined) return limitsAt === 0 ? events : events.map(placed(limitsAt));
  return [propose(command as OfChange, change, { ...demand, limitsAt, schema }, requester, state)];
}

/** A change names the limits that it was decided by, so that a replay proves it. */
const placed =
  (limitsAt: number) =>
  (event: DomainEvent): DomainEvent =>
    SENSITIVE.has(event.type) ? Object.assign({ limitsAt }, event) : event;

function propose(
  command: OfChange,
  { amountMinor, currency, ...change }: SensitiveChange,
  { limitMinor, approvers, limitsAt, schema }: Demand & { limitsAt: number; schema: number },
  { actor: maker, owner: makerOwner }: Requester,
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
};

/** Whose approval a proposed change needs, as a sentence without its end. */
export function needOf({ change, approvers = 1 }: ChangeProposedPayload): string {
  const by = approvers === 1 ? "another person" : `${approvers} other people`;
  return `${SENTENCES[change]} needs approval by ${by}`;
}
