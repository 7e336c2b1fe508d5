import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { checkDate, Findings } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import type { AccountOpened } from "../accounts/account.ts";
import { checkAction, storedAction, toFact, type ActionOrder } from "./action-terms.ts";
import { requireTerms } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import type { LotChange } from "../lots/lot-change.ts";
import { amountOf, isTrade, type CorporateActionFact } from "../lots/portfolio-fact.ts";
import { Legs } from "../lots/portfolio-legs.ts";
import { firstOpenDay } from "../periods/period.ts";
import { firstOpenDate } from "../published-navs/published-nav.ts";
import type { Security } from "../securities/security.ts";
import {
  baseOf,
  consequencesOf,
  consequencesWithout,
  factsBefore,
  foldFact,
  HELD,
  HELD_SECURITIES,
  unfoldFact,
} from "../trades/held-lots.ts";
import { PortfolioPoster, replayEvents, type LotsReplayed } from "../trades/portfolio-posting.ts";
import { checkReason } from "../trades/trade-state.ts";
import { realisedAmounts, refuseOtherForm, type RealisedAmounts } from "../trades/trade.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";

export interface RecordCorporateAction {
  readonly kind: "RecordCorporateAction";
  readonly fundId: string;
  readonly action: ActionOrder;
}

/** The command to post the cash of an action against what was owed. */
export interface PayCorporateAction {
  readonly kind: "PayCorporateAction";
  readonly fundId: string;
  readonly actionId: string;
  /** Value date, the pay date when null; the first open day when it is in a closed period. */
  readonly date: string | null;
  /** What was paid in the currency of the security; what was owed when null. */
  readonly amount: string | null;
}

export interface CancelCorporateAction {
  readonly kind: "CancelCorporateAction";
  readonly fundId: string;
  readonly actionId: string;
  readonly isin: string;
  readonly reason: string;
}

export type CorporateActionCommand =
  | RecordCorporateAction
  | PayCorporateAction
  | CancelCorporateAction;

const text = z.string();

/** As they are kept while they wait for approval. */
export const storedRecording = z.object({
  kind: z.literal("RecordCorporateAction"),
  fundId: text,
  action: storedAction,
});
export const storedPayment = z.object({
  kind: z.literal("PayCorporateAction"),
  fundId: text,
  actionId: text,
  date: text.nullable(),
  amount: text.nullable(),
});
export const storedCancellation = z.object({
  kind: z.literal("CancelCorporateAction"),
  fundId: text,
  actionId: text,
  isin: text,
  reason: text,
});

/** A corporate action takes effect at the open of its day; what it posts follows. */
export interface CorporateActionRecorded {
  readonly type: "CorporateActionRecorded";
  readonly fundId: string;
  readonly fact: CorporateActionFact;
  readonly security: Security;
  readonly into: Security | null;
  readonly earlier: number;
  readonly lots: readonly LotChange[];
  readonly realised: RealisedAmounts;
  /** Cash or what is owed, in the currency of the security. */
  readonly cash: string;
  /** Null when the fund holds nothing of it. */
  readonly transactionId: string | null;
  /** Whether limits judge what it posts; absent of events of earlier versions. */
  readonly judged?: true | undefined;
}

export interface CorporateActionPaid {
  readonly type: "CorporateActionPaid";
  readonly fundId: string;
  readonly actionId: string;
  readonly date: string;
  readonly amount: string;
  readonly transactionId: string;
  /** Whether limits judge what it posts; absent of events of earlier versions. */
  readonly judged?: true | undefined;
}

export interface CorporateActionCancelled {
  readonly type: "CorporateActionCancelled";
  readonly fundId: string;
  readonly actionId: string;
  readonly reason: string;
  readonly bookedOn: string;
  readonly earlier: number;
  readonly lots: readonly LotChange[];
  readonly transactionId: string | null;
  /** Whether limits judge what it posts; absent of events of earlier versions. */
  readonly judged?: true | undefined;
}

/** An action as decisions about it read it. */
interface ActionState {
  readonly fact: CorporateActionFact;
  readonly cash: string;
  readonly status: "EX" | "PAID" | "CANCELLED";
}

/** Looked up by id; a replay keeps them. */
export const ACTION = defineRows<ActionState>("corporate actions", () => false);

const FIND_ACTIONS = `
  SELECT e.payload, s.status FROM portfolio_fact f
  JOIN event e USING (tenant_id, book_id, position)
  LEFT JOIN LATERAL (SELECT status FROM portfolio_status
    WHERE tenant_id = $1 AND book_id = $2 AND fact_id = f.fact_id ORDER BY position DESC LIMIT 1) s ON true
  WHERE f.tenant_id = $1 AND f.book_id = $2 AND f.fact_id = ANY ($3::uuid[])
    AND e.type = 'CorporateActionRecorded'`;

