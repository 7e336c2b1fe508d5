import type { TransactionPosted } from "@allfunds/platform";
import { canonicalJson } from "../../engine/canonical-json.ts";

type Entry = TransactionPosted["entries"][number];

/**
 * The canonical JSON of a posting's payload, written member by member: nine of ten events are postings,
 * and sorting members that are always the same costs more than everything else on the way to their hash.
 * Ids, dates, amounts and currencies were checked before and have nothing that JSON would have to escape.
 */
export function postedJson(payload: TransactionPosted): string {
  const { description, effectiveDate, entries, fundId, fx, metadata, reference, source } = payload;
  return (
    `{"description":${JSON.stringify(description)},"effectiveDate":"${effectiveDate}"` +
    `,"entries":${entriesJson(entries)},"fundId":"${fundId}"` +
    (fx === undefined ? "" : `,"fx":${canonicalJson(fx)}`) +
    `,"metadata":${canonicalJson(metadata)},"reference":${JSON.stringify(reference)}` +
    `,"source":${canonicalJson(source)},"transactionId":"${payload.transactionId}"}`
  );
}

function entriesJson(entries: readonly Entry[]): string {
  let text = "[";
  for (const { accountId, amount, balanceAfter, currency, side } of entries) {
    if (text.length > 1) text += ",";
    text +=
      `{"accountId":"${accountId}","amount":"${amount}","balanceAfter":"${balanceAfter}"` +
      `,"currency":"${currency}","side":"${side}"}`;
  }
  return `${text}]`;
}
