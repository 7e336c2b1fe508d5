const DAY_MS = 86_400_000;

/** The calendar day before a date. */
export const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);

/** No value date lies behind this one. */
export const LAST_DAY = "9999-12-31";
