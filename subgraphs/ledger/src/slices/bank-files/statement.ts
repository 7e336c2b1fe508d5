import { AppError, type Violation } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { joined, type Sequence } from "./sequence.ts";

/** A bank statement after parsing, whatever format it came in. */
export interface BankStatement {
  /** The bank's name for the account, when the format carries one. */
  readonly iban: string | undefined;
  readonly openingMinor: bigint | undefined;
  readonly closingMinor: bigint | undefined;
  /** Booked lines, oldest first. */
  readonly lines: Sequence<BankStatementLine>;
  /** Where a balance is not the one that comes before it. */
  readonly breaks: readonly StatementBreak[];
  /** Lines left out because the bank has not booked them or because they move nothing. */
  readonly skipped: number;
}

/** A hole in a chain of balances: lines between the two are missing, or stand twice. */
export interface StatementBreak {
  readonly kind: "BETWEEN_LINES" | "BETWEEN_STATEMENTS" | "SINCE_LAST_IMPORT";
  /** Where the balance before ended. */
  readonly expectedMinor: bigint;
  /** Where the statement begins. */
  readonly foundMinor: bigint;
  /** Line in the file of what comes behind the hole, where it is one. */
  readonly line?: number | undefined;
}

export interface BankStatementLine {
  /** Line in the file, from 1. */
  readonly fileLine: number;
  /** Signed minor units as the bank sees it: positive came in. */
  readonly amountMinor: bigint;
  /** Value date, or the booking date where the bank gives no other. */
  readonly effectiveDate: string;
  readonly bookingDate: string;
  readonly description: string;
  /** The bank's own number of the booking. */
  readonly reference: string | null;
  readonly counterparty: string | undefined;
  /** Takes back an earlier booking, so it belongs on that booking's contra account. */
  readonly reversal: boolean;
  /** Whatever else the bank sent; `StatementDetail` has the names. */
  readonly details: Readonly<Record<string, string>>;
}

/** What banks report of a payment beside its text, under one name in every format. */
export type StatementDetail =
  | "endToEndId"
  | "mandateId"
  | "creditorId"
  | "creditorReference"
  | "customerReference"
  | "checkNumber"
  | "counterpartyIban"
  | "counterpartyAccount"
  | "counterpartyBic"
  | "purpose"
  | "returnReason"
  | "instructedAmount"
  | "exchangeRate"
  | "charges"
  | "bankTransactionCode"
  | "transactionType"
  | "batch";

/** Whether a cell holds nothing: some banks write a dash. */
export const isBlank = (text: string): boolean => /^[-–—.*\s]*$/.test(text);

/** The details that are given, cleaned. */
export const detailsOf = (
  given: Partial<Record<StatementDetail, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) => {
      const clean = cleanText(text ?? "", 200);
      return isBlank(clean) ? [] : [[name, clean]];
    }),
  );

/** Faults of one file that are named; the others are counted. */
export const MAX_REPORTED = 50;

/** Where a fault is: the line in the file, from 1, and the column where it is known. */
export type FaultPlace = number | { readonly line: number; readonly column: number };

const lineOf = (place: FaultPlace): number => (typeof place === "number" ? place : place.line);
const pathOf = (place: FaultPlace): string =>
  typeof place === "number" ? `line ${place}` : `line ${place.line}, column ${place.column}`;

/** Collects the faults of a file, each with its place, so that the sender can mend them all at once. */
export class StatementFaults {
  readonly #faults: { readonly place: FaultPlace; readonly message: string }[] = [];

  add(place: FaultPlace, message: string): void {
    this.#faults.push({ place, message });
  }

  /** Takes over the faults of a part of the file. */
  addAll(others: StatementFaults): void {
    for (const { place, message } of others.#faults) this.add(place, message);
  }

  /** What `read` returns; undefined when it refuses, which is a fault of the line. */
  catching<T>(place: FaultPlace, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.add(place, error.message);
      return undefined;
    }
  }

  get areAny(): boolean {
    return this.#faults.length > 0;
  }

  refuseIfAny(): void {
    if (this.areAny) this.refuse();
  }

  refuse(): never {
    const inOrder = this.#faults.toSorted((one, other) => lineOf(one.place) - lineOf(other.place));
    const violations = inOrder
      .slice(0, MAX_REPORTED)
      .map(({ place, message }): Violation => ({ path: pathOf(place), message }));
    const others = inOrder.length < 2 ? "" : `, and ${inOrder.length - 1} more`;
    const message = violations
      .slice(0, 1)
      .map((first) => `${first.path}: ${first.message}${others}`)
      .join("");
    throw new AppError("STATEMENT_INVALID", message, { violations });
  }
}

