import { isBoolean, isCount, isCurrency, isId, isObject, isString, isText } from "./values.mjs";

/** Payloads of the events of reconciliation and of rules for statements, from the parts of all forms. */
export function reconciliationForms({ formOf, listOf, orNull }, rule) {
  const ofMatch = {
    matchId: isId,
    fundId: isId,
    accountId: isId,
    lines: listOf(formOf({ importId: isId, line: isCount })),
    transactionIds: (value) => Array.isArray(value) && value.every((id) => isId(id)),
  };
  return {
    ImportRulesSet: formOf({
      fundId: isId,
      accountId: isId,
      version: isCount,
      csv: orNull(isObject),
      rules: listOf(rule),
      receiptsAccountId: orNull(isId),
      paymentsAccountId: orNull(isId),
      note: orNull(isText),
    }),
    LinesMatched: formOf({
      ...ofMatch,
      currency: isCurrency,
      amount: isString,
      note: orNull(isText),
    }),
    LinesUnmatched: formOf({ ...ofMatch, reason: isText }),
    ReconcilingItemUpdated: formOf({
      fundId: isId,
      accountId: isId,
      importId: orNull(isId),
      line: orNull(isCount),
      transactionId: orNull(isId),
      owner: orNull(isText),
      explanation: orNull(isText),
      isClosed: isBoolean,
    }),
  };
}
