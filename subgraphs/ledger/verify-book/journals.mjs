import { createHash } from "node:crypto";
import { refuseManaged, requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

const wrong = (what) => refuse("JOURNAL", what);
const DAY_MS = 86_400_000;
const MONTHS = { MONTHLY: 1, QUARTERLY: 3, YEARLY: 12 };

/** A journal is posted by this version of a template from now on. */
export function setTemplate(book, payload, { actor }) {
  const { templateId, version, maker, entries, firstDate, runsFrom, frequency } = payload;
  const before = book.templates.get(templateId);
  if (version !== (before?.version ?? 0) + 1)
    wrong(`version ${version} does not follow the one before`);
  if (maker !== actor) wrong("its maker is not who set it");
  if (runsFrom < (before?.runsFrom ?? firstDate)) wrong("it runs from a day before the last one's");
  if ((frequency === "WEEKLY") !== (payload.dayOfMonth === null)) wrong("it has no day of month");
  for (const { accountId, amount, percent, ofAccountId } of entries) {
    const account = requireAccount(book, accountId);
    refuseManaged(account);
    if (
      amount !== undefined &&
      (percent !== undefined || book.amounts.fromClient(amount, account.currency) <= 0n)
    )
      wrong("a line has no one amount");
    if ((percent === undefined) !== (ofAccountId === undefined))
      wrong("a percentage is of nothing");
    if (
      ofAccountId !== undefined &&
      requireAccount(book, ofAccountId).currency !== account.currency
    )
      wrong("a percentage is of another currency");
  }
  const { dayOfMonth, lastDate, isPaused, reversal } = payload;
  const schedule = { frequency, dayOfMonth, firstDate, lastDate };
  const ranUntil = before?.ranUntil ?? "";
  book.templates.set(templateId, { version, runsFrom, ranUntil, schedule, isPaused, reversal });
}

function requireTemplate(book, id) {
  const template = book.templates.get(id);
  if (template === undefined) wrong(`there is no template ${id}`);
  return template;
}

/** The next day of a template is posted, proposed or left out. */
function advance(book, templateId, date) {
  const template = requireTemplate(book, templateId);
  const behind = template.ranUntil === "" ? "" : shift(template.ranUntil, 1);
  if (nextDay(template.schedule, behind > template.runsFrom ? behind : template.runsFrom) !== date)
    wrong(`${date} is not the next day of template ${templateId}`);
  template.ranUntil = date;
}

export const skipRun = (book, { templateId, date }) => advance(book, templateId, date);

/** A posting waits that a template made. */
export function proposeRun(book, { transactionId, effectiveDate, command }) {
  checkRunId(transactionId, command.templateId, effectiveDate);
  checkReversal(book, { ...command, date: effectiveDate });
  advance(book, command.templateId, effectiveDate);
}

/** A posting of a template is that of its next day, unless it waited for approval since. */
export function postRun(book, { transactionId, effectiveDate, source }) {
  const { templateId, date } = source;
  const template = requireTemplate(book, templateId);
  if (date !== effectiveDate) wrong("its day is not its value date");
  checkRunId(transactionId, templateId, date);
  if (book.approved !== undefined) return;
  if (template.isPaused) wrong(`template ${templateId} is paused`);
  checkReversal(book, source);
  advance(book, templateId, date);
}

function checkReversal(book, { templateId, date, reversesOn }) {
  const { reversal } = requireTemplate(book, templateId);
  const [year, month] = date.split("-").map(Number);
  const wanted = {
    NEXT_DAY: shift(date, 1),
    NEXT_MONTH: isoOf(Date.UTC(year, month, 1)),
  }[reversal];
  if (reversesOn !== wanted) wrong("it is reversed on another day than its template states");
}

/** What is reversed by itself is so on a later day. */
export function refuseEarlyReversal({ source, effectiveDate }) {
  if (source.reversesOn !== undefined && source.reversesOn <= effectiveDate)
    wrong("it is reversed on a day that is not after its own");
}

function checkRunId(transactionId, templateId, date) {
  const hex = createHash("sha256").update(`journal ${templateId} ${date}`).digest("hex");
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  if (transactionId !== id) wrong(`${transactionId} is not the posting of its template's day`);
}

const isoOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const shift = (date, days) => isoOf(Date.parse(date) + days * DAY_MS);

/** The first day of a schedule that is not before `from`; every day of it is tried in turn. */
function nextDay({ frequency, dayOfMonth, firstDate, lastDate }, from) {
  const [year, month] = firstDate.split("-").map(Number);
  for (let nth = 0; nth < 100_000; nth += 1) {
    const day =
      frequency === "WEEKLY"
        ? shift(firstDate, 7 * nth)
        : dayIn(year, month - 1 + MONTHS[frequency] * nth, dayOfMonth);
    if (lastDate !== null && day > lastDate) return undefined;
    if (day >= from && day >= firstDate) return day;
  }
  return undefined;
}

function dayIn(year, month, day) {
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return isoOf(Date.UTC(year, month, Math.min(day, last)));
}
