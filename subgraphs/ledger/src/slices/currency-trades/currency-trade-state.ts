import { AppError } from "@allfunds/contract/errors";
import type {
  CurrencyTradeCancelled as CancelledPayload,
  CurrencyTradeRecorded as RecordedPayload,
  CurrencyTradeSettled as SettledPayload,
} from "@allfunds/contract/events";
import { isId } from "@allfunds/platform/ids";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { defineTable, required } from "../../engine/table.ts";

/** Two currencies were exchanged; what it posts follows. */
export interface CurrencyTradeRecorded extends RecordedPayload {
  readonly type: "CurrencyTradeRecorded";
}
interface CurrencyTradeSettled extends SettledPayload {
  readonly type: "CurrencyTradeSettled";
}
interface CurrencyTradeCancelled extends CancelledPayload {
  readonly type: "CurrencyTradeCancelled";
}
export type CurrencyTradeEvent =
  | CurrencyTradeRecorded
  | CurrencyTradeSettled
  | CurrencyTradeCancelled;

export const CURRENCY_TRADE_STATUSES = {
  BOOKED: "BOOKED",
  SETTLED: "SETTLED",
  CANCELLED: "CANCELLED",
} as const;
export type CurrencyTradeStatus = keyof typeof CURRENCY_TRADE_STATUSES;

/** An exchange of currencies as decisions about it read it. */
export interface CurrencyTradeState {
  readonly id: string;
  readonly position: number;
  readonly tradeDate: string;
  readonly bookedOn: string;
  readonly settlementDate: string;
  readonly soldCurrency: string;
  readonly sold: string;
  readonly boughtCurrency: string;
  readonly bought: string;
  readonly costs: string;
  /** What the currency sold is worth in base, and its costs. */
  readonly soldBase: string;
  readonly costsBase: string;
  readonly reference: string | null;
  readonly status: CurrencyTradeStatus;
  /** Value date of the settlement, or of the reversal. */
  readonly endedOn: string | null;
}

export const CURRENCY_TRADE = defineTable<CurrencyTradeState>({
  name: "currency_trade",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "trade_date", type: "date", of: ({ tradeDate }) => tradeDate, fixed: true },
    { name: "booked_on", type: "date", of: ({ bookedOn }) => bookedOn, fixed: true },
    { name: "settlement_date", type: "date", of: (row) => row.settlementDate, fixed: true },
    { name: "sold_currency", type: "text", of: ({ soldCurrency }) => soldCurrency, fixed: true },
    { name: "sold", type: "text", of: ({ sold }) => sold, fixed: true },
    { name: "bought_currency", type: "text", of: (row) => row.boughtCurrency, fixed: true },
    { name: "bought", type: "text", of: ({ bought }) => bought, fixed: true },
    { name: "costs", type: "text", of: ({ costs }) => costs, fixed: true },
    { name: "sold_base", type: "text", of: ({ soldBase }) => soldBase, fixed: true },
    { name: "costs_base", type: "text", of: ({ costsBase }) => costsBase, fixed: true },
    { name: "reference", type: "text", of: ({ reference }) => reference, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "ended_on", type: "date", of: ({ endedOn }) => endedOn },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    tradeDate: required(texts, "trade_date"),
    bookedOn: required(texts, "booked_on"),
    settlementDate: required(texts, "settlement_date"),
    soldCurrency: required(texts, "sold_currency"),
    sold: required(texts, "sold"),
    boughtCurrency: required(texts, "bought_currency"),
    bought: required(texts, "bought"),
    costs: required(texts, "costs"),
    soldBase: required(texts, "sold_base"),
    costsBase: required(texts, "costs_base"),
    reference: texts["reference"] ?? null,
    status: required(texts, "status") as CurrencyTradeStatus,
    endedOn: texts["ended_on"] ?? null,
  }),
  resident: { sql: "status = 'BOOKED'", of: ({ status }) => status === "BOOKED" },
});

/** Statuses of exchanges that are over, as far as they were looked up. */
const PAST = defineBatchRows<CurrencyTradeStatus>("past currency trades");
export const TAKEN_REFERENCES = defineBatchRows<true>("references of currency trades");

const FIND_PAST = `
  SELECT id, status FROM currency_trade
  WHERE tenant_id = $1 AND book_id = $2 AND id = ANY ($3::uuid[]) AND status <> 'BOOKED'`;

const PAST_TRADES: Lookup<CurrencyTradeStatus> = {
  rows: PAST,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<{ id: string; status: CurrencyTradeStatus }>(
      FIND_PAST,
      [tenantId, bookId, [...ids]],
    );
    for (const { id, status } of rows) draft.put(PAST, id, status);
  },
};

const FIND_REFERENCES = `
  SELECT reference FROM currency_trade
  WHERE tenant_id = $1 AND book_id = $2 AND reference = ANY ($3::text[])`;

export const REFERENCES: Lookup<true> = {
  rows: TAKEN_REFERENCES,
  find: async ({ statements, book: { tenantId, bookId }, draft }, references) => {
    const { rows } = await statements.query<{ reference: string }>(FIND_REFERENCES, [
      tenantId,
      bookId,
      [...references],
    ]);
    for (const { reference } of rows) draft.put(TAKEN_REFERENCES, reference, true);
  },
};

export function wantPast(want: Want, id: string): void {
  if (isId(id)) want(PAST_TRADES, id);
}

/** An exchange that is neither settled nor cancelled: TRADE_STATE when it is, TRADE_NOT_FOUND without one. */
export function requireBooked(state: BookState, id: string): CurrencyTradeState {
  const trade = state.get(CURRENCY_TRADE, id);
  if (trade?.status === "BOOKED") return trade;
  const status = trade?.status ?? state.get(PAST, id);
  if (status === undefined) throw noSuchTrade(id);
  throw new AppError("TRADE_STATE", `The currency trade is ${status.toLowerCase()} already.`);
}

export const noSuchTrade = (id: string): AppError =>
  new AppError("TRADE_NOT_FOUND", `There is no currency trade ${id.slice(0, 80)}.`);

export const idTaken = (): AppError =>
  new AppError("ALREADY_EXISTS", "A currency trade with this id exists already.");

export const referenceTaken = (): AppError =>
  new AppError("ALREADY_EXISTS", "A currency trade with this reference exists already.");

/** Whether an exchange has this id, as far as it was looked up. */
export const isTaken = (state: BookState, id: string): boolean =>
  (state.get(CURRENCY_TRADE, id)?.status ?? state.get(PAST, id)) !== undefined;

export function evolveRecorded(
  draft: BookState,
  event: CurrencyTradeRecorded,
  { position }: { readonly position: number },
): void {
  const { tradeId: id, reference } = event;
  draft.put(CURRENCY_TRADE, id, {
    id,
    position,
    tradeDate: event.tradeDate,
    bookedOn: event.bookedOn,
    settlementDate: event.settlementDate,
    soldCurrency: event.soldCurrency,
    sold: event.sold,
    boughtCurrency: event.boughtCurrency,
    bought: event.bought,
    costs: event.costs,
    soldBase: event.soldBase,
    costsBase: event.costsBase,
    reference,
    status: "BOOKED",
    endedOn: null,
  });
  if (reference !== null) draft.put(TAKEN_REFERENCES, reference, true);
}

export function evolveEnded(
  draft: BookState,
  id: string,
  status: CurrencyTradeStatus,
  endedOn: string,
): void {
  const trade = draft.get(CURRENCY_TRADE, id);
  if (trade !== undefined) draft.put(CURRENCY_TRADE, id, { ...trade, status, endedOn });
}
