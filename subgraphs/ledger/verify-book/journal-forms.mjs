import { isDimensions } from "./dimensions.mjs";
import { isBoolean, isCount, isDate, isDecimal, isId, isObject, isText } from "./values.mjs";

/** Payloads of the events of journal templates, from the parts of all forms. */
export function journalForms({ formOf, listOf, oneOf, orNull }) {
  const line = formOf({
    accountId: isId,
    side: oneOf("DEBIT", "CREDIT"),
    "amount?": isDecimal,
    "percent?": isDecimal,
    "ofAccountId?": isId,
    "dimensions?": isDimensions,
  });
  return {
    JournalTemplateSet: formOf({
      fundId: isId,
      templateId: isId,
      version: isCount,
      maker: isText,
      "makerOwner?": isText,
      name: isText,
      description: isText,
      metadata: isObject,
      entries: listOf(line, 2),
      frequency: oneOf("WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"),
      dayOfMonth: orNull(isCount),
      firstDate: isDate,
      lastDate: orNull(isDate),
      runsFrom: isDate,
      reversal: orNull(oneOf("NEXT_DAY", "NEXT_MONTH")),
      isPaused: isBoolean,
    }),
    JournalRunSkipped: formOf({ fundId: isId, templateId: isId, date: isDate, reason: isText }),
  };
}
