import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { PublishedEvent } from "../../engine/book.ts";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { Verdict } from "../../engine/decide.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { MAX_REPORTED, cleanText, type BankStatementLine } from "../bank-files/statement.ts";
import type { ContraAccount } from "../contra-accounts/contra-account.ts";
import { checkSum, type LinePart } from "./line-part.ts";
import type { KnownLine } from "./known-lines.ts";
import type { StatementToImport } from "./read-statement.ts";
import type { PostStatementLine } from "./statement-line.ts";
import type { StatementCommand } from "./statement-slice.ts";
import { transferAccountOf, type OwnAccounts } from "./statement-sql.ts";
import { LINES_OF_EVENT, type LineFact, type ReceiveStatement } from "./statement.ts";
import { directionOf, plainRule, ruleOf, type StatementRule } from "./statement-rule.ts";

export interface ImportTarget {
  readonly importId: string;
  readonly account: Pick<AccountObject, "id" | "fundId" | "currency">;
  readonly receiptsAccountId: string | undefined;
  readonly paymentsAccountId: string | undefined;
  readonly rules: readonly StatementRule[];
  /** Posts also lines that may be in the books already in another form. */
  readonly postsPossibleDuplicates: boolean;
  /** Lines on several accounts, by their numbers from 1. */
  readonly splits?: ReadonlyMap<number, readonly LinePart[]>;
}

/** Where the other entry of a line goes. */
type Allocation = Omit<ImportTarget, "postsPossibleDuplicates"> & { readonly own: OwnAccounts };

export interface ImportOutcome {
  readonly posted: number;
  readonly duplicates: number;
  /** Lines above a limit: they wait for another person. */
  readonly proposed: number;
  readonly possibleDuplicates: number;
}

/**
 * The commands that import a statement, in parts of some hundreds that follow each other. Carried out together,
 * they post its lines, all or none, each once whatever files it comes in: a line's identity is its idempotency
 * key, so that a repeat or an overlap adds nothing twice.
 */
export function* importCommands(
  target: ImportTarget,
  file: StatementToImport,
): Generator<CommandRequest<StatementCommand>[]> {
  const { importId, account } = target;
  const of = { importId, fundId: account.fundId };
  const allocation = { ...target, own: file.own };
  yield [alone(receive(target, file))];
  for (let at = 0; at < file.lines.length; at += LINES_OF_EVENT) {
    const known = file.lines.slice(at, at + LINES_OF_EVENT);
    const facts = known.map((line) => toFact(target, line));
    yield [
      alone({ kind: "ReadStatementLines", ...of, lines: facts }),
      ...facts.flatMap((fact, index) =>
        postingOf(allocation, known[index], fact, target.splits?.get(at + index + 1)),
      ),
    ];
  }
  yield [alone({ kind: "FinishStatement", ...of })];
}

const alone = (
  command: Exclude<StatementCommand, PostStatementLine>,
): CommandRequest<StatementCommand> => ({
  bookId: command.fundId,
  command,
  key: undefined,
  content: null,
});

/** What the book keeps of a file beside its lines. */
function receive(target: ImportTarget, file: StatementToImport): ReceiveStatement {
  const { importId, account } = target;
  const { statement } = file;
  let from: string | null = null;
  let to: string | null = null;
  for (const { bookingDate } of statement.lines) {
    if (from === null || bookingDate < from) from = bookingDate;
    if (to === null || bookingDate > to) to = bookingDate;
  }
  const moves = { IN: 0n, OUT: 0n };
  for (const known of file.lines) {
    if (known.verdict === "DUPLICATE" || isLeftOut(target, known)) continue;
    const { amountMinor } = known.line;
    if (amountMinor < 0n) moves.OUT -= amountMinor;
    else moves.IN += amountMinor;
  }
  return {
    kind: "ReceiveStatement",
    moves,
    after: file.after,
    importId,
    fundId: account.fundId,
    accountId: account.id,
    currency: account.currency,
    format: file.format,
    iban: statement.iban ?? null,
    fileHash: file.hash,
    from,
    to,
    lines: file.lines.length,
    skipped: statement.skipped,
    openingMinor: statement.openingMinor ?? null,
    closingMinor: statement.closingMinor ?? null,
    breaks: file.breaks,
    reading: file.mapping === undefined ? null : { ...file.mapping },
    rules: target.rules.map(plainRule),
    receiptsAccountId: target.receiptsAccountId ?? null,
    paymentsAccountId: target.paymentsAccountId ?? null,
  };
}

