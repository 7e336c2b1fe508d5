import { refuse } from "./fault.mjs";

const overlap = (one, other) =>
  (one.from === null || one.from <= other.to) && (other.from === null || other.from <= one.to);

/** Calendar dates compare as texts. */
export function closePeriod(book, { periodId: id, from, to }, { position }) {
  const period = { from, to, position };
  if (from !== null && from > to) refuse("PERIOD", "the period ends before it begins");
  for (const [otherId, other] of book.closedPeriods) {
    if (otherId === id || overlap(other, period)) {
      refuse("PERIOD", `the period overlaps the closed period ${otherId}`);
    }
  }
  book.closedPeriods.set(id, period);
}

export function reopenPeriod(book, { periodId }) {
  const period = book.closedPeriods.get(periodId);
  if (period === undefined) refuse("PERIOD", `period ${periodId} is not closed`);
  const year = book.years.at(-1);
  if (year !== undefined && (period.from === null || period.from <= year.to)) {
    refuse("PERIOD", `period ${periodId} is of the closed year to ${year.to}`);
  }
  book.closedPeriods.delete(periodId);
}

/** Every day up to this one was closed when the book was at `position`, and has been since. */
export function requireClosedUntil(book, to, position) {
  const periods = [...book.closedPeriods.values()];
  for (let day = to; day !== null;) {
    const found = periods.find(({ from, to: end }) => day <= end && (from === null || day >= from));
    if (found === undefined || found.position > position) {
      refuse("PERIOD", `${day} was not closed at ${position}`);
    }
    day = found.from === null ? null : dayBefore(found.from);
  }
}

const dayBeside = (date, days) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
const dayBefore = (date) => dayBeside(date, -1);
const dayAfter = (date) => dayBeside(date, 1);

const closedOn = (book, date) =>
  [...book.closedPeriods.values()].find(
    ({ from, to }) => date <= to && (from === null || date >= from),
  );

export function refuseClosedPeriod(book, date) {
  const period = closedOn(book, date);
  if (period !== undefined)
    refuse("PERIOD", `${date} is in a period that is closed to ${period.to}`);
}

/** What comes late is posted on the first day that neither a published NAV nor a closed period covers. */
export function requireFirstOpen(book, date, bookedOn) {
  let day = date;
  if (book.publishedNav !== undefined && day <= book.publishedNav)
    day = dayAfter(book.publishedNav);
  for (let found = closedOn(book, day); found !== undefined; found = closedOn(book, day)) {
    day = dayAfter(found.to);
  }
  if (day !== bookedOn)
    refuse("PERIOD", `what counts from ${date} is posted on ${day}, not ${bookedOn}`);
}
