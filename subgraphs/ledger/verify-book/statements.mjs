import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

/** The lines of a bank statement are each posted, proposed, known already, or left out as perhaps known. */
export function recordImport(book, payload) {
  const { importId, accountId, lines, posted, proposed, duplicates } = payload;
  const { currency } = requireAccount(book, accountId);
  if (payload.currency !== currency)
    refuse("IMPORT", `the account is not kept in ${payload.currency}`);
  book.amounts.minorOrNull(payload.openingBalance, currency);
  book.amounts.minorOrNull(payload.closingBalance, currency);
  if (book.importIds.has(importId)) refuse("IMPORT", `import ${importId} was recorded before`);
  book.importIds.add(importId);
  // Earlier versions did not count what they left out: it is the rest.
  const rest = lines - posted - proposed - duplicates;
  if ((payload.possibleDuplicates ?? Math.max(0, rest)) !== rest) {
    refuse("IMPORT", "the lines are not those posted, proposed, known already and left out");
  }
}