interface ActionRow {
  readonly payload: CorporateActionRecorded;
  readonly status: "PAID" | "CANCELLED" | null;
}

const ACTIONS_BY_ID: Lookup<ActionState> = {
  rows: ACTION,
  find: async ({ statements, book, draft }, ids) => {
    const parameters = [book.tenantId, book.bookId, [...ids]];
    const { rows } = await statements.query<ActionRow>(FIND_ACTIONS, parameters);
    for (const { payload, status } of rows) {
      const { fact, cash } = payload;
      if (draft.get(ACTION, fact.id) !== undefined) continue;
      draft.put(ACTION, fact.id, { fact, cash, status: status ?? "EX" });
    }
  },
};

export function wantRecorded(
  { action: { actionId, security, into } }: RecordCorporateAction,
  want: Want,
  clientChoseId: boolean,
): void {
  if (clientChoseId && isId(actionId)) want(ACTIONS_BY_ID, actionId);
  want(HELD_SECURITIES, security.isin);
  if (into !== null) want(HELD_SECURITIES, into.isin);
}

export const wantPaid = ({ actionId }: PayCorporateAction, want: Want): void =>
  want(ACTIONS_BY_ID, actionId);

export function wantCancelled({ actionId, isin }: CancelCorporateAction, want: Want): void {
  want(ACTIONS_BY_ID, actionId);
  want(HELD_SECURITIES, isin);
}

type Posted<Event> = (Event | LotsReplayed | TransactionPosted | AccountOpened)[];

export function decideRecordAction(
  { fundId, action }: RecordCorporateAction,
  state: BookState,
): Posted<CorporateActionRecorded> {
  checkAction(action);
  requireFund(state, fundId);
  const { actionId, security, into, exDate } = action;
  if (state.get(ACTION, actionId) !== undefined) {
    throw new AppError(
      "ALREADY_EXISTS",
      `A corporate action with the id ${actionId} exists already.`,
    );
  }
  const draft = state.fork();
  const terms = requireTerms(draft, exDate);
  const before = tradedInterest(draft, security.isin, exDate);
  const fact = toFact(action, terms.lotMethod, {
    sequence: state.head.position + 1,
    bookedOn: firstOpenDate(draft, exDate),
    accruedMinor: before,
  });
  refuseOtherForm(draft, fact);
  if (into !== null) refuseOtherForm(draft, into);
  const earlier = factsBefore(draft, fact);
  const { outcome, lots, legs, replayed } = consequencesOf(draft, fact);
  const poster = new PortfolioPoster(draft);
  const posted = poster.post(`corporate action ${actionId}`, {
    effectiveDate: fact.bookedOn,
    description: `${describe(fact)} of ${security.isin}`,
    fact: "CORPORATE_ACTION",
    factId: actionId,
    legs,
  });
  const recorded: CorporateActionRecorded = {
    type: "CorporateActionRecorded",
    fundId,
    fact,
    security,
    into,
    earlier,
    lots,
    realised: realisedAmounts(fact.currency, baseOf(draft), outcome.realised),
    cash: formatAmount(outcome.cashMinor, fact.currency),
    transactionId: posted?.transactionId ?? null,
    judged: true,
  };
  const replays = replayEvents(poster, { fundId, id: actionId }, replayed);
  return [...poster.opened, recorded, ...(posted === undefined ? [] : [posted]), ...replays];
}

/** Interest bought less sold and received before a day: what stands accrued of the trades of a bond. */
function tradedInterest(state: BookState, isin: string, date: string): bigint {
  const facts = (state.get(HELD, isin)?.facts ?? []).filter((fact) => fact.date < date);
  const sum = facts.reduce((all, fact) => {
    if (isTrade(fact)) {
      const accrued = amountOf(fact, fact.accrued);
      return all + (fact.kind === "BUY" ? accrued : -accrued);
    }
    return fact.kind === "COUPON" ? all - amountOf(fact, fact.accruedBefore) : all;
  }, 0n);
  return sum > 0n ? sum : 0n;
}

const describe = ({ kind }: CorporateActionFact): string =>
  kind.charAt(0) + kind.slice(1).toLowerCase().replaceAll("_", " ");

