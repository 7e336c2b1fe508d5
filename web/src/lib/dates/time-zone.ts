/** The zone of readers whose browser has not named theirs yet. */
const UTC = "UTC";

/** The zone if it is an IANA name that this machine has, else UTC. */
export function knownZone(zone: string | undefined): string {
  if (zone === undefined || !/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone)) return UTC;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return UTC;
  }
}

const days = new Map<string, Intl.DateTimeFormat>();

/** The calendar date in a zone at an instant, in milliseconds since 1970: "2026-11-22". */
export function dayIn(zone: string, at: number): string {
  let format = days.get(zone);
  if (format === undefined) {
    const numbers = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
    format = new Intl.DateTimeFormat("en-CA", { ...numbers, calendar: "gregory", timeZone: zone });
    days.set(zone, format);
  }
  return format.format(at);
}

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** Zones are at most 12 hours behind UTC and 14 ahead, and clocks change by whole quarters. */
const [EARLIEST_HOURS, LATEST_HOURS] = [-14, 12];

/** The instant at which a calendar date begins in a zone; milliseconds since 1970. */
export function startOfDay(date: string, zone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  let [before, after] = [
    midnight + EARLIEST_HOURS * HOUR_MS - QUARTER_MS,
    midnight + LATEST_HOURS * HOUR_MS,
  ];
  while (after - before > QUARTER_MS) {
    const steps = Math.floor((after - before) / QUARTER_MS / 2);
    const middle = before + steps * QUARTER_MS;
    if (dayIn(zone, middle) < date) before = middle;
    else after = middle;
  }
  return after;
}
