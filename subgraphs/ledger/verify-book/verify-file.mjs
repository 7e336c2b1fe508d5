import { checkNavEnd } from "./valuations.mjs";
import { Book } from "./book.mjs";
import { GENESIS, hashAt, nameBreak } from "./chain.mjs";
import { Fault } from "./fault.mjs";
import { checkPortfolioEnd } from "./portfolio.mjs";
import { linesOfFile } from "./read-lines.mjs";
import { checkStatementEnd } from "./statements.mjs";
import { isCount, isHash, isId } from "./values.mjs";

/**
 * Names the first bad position of an exported book, or reports that there is none. `anchor` is a position and
 * hash that were noted elsewhere; `limits` the file of the tenant's own book; `onProgress` is called for
 * every event.
 */
export async function verifyFile(file, anchor, { limits, onProgress } = {}) {
  const tenantLines = limits === undefined ? undefined : linesOfFile(limits);
  return verifyLines(linesOfFile(file), anchor, { limits: tenantLines, onProgress });
}

/** The same of lines from wherever they are: `from` a place on, or the one `at` a place. */
export function verifyLines(lines, anchor, { limits, onProgress } = {}) {
  if (limits === undefined) return verify(lines, { anchor, onProgress }).verdict;
  const tenant = verify(limits, {});
  if (!tenant.verdict.sound) return ofTenant(tenant.verdict.fault);
  if (tenant.book.ownLimits.end === 0) throw new Error("--limits is not the book of a tenant");
  const { tenantId } = tenant.header;
  return verify(lines, { anchor, onProgress, tenant: tenant.book, tenantId }).verdict;
}

const ofTenant = (fault) => ({
  sound: false,
  fault: { ...fault, what: `in the tenant's own book: ${fault.what}` },
});

function verify(lines, { anchor, onProgress, tenant, tenantId }) {
  const all = lines.from(0);
  const header = readHeader(all.next().value?.value);
  if (tenantId !== undefined && header.tenantId !== tenantId) {
    throw new Error("--limits is the book of another tenant");
  }
  const book = new Book(header, { readEventAt: lines.at, tenant });
  const verdict = walk({ lines, events: all, header, book, anchor, onProgress });
  return { header, book, verdict };
}

function readHeader(header) {
  if (header === undefined) throw new Error("the file is empty");
  const { format, version, tenantId, bookId, head } = header;
  const names = isId(tenantId) && isId(bookId) && isCount(head?.position) && isHash(head.hash);
  if (format !== "allfunds-book" || version !== 1 || !names) {
    throw new Error("the first line is no header of an exported book");
  }
  return header;
}

function walk({ lines, events, header, book, anchor, onProgress }) {
  let last = { position: 0, hash: GENESIS };
  for (const { value: event, start } of events) {
    const position = last.position + 1;
    if (event.position > header.head.position) {
      const end = `the book ends at ${header.head.position}, its events go on`;
      return unsound(header.head.position + 1, "INSERTED", end);
    }
    if (event.position !== position || hashAt(header, last.hash, position, event) !== event.hash) {
      const rest = eventsFrom(lines, start);
      return { sound: false, fault: nameBreak(header, position, last.hash, rest) };
    }
    try {
      book.fold(event, start);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return unsound(position, error.kind, error.message);
    }
    if (anchor?.position === position && anchor.hash !== event.hash) {
      return unsound(position, "CHANGED", "the hash there is not the one that was noted");
    }
    last = { position, hash: event.hash };
    onProgress?.(position, header.head.position);
  }
  return checkEnd(last, header.head) ?? checkEnd(last, beyond(anchor, last)) ?? endOf(book, last);
}

function* eventsFrom(lines, start) {
  for (const { value } of lines.from(start)) yield value;
}

const unsound = (position, kind, what) => ({ sound: false, fault: { position, kind, what } });

const beyond = (anchor, last) =>
  anchor !== undefined && anchor.position > last.position ? anchor : last;

function checkEnd(last, head) {
  if (head.position > last.position) {
    const end = `the book ends at ${head.position}, the file before that`;
    return unsound(last.position + 1, "MISSING", end);
  }
  if (head.hash === last.hash) return undefined;
  const what = "the last event has not the hash the book ends with";
  return unsound(last.position, "CHANGED", what);
}

function endOf(book, last) {
  try {
    book.commands.checkEnd();
    checkNavEnd(book);
    checkStatementEnd(book);
    checkPortfolioEnd(book);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return unsound(last.position, error.kind, error.message);
  }
  return {
    sound: true,
    ...last,
    ...(book.uncheckedLimits === 0 ? {} : { uncheckedLimits: book.uncheckedLimits }),
  };
}