/** True of a line that waits for a person, because the book may have it in another form. */
export const isLeftOut = (
  { postsPossibleDuplicates }: ImportTarget,
  { verdict }: KnownLine,
): boolean => verdict === "POSSIBLE_DUPLICATE" && !postsPossibleDuplicates;

function toFact(target: ImportTarget, known: KnownLine): LineFact {
  const { line, identity, verdict, earlierId } = known;
  return {
    fileLine: line.fileLine,
    effectiveDate: line.effectiveDate,
    bookingDate: line.bookingDate,
    amountMinor: line.amountMinor,
    description: line.description,
    reference: line.reference,
    counterparty: line.counterparty,
    reversal: line.reversal,
    details: line.details,
    identity,
    verdict,
    transactionId: verdict === "DUPLICATE" || isLeftOut(target, known) ? null : newId(),
    earlierId: earlierId ?? null,
  };
}

function postingOf(
  target: Allocation,
  known: KnownLine | undefined,
  { transactionId }: LineFact,
  parts: readonly LinePart[] | undefined,
): CommandRequest<StatementCommand>[] {
  if (known === undefined || transactionId === null) return [];
  const order = toOrder(target, known, transactionId);
  if (parts === undefined) return [order];
  return [{ ...order, command: { ...order.command, parts } }];
}

/** Each line that is split is one that the import posts, and its parts come to it. */
export function checkSplits(
  target: ImportTarget,
  { lines }: Pick<StatementToImport, "lines">,
): void {
  for (const [index, [number, parts]] of [...(target.splits ?? [])].entries()) {
    const [known] = lines.slice(number - 1, number);
    if (known === undefined || known.verdict === "DUPLICATE" || isLeftOut(target, known))
      throw invalidInput(`splits.${index}.line`, "is no line that the import posts");
    const { amountMinor } = known.line;
    const minor = amountMinor < 0n ? -amountMinor : amountMinor;
    checkSum(parts, minor, target.account.currency, `splits.${index}.parts`);
  }
}

/** Imports a statement in one submission. */
export async function importStatement(
  books: CommandPort<StatementCommand>,
  context: RequestContext,
  target: ImportTarget,
  file: StatementToImport,
): Promise<ImportOutcome> {
  const requests = [...importCommands(target, file)].flat();
  const { fundId } = target.account;
  const verdicts = await books.executeEach(context, fundId, requests, true, true);
  refuseWhole(file, requests, verdicts);
  const last = verdicts.at(-1);
  if (last?.accepted !== true) throw new Error("a statement was left without its end");
  return outcomeOf(last.events);
}

/** So often a file is compared with the books before others that come at the same time are left to the caller. */
const MOST_COMPARISONS = 10;

/** Compares and imports anew when another statement was imported in between. */
export async function untilCompared<T>(importOnce: () => Promise<T>): Promise<T> {
  for (let nth = 1; ; nth += 1) {
    try {
      return await importOnce();
    } catch (error) {
      const isOutdated = error instanceof AppError && error.code === "VERSION_CONFLICT";
      if (!isOutdated || nth === MOST_COMPARISONS) throw error;
    }
  }
}

/** The counts of an import, as its last event has them. */
export function outcomeOf(events: readonly PublishedEvent[]): ImportOutcome {
  const { payload } = requireEvent(events, "StatementImported");
  const { posted, proposed, duplicates, possibleDuplicates } = payload as ImportOutcome;
  return { posted, proposed, duplicates, possibleDuplicates };
}

