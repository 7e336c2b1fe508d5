import { AppError } from "@allfunds/contract/errors";
import type {
  FxRate,
  TransactionPosted as TransactionPostedPayload,
} from "@allfunds/contract/events";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { EventPlace } from "../../engine/book.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import type { EventCodec } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { refuseFarDate } from "../value-dates/value-date.ts";
import type { RecordedFx } from "./fx-rate.ts";
import {
  checkPosted,
  clientReference,
  decidePostTransaction,
  evolvePosted,
  storedPostTransaction,
  wantPosting,
  type PostedEntry,
  type PostTransaction,
  type TransactionPosted,
} from "./transaction.ts";

const CODEC: EventCodec<TransactionPosted> = {
  encode: toPayload,
  decode: ({ entries, fx, ...payload }: TransactionPostedPayload) =>
    ({
      ...payload,
      type: "TransactionPosted",
      ...(fx === undefined ? {} : { fx: fx.map(fxOfPayload) }),
      entries: entries.map(({ accountId, side, amount, currency, balanceAfter, dimensions }) => ({
        accountId,
        side,
        amountMinor: parseAmount(amount, currency),
        currency,
        balanceAfterMinor: parseAmount(balanceAfter, currency),
        ...(dimensions === undefined ? {} : { dimensions }),
      })),
    }) as TransactionPosted,
  json: postedJson,
};

// Member by member: copying what is left of an object costs more than all of it.
function toPayload(event: TransactionPosted): TransactionPostedPayload {
  const payload: TransactionPostedPayload = {
    transactionId: event.transactionId,
    fundId: event.fundId,
    effectiveDate: event.effectiveDate,
    description: event.description,
    reference: event.reference,
    metadata: event.metadata,
    source: event.source,
    entries: event.entries.map(toEntryPayload),
  };
  if (event.fx !== undefined) payload.fx = event.fx.map(toFxPayload);
  if (event.countedFor !== undefined) payload.countedFor = event.countedFor;
  if (event.limitsAt !== undefined) payload.limitsAt = event.limitsAt;
  return payload;
}

const toFxPayload = ({ baseMinor, quoteMinor, ...fx }: RecordedFx): FxRate => ({
  ...fx,
  baseAmount: formatAmount(baseMinor, fx.base),
  quoteAmount: formatAmount(quoteMinor, fx.quote),
});

const fxOfPayload = ({ baseAmount, quoteAmount, ...fx }: FxRate): RecordedFx => ({
  ...fx,
  baseMinor: parseAmount(baseAmount, fx.base),
  quoteMinor: parseAmount(quoteAmount, fx.quote),
});

type EntryPayload = TransactionPostedPayload["entries"][number];

function toEntryPayload(entry: PostedEntry): EntryPayload {
  const payload: EntryPayload = {
    accountId: entry.accountId,
    side: entry.side,
    amount: formatAmount(entry.amountMinor, entry.currency),
    currency: entry.currency,
    balanceAfter: formatAmount(entry.balanceAfterMinor, entry.currency),
  };
  if (entry.dimensions !== undefined) payload.dimensions = entry.dimensions;
  return payload;
}

/**
 * The canonical JSON of a posting's payload, written member by member: nine of ten events are postings,
 * and sorting members that are always the same costs more than everything else on the way to their hash.
 * Ids, dates, amounts and currencies were checked before and have nothing that JSON would have to escape.
 */
export function postedJson(payload: TransactionPostedPayload): string {
  const { countedFor, description, effectiveDate, entries, fundId, fx, limitsAt, metadata } =
    payload;
  return (
    (countedFor === undefined ? "{" : `{"countedFor":${JSON.stringify(countedFor)},`) +
    `"description":${JSON.stringify(description)},"effectiveDate":"${effectiveDate}"` +
    `,"entries":${entriesJson(entries)},"fundId":"${fundId}"` +
    (fx === undefined ? "" : `,"fx":${canonicalJson(fx)}`) +
    (limitsAt === undefined ? "" : `,"limitsAt":${limitsAt}`) +
    `,"metadata":${canonicalJson(metadata)},"reference":${JSON.stringify(payload.reference)}` +
    `,"source":${canonicalJson(payload.source)},"transactionId":"${payload.transactionId}"}`
  );
}

