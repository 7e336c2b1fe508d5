import { AppError, invalidInput } from "@allfunds/contract/errors";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { ONLY } from "../../engine/table.ts";
import { currentAccount } from "../accounts/account.ts";
import { firstOpenDay } from "../periods/period.ts";

/** Date of the last NAV that a fund published; the slice of valuations puts it. */
export const PUBLISHED_NAV = defineRows<string>("date of the last published NAV");

export const publishedUntil = (state: BookState): string | undefined =>
  state.get(PUBLISHED_NAV, ONLY);

const DAY_MS = 86_400_000;

/** The value date of something late: its own, or the first day that neither a published NAV nor a closed period covers. */
export function firstOpenDate(state: BookState, date: string): string {
  const until = publishedUntil(state);
  const isCovered = until !== undefined && date <= until;
  return firstOpenDay(state, isCovered ? firstDayAfter(until) : date);
}

/** What a replay demands of the value date of a fact: that it is the first open one from `date` on. */
export function refuseOtherDate(state: BookState, date: string, bookedOn: string): void {
  const right = firstOpenDate(state, date);
  if (bookedOn !== right) throw invalidInput("bookedOn", `must be ${right}`);
}

export const firstDayAfter = (date: string): string =>
  new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);

/**
 * Refuses entries that would change net assets that a published NAV shows. Cash, receivables and payables may move
 * against each other: a settlement changes nothing.
 */
export function refusePublishedNav(
  state: BookState,
  effectiveDate: string,
  entries: Iterable<{ readonly accountId: string }>,
): void {
  const until = publishedUntil(state);
  if (until === undefined || effectiveDate > until) return;
  for (const { accountId } of entries) {
    const { managed, type } = currentAccount(state, accountId);
    if (!managed && (type === "ASSET" || type === "LIABILITY")) continue;
    throw new AppError(
      "NAV_PUBLISHED",
      `The NAV of ${until} is published: date it after that day, or restate the NAV.`,
      { violations: [{ path: "effectiveDate", message: `must be after ${until}` }] },
    );
  }
}
