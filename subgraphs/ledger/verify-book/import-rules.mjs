import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

const wrong = (what) => refuse("IMPORT", what);

/** Rules for the statements of an account replace those before, and lead to accounts that fit. */
export function setImportRules(book, payload) {
  const { accountId, version, rules, receiptsAccountId, paymentsAccountId } = payload;
  const { currency } = requireAccount(book, accountId);
  const ids = [receiptsAccountId, paymentsAccountId, ...rules.map((rule) => rule.accountId)];
  for (const id of ids) {
    if (id === null) continue;
    if (id === accountId) wrong("a rule leads to the account of the statements");
    if (requireAccount(book, id).currency !== currency)
      wrong(`account ${id} is not in ${currency}`);
  }
  if (version !== (book.rulesVersions.get(accountId) ?? 0) + 1)
    wrong(`version ${version} does not follow the one before`);
  book.rulesVersions.set(accountId, version);
}