function requireAction(state: BookState, id: string): ActionState {
  const action = state.get(ACTION, id);
  if (action !== undefined) return action;
  throw new AppError(
    "CORPORATE_ACTION_NOT_FOUND",
    `The fund has no corporate action ${id.slice(0, 80)}.`,
  );
}

/** An action that is neither paid nor cancelled. */
export function requireUnpaid(state: BookState, id: string): ActionState {
  const action = requireAction(state, id);
  if (action.status === "EX") return action;
  const what = action.status === "PAID" ? "was paid already" : "was cancelled";
  throw new AppError("TRADE_STATE", `The corporate action ${id} ${what}.`);
}

export function requireUncancelled(state: BookState, id: string): ActionState {
  const action = requireAction(state, id);
  if (action.status !== "CANCELLED") return action;
  throw new AppError("TRADE_STATE", `The corporate action ${id} was cancelled.`);
}

export function decidePayAction(
  { fundId, actionId, date, amount }: PayCorporateAction,
  state: BookState,
): Posted<CorporateActionPaid> {
  const findings = new Findings();
  if (date !== null) checkDate(findings, "date", date);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { fact, cash } = requireUnpaid(state, actionId);
  const on = date ?? fact.payDate;
  if (on === null) throw invalidInput("date", "must be given: the action has no pay date");
  if (on < fact.date) throw invalidInput("date", "must not be before the ex-date");
  const { currency } = fact;
  const minor = parseAmount(amount ?? cash, currency);
  const legs = new Legs();
  legs.add("BANK", { currency }, minor);
  legs.add(
    fact.kind === "COUPON" ? "COUPONS_RECEIVABLE" : "DIVIDENDS_RECEIVABLE",
    { currency },
    -minor,
  );
  const draft = state.fork();
  const paidOn = firstOpenDay(draft, on);
  const poster = new PortfolioPoster(draft);
  const posted = poster.post(`pay ${actionId}`, {
    effectiveDate: paidOn,
    description: `${describe(fact)} of ${fact.isin} paid`,
    fact: "CORPORATE_ACTION",
    factId: actionId,
    legs,
  });
  if (posted === undefined) throw invalidInput("amount", "must not be zero");
  const paid: CorporateActionPaid = {
    type: "CorporateActionPaid",
    fundId,
    actionId,
    date: paidOn,
    amount: formatAmount(minor, currency),
    transactionId: posted.transactionId,
    judged: true,
  };
  return [...poster.opened, paid, posted];
}

/** The reversal of all that it posted at its ex-date, and the difference of what came behind it. */
export function decideCancelAction(
  { fundId, actionId, reason }: CancelCorporateAction,
  state: BookState,
): Posted<CorporateActionCancelled> {
  checkReason(reason);
  requireFund(state, fundId);
  const { fact } = requireUnpaid(state, actionId);
  const draft = state.fork();
  const earlier = factsBefore(draft, fact);
  const { lots, legs, replayed } = consequencesWithout(draft, fact);
  const poster = new PortfolioPoster(draft);
  const bookedOn = firstOpenDate(draft, fact.bookedOn);
  const posted = poster.post(`cancel ${actionId}`, {
    effectiveDate: bookedOn,
    description: `Cancelled: ${reason}`.slice(0, 500),
    fact: "CORPORATE_ACTION",
    factId: actionId,
    legs,
  });
  const cancelled: CorporateActionCancelled = {
    type: "CorporateActionCancelled",
    fundId,
    actionId,
    reason,
    bookedOn,
    earlier,
    lots,
    transactionId: posted?.transactionId ?? null,
    judged: true,
  };
  const replays = replayEvents(poster, { fundId, id: actionId, isCancelled: true }, replayed);
  return [...poster.opened, cancelled, ...(posted === undefined ? [] : [posted]), ...replays];
}

export function evolveActionRecorded(draft: BookState, event: CorporateActionRecorded): void {
  const { fact, cash, earlier } = event;
  foldFact(draft, fact, earlier);
  draft.put(ACTION, fact.id, { fact, cash, status: "EX" });
}

export function evolveActionPaid(draft: BookState, { actionId }: CorporateActionPaid): void {
  const action = draft.get(ACTION, actionId);
  if (action !== undefined) draft.put(ACTION, actionId, { ...action, status: "PAID" });
}

export function evolveActionCancelled(draft: BookState, event: CorporateActionCancelled): void {
  const { actionId, earlier } = event;
  const action = draft.get(ACTION, actionId);
  if (action === undefined) return;
  draft.put(ACTION, actionId, { ...action, status: "CANCELLED" });
  unfoldFact(draft, action.fact, earlier);
}
