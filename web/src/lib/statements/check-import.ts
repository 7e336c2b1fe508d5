import type { Translate } from "../language/messages.ts";
import { areWhole, filledRows } from "./part-rows.ts";
import type { ImportErrors, ImportValues } from "./import-form.ts";

/** What can be found wrong with the form without the ledger. */
export function checkImport(
  { accountId, content, csv, parts }: ImportValues,
  t: Translate,
): ImportErrors {
  const errors: ImportErrors = {};
  if (accountId === "") errors["accountId"] = t("refused.statementAccount");
  if (content === "") errors["file"] = t("refused.file");
  const isOpen = csv.date === "" && csv.amount === "" && csv.debit === "" && csv.credit === "";
  const isSeparate = csv.debit !== "" && csv.credit !== "";
  if (!isOpen && csv.amount === "" && !isSeparate) {
    errors["csv.amount"] = t("refused.amountColumn");
  }
  if (csv.amount !== "" && (csv.debit !== "" || csv.credit !== "")) {
    errors["csv.amount"] = t("refused.oneAmountColumn");
  }
  const isOfLines = filledRows(parts).every(({ line }) => /^[1-9]\d*$/.test(line));
  if (!isOfLines || !areWhole(parts)) errors["splits"] = t("refused.splits");
  return errors;
}