/** A statement that is wrong as a whole. */
export const invalidStatement = (message: string): AppError =>
  new AppError("STATEMENT_INVALID", message, { violations: [{ path: "content", message }] });

/** A text of the bank in the form the books accept: one line, single spaces, whole characters, bounded. */
export const cleanText = (text: string, maxChars: number): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, maxChars)
    .toWellFormed()
    .trim();

/**
 * Whether a text is a number of the bank's own, and not a word or zeros that stand where it gives none: lines of one day
 * and amount would all be the same one.
 */
export const isReference = (text: string): boolean =>
  !/^(non ?ref|not ?(provided|available)|none|null|nil|n\/?a|unknown|[\p{P}\p{S}\s]*|0+)$/iu.test(
    text.trim(),
  );

/** The bank's own number of a line, where it gives one. */
export const referenceIn = (text: string): string | null =>
  isReference(text) ? cleanText(text, 140) || null : null;

/**
 * One statement of several that follow each other: the first opening, the last closing, and the holes between. Some
 * files have the newest first, and some have one twice.
 */
export function joinStatements(all: readonly BankStatement[]): BankStatement {
  const parts = withoutEarlierLines(inOrder(withoutRepeats(all)));
  const sum = (count: (part: BankStatement) => number): number =>
    all.reduce((total, part) => total + count(part), 0);
  const lines = joined(parts.map((part) => part.lines));
  return {
    iban: parts[0]?.iban,
    openingMinor: parts[0]?.openingMinor,
    closingMinor: parts.at(-1)?.closingMinor,
    breaks: breaksBetween(parts),
    lines,
    skipped: sum(({ skipped }) => skipped) + sum((part) => part.lines.length) - lines.length,
  };
}

/** As they are, newest first, or in whatever order each begins where another ends: the one with fewest holes. */
function inOrder(parts: readonly BankStatement[]): readonly BankStatement[] {
  if (breaksBetween(parts).length === 0) return parts;
  const newestFirst = parts.toReversed();
  if (breaksBetween(newestFirst).length === 0) return newestFirst;
  const linked = linkedByBalances(parts);
  if (linked !== undefined) return linked;
  return breaksBetween(newestFirst).length < breaksBetween(parts).length ? newestFirst : parts;
}

/** The one order in which each part begins where the one before it ends; undefined when there is none, or several. */
function linkedByBalances(parts: readonly BankStatement[]): BankStatement[] | undefined {
  const byOpening = new Map(parts.map((part) => [part.openingMinor, part]));
  const closings = new Set(parts.map(({ closingMinor }) => closingMinor));
  const [first, ...others] = parts.filter(({ openingMinor }) => !closings.has(openingMinor));
  if (byOpening.size < parts.length || byOpening.has(undefined)) return undefined;
  if (first === undefined || others.length > 0) return undefined;
  const linked: BankStatement[] = [];
  for (
    let next: BankStatement | undefined = first;
    next !== undefined && linked.length < parts.length;
    next = byOpening.get(next.closingMinor)
  )
    linked.push(next);
  return linked.length === parts.length ? linked : undefined;
}

/**
 * Reports of a day without balances may each have the lines of the one before, too: those with a number of the bank
 * that an earlier part has stand once. Between balances a repeated line would be a break.
 */
function withoutEarlierLines(parts: readonly BankStatement[]): readonly BankStatement[] {
  if (parts.length < 2) return parts;
  const known = new Map<string, number>();
  return parts.map((part) => {
    if (part.openingMinor !== undefined && part.closingMinor !== undefined) return part;
    const own = new Map<string, number>();
    const lines = part.lines.filter((line) => {
      if (line.reference === null) return true;
      const key = [line.reference, line.amountMinor, line.bookingDate, line.description].join("\n");
      const nth = (own.get(key) ?? 0) + 1;
      own.set(key, nth);
      return nth > (known.get(key) ?? 0);
    });
    for (const [key, times] of own) known.set(key, Math.max(times, known.get(key) ?? 0));
    return { ...part, lines };
  });
}

const breaksBetween = (parts: readonly BankStatement[]): StatementBreak[] =>
  parts.flatMap(({ openingMinor: foundMinor }, at): StatementBreak[] => {
    const expectedMinor = parts[at - 1]?.closingMinor;
    if (foundMinor === undefined || expectedMinor === undefined) return [];
    return foundMinor === expectedMinor
      ? []
      : [{ kind: "BETWEEN_STATEMENTS", expectedMinor, foundMinor }];
  });

