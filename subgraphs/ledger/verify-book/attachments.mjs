import { refuse } from "./fault.mjs";
import { isCount, isHash, isId, isText } from "./values.mjs";

const MEDIA_TYPES = [
  "application/pdf",
  "image/png",
  "image/jpeg",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/xml",
  "text/csv",
  "text/plain",
];

const MOST_DAYS = 36_525;
const isDays = (value) => isCount(value) && value <= MOST_DAYS;

/** Payloads of the events of files, comments and limits of value dates, from the parts of all forms. */
export function attachmentForms({ formOf, oneOf }) {
  const ofTransaction = { fundId: isId, transactionId: isId };
  return {
    FileAttached: formOf({
      ...ofTransaction,
      attachmentId: isId,
      name: isText,
      mediaType: oneOf(...MEDIA_TYPES),
      size: isCount,
      sha256: isHash,
    }),
    ValueDateLimitsSet: formOf({
      fundId: isId,
      daysBehind: isDays,
      daysAhead: isDays,
      "judged?": oneOf(true),
      "limitsAt?": isCount,
      "secondAdministrator?": oneOf(true, false),
    }),
    CommentAdded: formOf({ ...ofTransaction, commentId: isId, text: isText }),
  };
}

/** What belongs to a transaction comes behind it, and once. */
export function addToTransaction(book, { transactionId, attachmentId, commentId }) {
  if (!book.transactions.has(transactionId))
    refuse("TRANSACTION", `there is no transaction ${transactionId} to attach to`);
  const id = attachmentId ?? commentId;
  if (book.attachedIds.has(id)) refuse("TRANSACTION", `${id} was attached before`);
  book.attachedIds.add(id);
}