/** A refused line refuses the file: each with its reason, without those that only share its fate. */
export function refuseWhole(
  { lines }: Pick<StatementToImport, "lines">,
  requests: readonly CommandRequest<StatementCommand>[],
  verdicts: readonly Verdict[],
): void {
  if (!verdicts.some(isRefused)) return;
  const places = new Map<string, number>();
  for (const { identity, line } of lines) places.set(identity, line.fileLine);
  const refused = verdicts.flatMap((verdict, at) =>
    isRefused(verdict)
      ? [{ fileLine: places.get(requests[at]?.keyId ?? ""), refusal: verdict.refusal }]
      : [],
  );
  const outdated = refused.find(({ refusal }) => refusal.code === "VERSION_CONFLICT");
  if (outdated !== undefined) throw outdated.refusal;
  const [first] = refused;
  if (first === undefined) return;
  // Behind a refused line no other can be read: those refusals add nothing.
  const ofLines = refused.filter(({ fileLine }) => fileLine !== undefined);
  const [line] = ofLines;
  if (line === undefined) throw first.refusal;
  const more = ofLines.length - 1;
  const others = more === 0 ? "" : ` ${more} more ${more === 1 ? "line is" : "lines are"} refused.`;
  throw new AppError(line.refusal.code, `Line ${line.fileLine}: ${line.refusal.message}${others}`, {
    cause: line.refusal,
    violations: ofLines.slice(0, MAX_REPORTED).map(({ fileLine, refusal }) => ({
      path: `line ${fileLine}`,
      message: refusal.message,
    })),
  });
}

/** Refusals that are none: a line that waits for approval, and one that shares the fate of another. */
const SHARED: ReadonlySet<string> = new Set(["APPROVAL_REQUIRED", "BULK_REFUSED"]);

const isRefused = (verdict: Verdict): verdict is Exclude<Verdict, { readonly accepted: true }> =>
  !verdict.accepted && !SHARED.has(verdict.refusal.code);

/** The command to post a line. */
export function toOrder(
  target: Allocation,
  { line, identity }: Pick<KnownLine, "line" | "identity">,
  transactionId: string,
): CommandRequest<PostStatementLine> {
  const { account, importId } = target;
  const { counterparty, bookingDate, reversal, details } = line;
  return {
    bookId: account.fundId,
    command: {
      kind: "PostStatementLine",
      fundId: account.fundId,
      transactionId,
      accountId: account.id,
      amountMinor: line.amountMinor,
      effectiveDate: line.effectiveDate,
      description: line.description,
      reference: line.reference === null ? null : cleanText(line.reference, 140) || null,
      counterparty,
      metadata: {
        importId,
        bookingDate,
        ...(counterparty === undefined ? {} : { counterparty }),
        ...(reversal ? { reversal } : {}),
        ...details,
      },
      importId,
      contra: contraOf(target, line),
    },
    key: undefined,
    keyId: identity,
    // Which import brings a line first does not make it another line.
    content: null,
  };
}

/**
 * The account of a rule; else the fund's own account on the other side, which makes the line a transfer; else
 * receipts for what came in and payments for what went out.
 */
export function contraOf(target: Allocation, line: BankStatementLine): ContraAccount {
  const { currency } = target.account;
  const rule = ruleOf(target.rules, line);
  const byRule = rule?.accountId ?? transferAccountOf(target.own, line);
  const dimensions = rule?.dimensions;
  return directionOf(line) === "IN"
    ? {
        accountId: byRule ?? target.receiptsAccountId,
        own: {
          freshId: newId(),
          code: `UNALLOCATED-RECEIPTS-${currency.replace("/", ".")}`,
          name: "Unallocated receipts",
          type: "INCOME",
        },
        dimensions,
      }
    : {
        accountId: byRule ?? target.paymentsAccountId,
        own: {
          freshId: newId(),
          code: `UNALLOCATED-PAYMENTS-${currency.replace("/", ".")}`,
          name: "Unallocated payments",
          type: "EXPENSE",
        },
        dimensions,
      };
}

/** The accounts an import works on must fit together before its first line is posted. */
export function checkTarget(account: AccountObject, contras: readonly AccountObject[]): void {
  if (account.type !== "ASSET" && account.type !== "LIABILITY") {
    throw invalidInput("accountId", "must be an asset or a liability to have a bank statement");
  }
  for (const contra of contras) {
    if (contra.fundId !== account.fundId) {
      throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${contra.id}.`);
    }
    if (contra.id === account.id)
      throw invalidInput("accountId", "cannot be its own contra account");
    if (contra.currency !== account.currency) {
      throw new AppError(
        "CURRENCY_MISMATCH",
        `Account ${contra.code} is kept in ${contra.currency}, not in ${account.currency}.`,
      );
    }
  }
}
