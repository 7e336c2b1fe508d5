import { refuse } from "./fault.mjs";

const overlap = (one, other) =>
  (one.from === null || one.from <= other.to) && (other.from === null || other.from <= one.to);

/** Calendar dates compare as texts. Only the first closed period reaches back to the beginning. */
export function closePeriod(book, { periodId: id, from, to }) {
  const period = { from, to };
  if (from !== null && from > to) refuse("PERIOD", "the period ends before it begins");
  if (from === null && book.closedPeriods.size > 0) {
    refuse("PERIOD", "a period without a first day follows none that is closed");
  }
  for (const [otherId, other] of book.closedPeriods) {
    if (otherId === id || overlap(other, period)) {
      refuse("PERIOD", `the period overlaps the closed period ${otherId}`);
    }
  }
  book.closedPeriods.set(id, period);
}

export function reopenPeriod(book, { periodId }) {
  if (!book.closedPeriods.delete(periodId)) refuse("PERIOD", `period ${periodId} is not closed`);
}

export function refuseClosedPeriod(book, date) {
  for (const { from, to } of book.closedPeriods.values()) {
    if (date <= to && (from === null || date >= from)) {
      refuse("PERIOD", `${date} is in a period that is closed to ${to}`);
    }
  }
}
