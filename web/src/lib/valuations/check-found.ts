import type { Reader } from "../dates/reader.svelte.ts";
import { textBy, type Translate } from "../language/messages.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const CURRENCY = /^[A-Z]{3}$/;

/** How the books word what a check found, by its kind. */
const FOUND: ReadonlyMap<string, RegExp> = new Map([
  ["PRICE_MISSING", /^(?<quantity>-?[\d.]+) without a price$/],
  ["RATE_MISSING", /^none per (?<currency>[A-Z]{3})$/],
  ["PRICE_STALE", /^(?<price>-?[\d.]+) of (?<day>\d{4}-\d{2}-\d{2})$/],
  ["RATE_STALE", /^of (?<day>\d{4}-\d{2}-\d{2})$/],
  ["PRICE_MOVED", /^(?<from>-?[\d.]+) to (?<to>-?[\d.]+)$/],
  ["NAV_MOVED", /^(?<from>-?[\d.]+) to (?<to>-?[\d.]+)$/],
]);

/** What a check of a NAV found, in the reader's language and notation; the books' own words where they are others. */
export function foundText(
  kind: string,
  found: string,
  t: Translate,
  reader: Pick<Reader, "day" | "amount">,
): string {
  const values = FOUND.get(kind)?.exec(found)?.groups;
  if (values === undefined) return found;
  const written = Object.entries(values).map(([name, value]) => [
    name,
    DAY.test(value) ? reader.day(value) : CURRENCY.test(value) ? value : reader.amount(value),
  ]);
  return textBy(t, `check.found.${kind}`, Object.fromEntries(written)) ?? found;
}
