import type { DatabaseClient } from "@allfunds/platform";
import type { BookId } from "../engine/recorded-event.ts";
import type { Fault } from "./fault.ts";
import type { StoredEvent } from "./stored-event.ts";

const READ_ENTRIES = `
  SELECT position, leg, account_id, effective_date::text, currency, amount::text, balance_after::text
  FROM entry WHERE tenant_id = $1 AND book_id = $2 AND position BETWEEN $3 AND $4
  ORDER BY position, leg`;

interface EntryRow {
  readonly position: string;
  readonly leg: number;
  readonly account_id: string;
  readonly effective_date: string;
  readonly currency: string;
  readonly amount: string;
  readonly balance_after: string;
}

/** The entries of a stretch of a book, each transaction's as one text, by position. */
export async function readEntries(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  from: number,
  to: number,
): Promise<Map<number, string>> {
  const { rows } = await client.query<EntryRow>(READ_ENTRIES, [tenantId, bookId, from, to]);
  const texts = new Map<number, string>();
  for (const row of rows) {
    const position = Number(row.position);
    texts.set(position, (texts.get(position) ?? "") + spell(row));
  }
  return texts;
}

/** Entries that are not those of the event at their position. */
export function checkEntries(event: StoredEvent, stored: string | undefined): Fault | undefined {
  if (entriesOf(event.payload) === (stored ?? "")) return undefined;
  return {
    position: event.position,
    kind: "ENTRIES",
    what: `the entries of event ${event.position} are not those it recorded`,
  };
}

/** What an event with entries says of them; whatever type has such a list is taken at its word. */
interface WithEntries {
  readonly effectiveDate: string;
  readonly entries: readonly {
    readonly accountId: string;
    readonly side: string;
    readonly amount: string;
    readonly currency: string;
    readonly balanceAfter: string;
  }[];
}

const hasEntries = (payload: unknown): payload is WithEntries =>
  typeof payload === "object" &&
  payload !== null &&
  "entries" in payload &&
  Array.isArray(payload.entries);

function entriesOf(payload: unknown): string {
  if (!hasEntries(payload)) return "";
  return payload.entries
    .map((entry, leg) =>
      spell({
        leg,
        account_id: entry.accountId,
        effective_date: payload.effectiveDate,
        currency: entry.currency,
        amount: `${entry.side === "CREDIT" ? "-" : ""}${minorDigits(entry.amount)}`,
        balance_after: minorDigits(entry.balanceAfter),
      }),
    )
    .join("");
}

/** Events spell every decimal of the currency, so that without the point a text is in minor units. */
const minorDigits = (amount: string): string =>
  amount.replace(".", "").replace(/^(-?)0+(?=\d)/, "$1");

const spell = (entry: Omit<EntryRow, "position">): string =>
  [
    entry.leg,
    entry.account_id,
    entry.effective_date,
    entry.currency,
    entry.amount,
    `${entry.balance_after}\n`,
  ].join(" ");

const FIRST_STRAY = `
  SELECT n.position FROM entry n
  WHERE n.tenant_id = $1 AND n.book_id = $2 AND (n.position > $3 OR n.position < 1)
  ORDER BY n.position LIMIT 1`;

/** An entry where the book has no event at all. */
export async function findStrayEntry(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
  lastPosition: number,
): Promise<Fault | undefined> {
  const parameters = [tenantId, bookId, lastPosition];
  const { rows } = await client.query<{ position: string }>(FIRST_STRAY, parameters);
  const position = Number(rows[0]?.position ?? Number.NaN);
  return Number.isNaN(position)
    ? undefined
    : { position, kind: "ENTRIES", what: `there are entries at ${position}, but no event` };
}
