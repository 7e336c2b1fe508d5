import {
  parseAmount,
  type AccountOpened as AccountOpenedPayload,
  type FundOpened as FundOpenedPayload,
  type TransactionPosted as TransactionPostedPayload,
} from "@allfunds/platform";
import type { BookEvent } from "./book-event.ts";

type EventOf = { readonly [Type in BookEvent["type"]]: (payload: unknown) => BookEvent };

/** The way back from what is stored; the counterpart of `toPayload`, type by type. */
const EVENT_OF: EventOf = {
  FundOpened: (payload) => ({ type: "FundOpened", ...(payload as FundOpenedPayload) }),
  AccountOpened: (payload) => {
    const { type: accountType, ...rest } = payload as AccountOpenedPayload;
    return { ...rest, type: "AccountOpened", accountType };
  },
  TransactionPosted: (payload) => {
    const { entries, ...rest } = payload as TransactionPostedPayload;
    return {
      ...rest,
      type: "TransactionPosted",
      entries: entries.map(({ accountId, side, amount, currency, balanceAfter }) => ({
        accountId,
        side,
        amountMinor: parseAmount(amount, currency),
        currency,
        balanceAfterMinor: parseAmount(balanceAfter, currency),
      })),
    } as BookEvent;
  },
};

/** The event a stored payload stands for; undefined when this version knows no such type. */
export function eventOfPayload(type: string, payload: unknown): BookEvent | undefined {
  return Object.hasOwn(EVENT_OF, type) ? EVENT_OF[type as BookEvent["type"]](payload) : undefined;
}