/** From one balance to another by the same lines of the same days, twice: it is one statement. */
function withoutRepeats(parts: readonly BankStatement[]): BankStatement[] {
  const byEnds = new Map<string, BankStatement[]>();
  return parts.filter((part) => {
    const { openingMinor, closingMinor, lines } = part;
    if (openingMinor === undefined || closingMinor === undefined || openingMinor === closingMinor)
      return true;
    const ends = `${openingMinor} ${closingMinor} ${lines.length}`;
    const alike = byEnds.get(ends) ?? [];
    byEnds.set(ends, [...alike, part]);
    return !alike.some((earlier) => haveSameLines(earlier, part));
  });
}

function haveSameLines({ lines: some }: BankStatement, { lines: others }: BankStatement): boolean {
  for (const [at, line] of some.entries()) {
    const other = others.at(at);
    const isSame =
      line.amountMinor === other?.amountMinor &&
      line.effectiveDate === other.effectiveDate &&
      line.bookingDate === other.bookingDate &&
      line.reference === other.reference &&
      line.description === other.description;
    if (!isSame) return false;
  }
  return true;
}

/** The account that a file is imported into. */
export interface WantedAccount {
  /** Its IBAN or number, as far as it is known or was chosen. */
  readonly account: string | undefined;
  readonly currency: string;
}

/**
 * The parts of a file that are of the wanted account. Parts in other currencies are of other accounts; several
 * accounts in its currency need a choice.
 */
export function chooseParts<Part>(
  parts: readonly Part[],
  of: (part: Part) => readonly [account: string | undefined, currency: string | undefined],
  { account, currency }: WantedAccount,
): Part[] {
  const inCurrency = parts.filter((part) => (of(part)[1] ?? currency) === currency);
  if (inCurrency.length === 0) requireCurrency(parts.map((part) => of(part)[1])[0], currency);
  const accounts = new Set(inCurrency.map((part) => of(part)[0]));
  if (accounts.size < 2) return inCurrency;
  const isWanted = (stated: string | undefined): boolean =>
    stated !== undefined && account !== undefined && compact(stated) === compact(account);
  const chosen = inCurrency.filter((part) => isWanted(of(part)[0]));
  if (chosen.length > 0) return chosen;
  const named = [...accounts].map((each) => each ?? "one without a number").join(", ");
  const message = `The file holds several accounts: ${named.slice(0, 300)}.`;
  throw new AppError("STATEMENT_AMBIGUOUS", `${message} Say which in iban.`, {
    violations: [{ path: "iban", message }],
  });
}

/** The number of an account without the spaces that people write in it. */
const compact = (account: string): string => account.replace(/\s/g, "").toUpperCase();

/** A statement in another currency than the account's is of another account. */
function requireCurrency(stated: string | undefined, currency: string): void {
  if (stated === undefined || stated === currency) return;
  throw new AppError(
    "CURRENCY_MISMATCH",
    `The statement is in ${stated.slice(0, 12)}, the account is kept in ${currency}.`,
  );
}

function reachedFrom(openingMinor: bigint, lines: Iterable<BankStatementLine>): bigint {
  let total = openingMinor;
  for (const { amountMinor } of lines) total += amountMinor;
  return total;
}

/** Whether the lines lead from the opening to the closing balance, and both are known. */
export const leads = ({
  lines,
  openingMinor,
  closingMinor,
}: Pick<BankStatement, "lines" | "openingMinor" | "closingMinor">): boolean =>
  openingMinor !== undefined && reachedFrom(openingMinor, lines) === closingMinor;

/** A statement whose lines do not lead from its opening to its closing balance is incomplete. */
export function checkSum(
  {
    lines,
    openingMinor,
    closingMinor,
  }: Pick<BankStatement, "lines" | "openingMinor" | "closingMinor">,
  currency: string,
): void {
  if (openingMinor === undefined || closingMinor === undefined) return;
  const sum = reachedFrom(openingMinor, lines);
  if (sum === closingMinor) return;
  const [opening, reached, closing] = [openingMinor, sum, closingMinor].map((minor) =>
    formatAmount(minor, currency),
  );
  throw invalidStatement(
    `The booked entries lead from the opening balance of ${opening} to ${reached}, not to the closing balance of ${closing} ${currency}; the statement is incomplete.`,
  );
}

/** Lines that move money, oldest first: many banks list the newest first. The others are counted. */
export function linesAndSkipped(
  lines: Sequence<BankStatementLine>,
): Pick<BankStatement, "lines" | "skipped"> {
  const moving = lines.filter(({ amountMinor }) => amountMinor !== 0n);
  const isNewestFirst = (moving.at(0)?.bookingDate ?? "") > (moving.at(-1)?.bookingDate ?? "");
  return {
    lines: isNewestFirst ? moving.toReversed() : moving,
    skipped: lines.length - moving.length,
  };
}