function entriesJson(entries: readonly EntryPayload[]): string {
  let text = "[";
  for (const { accountId, amount, balanceAfter, currency, dimensions, side } of entries) {
    if (text.length > 1) text += ",";
    text +=
      `{"accountId":"${accountId}","amount":"${amount}","balanceAfter":"${balanceAfter}"` +
      `,"currency":"${currency}"` +
      (dimensions === undefined ? "" : `,"dimensions":${canonicalJson(dimensions)}`) +
      `,"side":"${side}"}`;
  }
  return `${text}]`;
}

/** What finds transactions again; their content is in their events. */
const TRANSACTION: AppendTable = {
  name: "transaction",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "id", type: "uuid" },
    { name: "effective_date", type: "date" },
    { name: "import_id", type: "uuid" },
    { name: "client_reference", type: "text" },
    { name: "reverses", type: "uuid" },
  ],
  rowsOf: {
    TransactionPosted: (event: TransactionPosted, { position }: EventPlace) => [
      [
        position,
        event.transactionId,
        event.effectiveDate,
        event.source.kind === "STATEMENT" ? event.source.importId : null,
        clientReference(event),
        event.source.kind === "REVERSAL" ? event.source.reverses : null,
      ],
    ],
  },
};

const ENTRY: AppendTable = {
  name: "entry",
  order: "position, leg",
  columns: [
    { name: "position", type: "bigint" },
    { name: "leg", type: "smallint" },
    { name: "account_id", type: "uuid" },
    { name: "effective_date", type: "date" },
    { name: "currency", type: "text" },
    { name: "amount", type: "numeric" },
    { name: "balance_after", type: "numeric" },
  ],
  rowsOf: {
    TransactionPosted: ({ effectiveDate, entries }: TransactionPosted, { position }: EventPlace) =>
      entries.map((entry, leg): ColumnValue[] => [
        position,
        leg,
        entry.accountId,
        effectiveDate,
        entry.currency,
        // Debit positive, credit negative, so that a transaction sums to zero.
        entry.side === "DEBIT" ? entry.amountMinor : -entry.amountMinor,
        entry.balanceAfterMinor,
      ]),
  },
};

/** The entries with dimensions once more, for what is read by them. */
const ENTRY_DIMENSION: AppendTable = {
  name: "entry_dimension",
  order: "position, leg",
  columns: [
    { name: "position", type: "bigint" },
    { name: "leg", type: "smallint" },
    { name: "account_id", type: "uuid" },
    { name: "effective_date", type: "date" },
    { name: "currency", type: "text" },
    { name: "amount", type: "numeric" },
    { name: "dimensions", type: "json" },
  ],
  rowsOf: {
    TransactionPosted: (event: TransactionPosted, { position }: EventPlace) =>
      event.entries.some(({ dimensions }) => dimensions !== undefined)
        ? dimensionRows(event, position)
        : NO_ROWS,
  },
};

// Nearly all transactions have none.
const NO_ROWS: readonly ColumnValue[][] = [];

const dimensionRows = (
  { effectiveDate, entries }: TransactionPosted,
  position: number,
): ColumnValue[][] =>
  entries.flatMap((entry, leg): ColumnValue[][] =>
    entry.dimensions === undefined
      ? []
      : [
          [
            position,
            leg,
            entry.accountId,
            effectiveDate,
            entry.currency,
            entry.side === "DEBIT" ? entry.amountMinor : -entry.amountMinor,
            canonicalJson(entry.dimensions),
          ],
        ],
  );

const taken = (what: string) => () =>
  new AppError("ALREADY_EXISTS", `A transaction with this ${what} exists already.`);

export const TRANSACTIONS = defineSlice<PostTransaction, TransactionPosted>({
  name: "transactions",
  appends: [TRANSACTION, ENTRY, ENTRY_DIMENSION],
  commands: {
    PostTransaction: {
      needs: wantPosting,
      decide: (command, state, { now }) => {
        refuseFarDate(state, command, now);
        return decidePostTransaction(command, state);
      },
      stored: (json) => storedPostTransaction.parse(json),
    },
  },
  events: { TransactionPosted: { codec: CODEC, evolve: evolvePosted, check: checkPosted } },
  constraints: {
    transaction_pkey: taken("id"),
    transaction_reference_unique: taken("reference"),
    entry_sums_to_zero: () => new AppError("LEDGER_UNBALANCED", "The entries do not balance."),
  },
});
