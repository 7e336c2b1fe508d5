import { defineRows, type BookState } from "../../engine/book-state.ts";
import { defineTable, required, type StoredTable } from "../../engine/table.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";

/** What one person debited in one currency on the last day that counted. */
interface DaySum {
  readonly key: string;
  /** The calendar day (UTC) on which it was recorded, whatever the value dates. */
  readonly day: string;
  /** Minor units. */
  readonly debitMinor: bigint;
}

function sumTable(name: string): StoredTable<DaySum> {
  return defineTable<DaySum>({
    name,
    bookColumn: "book_id",
    keyColumn: "key",
    columns: [
      { name: "key", type: "text", of: ({ key }) => key, fixed: true },
      { name: "day", type: "date", of: ({ day }) => day },
      { name: "amount", type: "numeric", of: ({ debitMinor }) => debitMinor },
    ],
    read: (texts) => ({
      key: required(texts, "key"),
      day: required(texts, "day"),
      debitMinor: BigInt(required(texts, "amount")),
    }),
  });
}

export const DAY_SUM = sumTable("day_sum");

const keyOf = (person: string, currency: string): string => `${currency} ${person}`;

/** The day on which something is recorded, in UTC. */
export const dayOf = (recordedAt: Date): string => recordedAt.toISOString().slice(0, 10);

/** The day on which the next event will be recorded; recorded time never runs backwards. */
export const dayAt = ({ head }: BookState, now: Date): string =>
  dayOf(now > head.recordedAt ? now : head.recordedAt);

/** What a person debited before on a day, in minor units, as far as a limit by day applied. */
export function debitedOn(state: BookState, person: string, currency: string, day: string): bigint {
  const row = state.get(DAY_SUM, keyOf(person, currency));
  return row?.day === day ? row.debitMinor : 0n;
}

/** The same of all people together. */
export function debitedTogetherOn(state: BookState, currency: string, day: string): bigint {
  let sum = 0n;
  for (const row of state.all(DAY_SUM).values()) {
    if (row.day === day && row.key.startsWith(`${currency} `)) sum += row.debitMinor;
  }
  return sum;
}

/** What was posted with one counterparty in one currency on the last day that counted. */
export const COUNTERPARTY_DAY_SUM = sumTable("counterparty_day_sum");

interface WithCounterparty {
  readonly counterparty: string;
  readonly currency: string;
}

/** What was posted with a counterparty before on a day, in minor units, as far as limits by day applied. */
export function movedWithOn(
  state: BookState,
  { counterparty, currency }: WithCounterparty,
  day: string,
): bigint {
  const row = state.get(COUNTERPARTY_DAY_SUM, keyOf(counterparty, currency));
  return row?.day === day ? row.debitMinor : 0n;
}

/** Adds what a posting moves with counterparties to their days. */
export function countCounterparties(
  draft: BookState,
  day: string,
  sums: readonly (WithCounterparty & { readonly amountMinor: bigint })[],
): void {
  for (const sum of sums) {
    const key = keyOf(sum.counterparty, sum.currency);
    const debitMinor = movedWithOn(draft, sum, day) + sum.amountMinor;
    draft.put(COUNTERPARTY_DAY_SUM, key, { key, day, debitMinor });
  }
}

/** Whether a line of a bank statement brought money in or took it out. */
export type ImportDirection = "IN" | "OUT";

/** Bank statements that are being imported and all of whose lines wait; by import. */
export const WAITING_FILE = defineRows<boolean>("statements that wait", (waits) => waits);

/** What a person imported of one direction. */
interface Imported {
  readonly person: string;
  readonly direction: ImportDirection;
  readonly currency: string;
}

const importKeyOf = ({ person, direction, currency }: Imported): string =>
  keyOf(person, `IMPORT_${direction} ${currency}`);

/** What a person imported before on a day in one direction, in minor units, as far as the limit of it applied. */
export function importedOn(state: BookState, imported: Imported, day: string): bigint {
  const row = state.get(DAY_SUM, importKeyOf(imported));
  return row?.day === day ? row.debitMinor : 0n;
}

/** Adds a line to what a person imported on a day. */
export function countImported(
  draft: BookState,
  imported: Imported & { readonly amountMinor: bigint },
  day: string,
): void {
  const key = importKeyOf(imported);
  const debitMinor = importedOn(draft, imported, day) + imported.amountMinor;
  draft.put(DAY_SUM, key, { key, day, debitMinor });
}

/** The direction of a posting of a bank's line, whose first entry is that of the bank's account. */
export const directionOf = ({ entries }: Pick<TransactionPosted, "entries">): ImportDirection =>
  entries[0]?.side === "CREDIT" ? "OUT" : "IN";

/** Adds the debits of a posting to those of the person's day. */
export function countDebits(
  draft: BookState,
  person: string,
  day: string,
  debits: readonly { readonly currency: string; readonly amountMinor: bigint }[],
): void {
  for (const { currency, amountMinor } of debits) {
    const key = keyOf(person, currency);
    const debitMinor = debitedOn(draft, person, currency, day) + amountMinor;
    draft.put(DAY_SUM, key, { key, day, debitMinor });
  }
}

const CHOSEN: ReadonlySet<string> = new Set(["TRADE", "CORPORATE_ACTION"]);

/**
 * Lines of bank statements report what a bank moved, and a posting of fund administration follows from its
 * fact: neither is a choice of who records it. A trade and a corporate action are.
 */
export const countsForDay = ({ source }: Pick<TransactionPosted, "source">): boolean =>
  source.kind === "ADMINISTRATION" ? CHOSEN.has(source.fact) : source.kind !== "STATEMENT";
