import {
  parseAmount,
  type AccountFloorSet as AccountFloorSetPayload,
  type AccountOpened as AccountOpenedPayload,
  type FundOpened as FundOpenedPayload,
  type AccountStatusChange,
  type FxRate,
  type PeriodClosed,
  type PeriodReopened,
  type TransactionPosted as TransactionPostedPayload,
} from "@allfunds/platform";
import { HOLD_EVENT_OF } from "../slices/holds/hold-payload.ts";
import { PROPOSAL_EVENT_OF } from "../slices/proposals/proposal-payload.ts";
import type { RecordedFx } from "../slices/transactions/fx-rate.ts";
import type { BookEvent } from "./book-event.ts";

type EventOf = { readonly [Type in BookEvent["type"]]: (payload: unknown) => BookEvent };

/** The way back from what is stored; the counterpart of `toPayload`, type by type. */
const EVENT_OF: EventOf = {
  FundOpened: (payload) => ({ type: "FundOpened", ...(payload as FundOpenedPayload) }),
  AccountOpened: (payload) => {
    const { type: accountType, minimumBalance, ...rest } = payload as AccountOpenedPayload;
    const minimumMinor = minorOrNull(minimumBalance, rest.currency);
    return { ...rest, type: "AccountOpened", accountType, minimumMinor };
  },
  AccountFloorSet: (payload) => {
    const { minimumBalance, ...rest } = payload as AccountFloorSetPayload;
    const minimumMinor = minorOrNull(minimumBalance, rest.currency);
    return { ...rest, type: "AccountFloorSet", minimumMinor };
  },
  AccountFrozen: (payload) => ({ type: "AccountFrozen", ...(payload as AccountStatusChange) }),
  AccountUnfrozen: (payload) => ({ type: "AccountUnfrozen", ...(payload as AccountStatusChange) }),
  AccountClosed: (payload) => ({ type: "AccountClosed", ...(payload as AccountStatusChange) }),
  PeriodClosed: (payload) => ({ type: "PeriodClosed", ...(payload as PeriodClosed) }),
  PeriodReopened: (payload) => ({ type: "PeriodReopened", ...(payload as PeriodReopened) }),
  TransactionPosted: (payload) => {
    const { entries, fx, ...rest } = payload as TransactionPostedPayload;
    return {
      ...rest,
      type: "TransactionPosted",
      ...(fx === undefined ? {} : { fx: fx.map(fxOfPayload) }),
      entries: entries.map(({ accountId, side, amount, currency, balanceAfter }) => ({
        accountId,
        side,
        amountMinor: parseAmount(amount, currency),
        currency,
        balanceAfterMinor: parseAmount(balanceAfter, currency),
      })),
    } as BookEvent;
  },
  ...HOLD_EVENT_OF,
  ...PROPOSAL_EVENT_OF,
};

const fxOfPayload = ({ baseAmount, quoteAmount, ...fx }: FxRate): RecordedFx => ({
  ...fx,
  baseMinor: parseAmount(baseAmount, fx.base),
  quoteMinor: parseAmount(quoteAmount, fx.quote),
});

const minorOrNull = (amount: string | null | undefined, currency: string): bigint | null =>
  amount === null || amount === undefined ? null : parseAmount(amount, currency);

/** The event a stored payload stands for; undefined when this version knows no such type. */
export function eventOfPayload(type: string, payload: unknown): BookEvent | undefined {
  return Object.hasOwn(EVENT_OF, type) ? EVENT_OF[type as BookEvent["type"]](payload) : undefined;
}
