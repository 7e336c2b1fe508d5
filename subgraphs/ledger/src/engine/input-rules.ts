import { AppError, invalidInput, type Violation } from "@allfunds/contract/errors";
import { currencyScale, parseDecimal, type Decimal } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import { isId } from "@allfunds/platform/ids";
import { canonicalJson } from "./canonical-json.ts";

/** Collects what is wrong with an input, so that a client receives every fault at once. */
export class Findings {
  readonly #violations: Violation[] = [];

  add(path: string, message: string): void {
    this.#violations.push({ path, message });
  }

  refuseIfAny(): void {
    const [first] = this.#violations;
    if (first === undefined) return;
    throw new AppError("INVALID_INPUT", `${first.path}: ${first.message}`, {
      violations: this.#violations,
    });
  }
}

// Control characters would corrupt exports and terminals; a lone surrogate cannot be stored at all.
// Bidirectional controls display a text or digits in another order than the stored one.
const CONTROL = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

export function checkText(
  findings: Findings,
  path: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (text.trim().length < min) findings.add(path, "must not be empty");
  if (text.length > max) findings.add(path, `must be at most ${max} characters`);
  if (CONTROL.test(text) || !text.isWellFormed()) {
    findings.add(path, "must not contain control characters or broken Unicode");
  }
}

export function checkUuid(findings: Findings, path: string, id: string): void {
  if (!isId(id)) findings.add(path, "must be a UUID in lower case");
}

export function checkDate(findings: Findings, path: string, date: string): void {
  if (!isCalendarDate(date)) findings.add(path, "must be an existing calendar date, YYYY-MM-DD");
}

export function checkCurrency(findings: Findings, path: string, currency: string): void {
  try {
    currencyScale(currency);
  } catch {
    findings.add(path, "must be an ISO 4217 code such as EUR");
  }
}

/** A decimal number as it was given; null when it is none. */
export function decimalOrNull(text: string): Decimal | null {
  try {
    return parseDecimal(text);
  } catch {
    return null;
  }
}

interface Batch<Item> {
  /** Where its items are in the input. */
  readonly path: string;
  readonly batchId: string;
  readonly items: readonly Item[];
  readonly most: number;
  /** Items of one event: a page of the log then stays small. */
  readonly perEvent: number;
}

/** The items of a batch in pages for its events, the last one shorter; refused unless `check` has no findings. */
export function pagesOfBatch<Item>(
  { path, batchId, items, most, perEvent }: Batch<Item>,
  check: (findings: Findings, items: readonly Item[]) => void,
): Item[][] {
  if (items.length === 0) throw invalidInput(path, "must be at least one");
  if (items.length > most) throw invalidInput(path, `must be at most ${most}`);
  const findings = new Findings();
  checkUuid(findings, "batchId", batchId);
  check(findings, items);
  findings.refuseIfAny();
  const pages: Item[][] = [];
  for (let at = 0; at < items.length; at += perEvent) pages.push(items.slice(at, at + perEvent));
  return pages;
}

const MAX_METADATA_CHARS = 16_384;
const MAX_METADATA_DEPTH = 8;

/** Metadata is a JSON object of bounded size and depth whose texts PostgreSQL can hold. */
export function checkMetadata(findings: Findings, path: string, metadata: unknown): void {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    findings.add(path, "must be a JSON object");
    return;
  }
  if (!isStorable(metadata, MAX_METADATA_DEPTH)) {
    findings.add(
      path,
      `must be plain JSON, at most ${MAX_METADATA_DEPTH} levels deep, without NUL or broken Unicode`,
    );
    return;
  }
  if (canonicalJson(metadata).length > MAX_METADATA_CHARS) {
    findings.add(path, `must be at most ${MAX_METADATA_CHARS} characters of JSON`);
  }
}

function isStorable(value: unknown, depth: number): boolean {
  if (depth < 0) return false;
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  return Object.entries(value).every(
    ([key, inner]) => isStorable(key, depth) && isStorable(inner, depth - 1),
  );
}
