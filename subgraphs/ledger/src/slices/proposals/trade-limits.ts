import { AppError } from "@allfunds/contract/errors";
import type { Command, DomainEvent } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { debitsOf, isCounted, isWithin, judge, type Judged } from "./limits-exceeded.ts";

/** A trade or corporate action, or what becomes of one: limits judge what it posts itself. */
interface OfFact extends DomainEvent {
  readonly transactionId: string | null;
  readonly judged?: true | undefined;
}

const isFact = (event: DomainEvent): event is OfFact =>
  "judged" in event && "transactionId" in event;

/** What the trades or corporate actions of a command post themselves, in their order; the rest is what they replayed. */
export function judgedAmong(events: readonly DomainEvent[]): TransactionPosted[] {
  const own = new Set(events.filter(isFact).map(({ transactionId }) => transactionId));
  if (own.size === 0) return [];
  return events.filter(
    (event): event is TransactionPosted =>
      event.type === "TransactionPosted" && own.has((event as TransactionPosted).transactionId),
  );
}

/** The posting that limits judge; what a fact of fund administration only replayed is none. */
export function postedAmong(events: readonly DomainEvent[]): TransactionPosted | undefined {
  const [own] = judgedAmong(events);
  if (own !== undefined) return own;
  const posted = events.find(({ type }) => type === "TransactionPosted");
  const found = posted as TransactionPosted | undefined;
  return found?.source.kind === "ADMINISTRATION" ? undefined : found;
}

/** Postings of trades and corporate actions that limits judge, by transaction. */
export const JUDGED = defineBatchRows<true>("judged trades");
/** Set once trades that are recorded, or the other facts, are judged: those of earlier versions were not. */
export const ARE_JUDGED = defineBatchRows<true>("trades are judged");

const RECORDED: ReadonlySet<string> = new Set(["TradeRecorded", "CurrencyTradeRecorded"]);
const groupOf = (type: string): string => (RECORDED.has(type) ? "RECORDED" : "FOLLOWING");

/** Reaction to a fact that posts: its posting follows. */
export const FACT_LIMITS = {
  evolve: (draft: BookState, { type, transactionId, judged }: OfFact): void => {
    if (judged === undefined) return;
    if (transactionId !== null) draft.put(JUDGED, transactionId, true);
    draft.put(ARE_JUDGED, groupOf(type), true);
  },
  check: (state: BookState, { type, judged }: OfFact): void => {
    if (judged === true || state.get(ARE_JUDGED, groupOf(type)) !== true) return;
    throw new AppError("APPROVAL_REQUIRED", `${type} was recorded without a look at limits.`);
  },
};

/** Commands whose transaction has an id that follows from the fact: it may be proposed again. */
const OF_FACT: ReadonlySet<string> = new Set([
  "SettleTrades",
  "CancelTrade",
  "SettleCurrencyTrade",
  "CancelCurrencyTrade",
  "PayCorporateAction",
  "CancelCorporateAction",
]);

export const followsFact = ({ kind }: Command): boolean => OF_FACT.has(kind);

/** Names the person for whose day postings count that a limit by day applies to; what a trade replayed is none of it. */
export function withPerson(
  judged: Judged & { readonly person: string },
  events: readonly DomainEvent[],
): readonly DomainEvent[] {
  const own = judgedAmong(events);
  return events.map((event) => {
    const posted = event as TransactionPosted;
    const isOwn = event.type === "TransactionPosted" && (own.length === 0 || own.includes(posted));
    if (!isOwn || !isCounted(judged, debitsOf(posted))) return event;
    return Object.assign({ countedFor: judged.person }, event);
  });
}

/**
 * Several trades of one command are within every limit, each by itself and together on their day, or refused: only
 * one that is recorded or settled by itself can wait for approval.
 */
export function requireWithin(
  judged: Judged & { readonly person: string },
  { kind }: Command,
  events: readonly DomainEvent[],
  trades: readonly TransactionPosted[],
): readonly DomainEvent[] {
  const [path, verb] = kind === "SettleTrades" ? ["tradeIds", "settle"] : ["trades", "record"];
  const above = trades.findIndex((posted) => !judge(judged, posted).every(isWithin));
  if (above !== -1) {
    throw new AppError(
      "APPROVAL_REQUIRED",
      `${path}.${above} is above what one person may post: ${verb} it by itself, so that it can wait for approval.`,
      { violations: [{ path: `${path}.${above}`, message: "is above a limit" }] },
    );
  }
  const together = judge(judged, { entries: trades.flatMap(({ entries }) => entries) });
  const ofDay = together.map(({ limitMinor: _limit, severalLimitMinor: _several, ...total }) => ({
    ...total,
    limitMinor: null,
  }));
  if (!ofDay.every(isWithin)) {
    throw new AppError(
      "APPROVAL_REQUIRED",
      `Together the trades are above what one person may post in one day: ${verb} them one by one, so that those above it can wait for approval.`,
    );
  }
  return withPerson(judged, events);
}
