import { refuse } from "./fault.mjs";
import { NOT_GIVEN, ruleFor } from "./limits.mjs";

const IMPORT_OF = { DEBIT: "IMPORT_IN", CREDIT: "IMPORT_OUT" };

/** By whom, in which direction and currency a line of a statement is imported: its first entry is the bank's. */
const importKey = (person, [{ side }], currency) => `${IMPORT_OF[side]} ${currency} ${person}`;

/** The limit of what one person imports in a day, and what that is with a line. */
function importFor(book, { person, entries, currency, minor, limitsAt }) {
  const limit = ruleFor(book, "IMPORT_DAY", currency, limitsAt);
  const sum = book.daySums.get(importKey(person, entries, currency));
  return { limit, sum: (sum?.day === book.day ? sum.minor : 0n) + minor };
}

/** Adds a line to what a person imports in a day. */
function countImported(book, { person, entries, currency }, minor) {
  book.daySums.set(importKey(person, entries, currency), { day: book.day, minor });
}

/** The limit of imports that a line shows is the one in force, where it or all of its file is above that. */
export function checkShownImport(book, total, { command, legs: entries, ...of }) {
  const { limit, sum } = importFor(book, { entries, ...of });
  if (limit === NOT_GIVEN) {
    book.uncheckedLimits += 1;
    return;
  }
  const { openStatement } = book;
  const waits = openStatement?.importId === command.importId && openStatement?.receipt?.waits;
  const isAbove = limit !== null && (waits === true || sum > limit);
  const shown =
    total.importLimit === undefined ? null : book.amounts.minor(total.importLimit, of.currency);
  if (shown !== (isAbove ? limit : null)) {
    refuse("APPROVAL", `the limit of imports in ${of.currency} is not the one in force`);
  }
}

/** What one person imports in a day without approval stays within the limit of it, and is counted. */
export function checkImport(book, line) {
  const { limit, sum } = importFor(book, line);
  if (limit === null) {
    if (line.person !== undefined) refuse("APPROVAL", "a line of a statement counts for no day");
    return;
  }
  if (limit === NOT_GIVEN) book.uncheckedLimits += 1;
  else if (line.person === undefined || sum > limit)
    refuse("APPROVAL", `what is imported in one day in ${line.currency} is above the limit`);
  if (line.person !== undefined) countImported(book, line, sum);
}
