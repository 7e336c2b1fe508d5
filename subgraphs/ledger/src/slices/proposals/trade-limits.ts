import { AppError } from "@allfunds/contract/errors";
import type { DomainEvent } from "../../engine/book.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { debitsOf, isCounted, isWithin, judge, type Judged } from "./limits-exceeded.ts";

/** What the trades of a command post themselves, in their order; the rest is what they replayed. */
export function tradesAmong(events: readonly DomainEvent[]): TransactionPosted[] {
  const own = new Set(
    events.flatMap((event) =>
      event.type === "TradeRecorded" ? [(event as unknown as OfTrade).transactionId] : [],
    ),
  );
  if (own.size === 0) return [];
  return events.filter(
    (event): event is TransactionPosted =>
      event.type === "TransactionPosted" && own.has((event as TransactionPosted).transactionId),
  );
}

type OfTrade = Pick<TransactionPosted, "transactionId">;

/** Names the person for whose day postings count that a limit by day applies to; what a trade replayed is none of it. */
export function withPerson(
  judged: Judged & { readonly person: string },
  events: readonly DomainEvent[],
): readonly DomainEvent[] {
  const own = tradesAmong(events);
  return events.map((event) => {
    const posted = event as TransactionPosted;
    const isOwn = event.type === "TransactionPosted" && (own.length === 0 || own.includes(posted));
    if (!isOwn || !isCounted(judged, debitsOf(posted))) return event;
    return Object.assign({ countedFor: judged.person }, event);
  });
}

/**
 * Several trades of one command are within every limit, each by itself and together on their day, or refused: only
 * one that is recorded by itself can wait for approval.
 */
export function requireWithin(
  judged: Judged & { readonly person: string },
  events: readonly DomainEvent[],
  trades: readonly TransactionPosted[],
): readonly DomainEvent[] {
  const above = trades.findIndex((posted) => !judge(judged, posted).every(isWithin));
  if (above !== -1) {
    throw new AppError(
      "APPROVAL_REQUIRED",
      `trades.${above} is above what one person may post: record it by itself, so that it can wait for approval.`,
      { violations: [{ path: `trades.${above}`, message: "is above a limit" }] },
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
      "Together the trades are above what one person may post in one day: record them one by one, so that those above it can wait for approval.",
    );
  }
  return withPerson(judged, events);
}
