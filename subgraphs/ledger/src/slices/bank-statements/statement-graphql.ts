import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { encodeCursor, toConnection, type Connection } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { invalidInput } from "@allfunds/contract/errors";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { MAPPED_ROLES, type ResolvedMapping } from "../bank-files/csv-mapping.ts";
import type { StatementBreak } from "../bank-files/statement.ts";
import {
  TransactionConnection,
  type TransactionObject,
} from "../transactions/transaction-object.ts";
import { readImportedPage } from "../transactions/transaction-sql.ts";
import { toDimensionList } from "../dimensions/dimension-object.ts";
import {
  checkSplits,
  checkTarget,
  contraOf,
  importStatement,
  untilCompared,
  isLeftOut,
  type ImportTarget,
} from "./import-statement.ts";
import { withKeptRules } from "./import-rules-graphql.ts";
import { toPart } from "./line-part-object.ts";
import { plainParts, type LinePart } from "./line-part.ts";
import type { KnownLine } from "./known-lines.ts";
import {
  contentOf,
  readStatement,
  toStatementReading,
  type StatementToImport,
} from "./read-statement.ts";
import type { StatementCommand } from "./statement-slice.ts";
import type { OwnAccounts } from "./statement-sql.ts";
import {
  ImportStatementInput,
  toRule,
  StatementImportObject,
  StatementLineObject,
  StatementPreviewObject,
  type CsvReadingObject,
  type StartStatementImportInput,
  type StatementBreakObject,
} from "./statement-objects.ts";
import { checkRules } from "./statement-rule.ts";

/** All of them are read and posted while the request waits. */
const MOST_LINES_AT_ONCE = 25_000;

const positionCursor = ({ position }: TransactionObject): string => encodeCursor([position]);

@Resolver(() => StatementImportObject)
export class StatementResolver {
  readonly #books: CommandPort<StatementCommand>;

  constructor({ books }: { readonly books: CommandPort<StatementCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementImportObject, {
    description:
      "Imports a bank statement: a balanced transaction per booked line, all of them or none. Lines that are in the books already are counted, not posted; lines that may be are left out and listed. A file with a fault is refused whole (STATEMENT_INVALID, with its lines), one that can be read in more than one way too (STATEMENT_AMBIGUOUS, with the field that decides).",
  })
  async importStatement(
    @Arg("input", () => ImportStatementInput) given: ImportStatementInput,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportObject> {
    const { request } = context;
    const input = await withKeptRules(given, context);
    const { target, accounts } = await splitTargetOf(input, context);
    const { file, outcome } = await untilCompared(async () => {
      const read = await readStatement(
        { reads: context.stores.pool, tenantId: request.tenantId },
        contentOf(input),
        toStatementReading(input),
        target.account,
        MOST_LINES_AT_ONCE,
      );
      checkSplits(target, read);
      return { file: read, outcome: await importStatement(this.#books, request, target, read) };
    });
    return {
      ...outcome,
      id: target.importId,
      iban: file.statement.iban ?? null,
      lines: file.lines.length,
      skipped: file.statement.skipped,
      format: file.format,
      account: await requireAccount(context, target.account.id),
      possibleDuplicates: [...file.lines]
        .filter((line) => isLeftOut(target, line))
        .map((line) => toLine(line, { target, own: file.own, accounts })),
      ...balancesOf(file, target.account.currency),
    };
  }

  @FieldResolver(() => TransactionConnection, {
    description: "The transactions this import posted, in book order.",
  })
  async transactions(
    @Root() { id }: StatementImportObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<TransactionObject>> {
    const page = toPage(args);
    const rows = await readImportedPage(stores.pool, request.tenantId, id, page);
    return toConnection(rows, { ...page, cursorOf: positionCursor });
  }
}

/** Lines of a preview in one answer. */
const MOST_LINES = 500;

@Resolver(() => StatementPreviewObject)
export class StatementPreviewResolver {
  @RequiresScopes("ledger:write")
  @Query(() => StatementPreviewObject, {
    description:
      "Reads a bank's file as `importStatement` would, and compares it with the books: the date and amount of each line, whether the books have it, and the account it would go to. Writes nothing. Refuses as `importStatement` does.",
  })
  async previewStatement(
    @Arg("input", () => ImportStatementInput) given: ImportStatementInput,
    @Ctx() context: LedgerContext,
  ): Promise<StatementPreviewObject> {
    const input = await withKeptRules(given, context);
    const { target, accounts } = await splitTargetOf(input, context);
    const { account } = target;
    const file = await readStatement(
      { reads: context.stores.pool, tenantId: context.request.tenantId },
      contentOf(input),
      toStatementReading(input),
      account,
      MOST_LINES_AT_ONCE,
    );
    checkSplits(target, file);
    return {
      format: file.format,
      encoding: file.encoding,
      csv: file.mapping === undefined ? null : toReading(file.mapping),
      iban: file.statement.iban ?? null,
      lineCount: file.lines.length,
      newLines: file.lines.count("NEW"),
      duplicates: file.lines.count("DUPLICATE"),
      possibleDuplicates: file.lines.count("POSSIBLE_DUPLICATE"),
      skipped: file.statement.skipped,
      ...balancesOf(file, account.currency),
      read: Array.from(file.lines, (line, at) =>
        toLine(line, { target, own: file.own, accounts }, target.splits?.get(at + 1)),
      ),
    };
  }

  @FieldResolver(() => [StatementLineObject], {
    description: "The lines, oldest first; the next ones with `skip`.",
  })
  lines(
    @Root() { read }: StatementPreviewObject,
    @Arg("first", () => Int, { defaultValue: 100, description: `1 to ${MOST_LINES}.` })
    first: number,
    @Arg("skip", () => Int, { defaultValue: 0, description: "How many come before." })
    skip: number,
  ): readonly StatementLineObject[] {
    if (first < 1 || first > MOST_LINES) {
      throw invalidInput("first", `must be 1 to ${MOST_LINES}`);
    }
    if (skip < 0) throw invalidInput("skip", "must not be negative");
    return read.slice(skip, skip + first);
  }
}

/** Where an import goes, once its accounts are known to fit together. */
async function targetOf(
  input: StartStatementImportInput,
  context: LedgerContext,
): Promise<ImportTarget> {
  const { accountId, receiptsAccountId, paymentsAccountId } = input;
  const account = await requireAccount(context, accountId);
  const rules = (input.rules ?? []).map(toRule);
  checkRules(rules);
  const ruled = rules.map((rule) => rule.accountId);
  const ids = [receiptsAccountId, paymentsAccountId, ...ruled].filter(
    (id) => typeof id === "string",
  );
  const contras: AccountObject[] = await Promise.all(
    [...new Set(ids)].map((id) => requireAccount(context, id)),
  );
  checkTarget(account, contras);
  return {
    importId: newId(),
    account,
    receiptsAccountId: receiptsAccountId ?? undefined,
    paymentsAccountId: paymentsAccountId ?? undefined,
    rules,
    postsPossibleDuplicates: input.postPossibleDuplicates,
  };
}

const MOST_SPLITS = 200;

/** Also which lines are split, and the accounts of their parts by their ids. */
export async function splitTargetOf(
  input: StartStatementImportInput,
  context: LedgerContext,
): Promise<{ target: ImportTarget; accounts: ReadonlyMap<string, AccountObject> }> {
  const target = await targetOf(input, context);
  const given = input.splits ?? [];
  if (given.length > MOST_SPLITS) throw invalidInput("splits", `must be at most ${MOST_SPLITS}`);
  const splits = new Map(given.map(({ line, parts }) => [line, plainParts(parts.map(toPart))]));
  if (splits.size < given.length) throw invalidInput("splits", "must have each line once");
  const ids = new Set([...splits.values()].flat().map(({ accountId }) => accountId));
  const found = await Promise.all([...ids].map((id) => requireAccount(context, id)));
  checkTarget(await requireAccount(context, target.account.id), found);
  return { target: { ...target, splits }, accounts: new Map(found.map((each) => [each.id, each])) };
}

interface Showing {
  readonly target: ImportTarget;
  readonly own: OwnAccounts;
  readonly accounts: ReadonlyMap<string, AccountObject>;
}

function toLine(
  { line, verdict, earlierId }: KnownLine,
  { target, own, accounts }: Showing,
  parts: readonly LinePart[] = [],
): StatementLineObject {
  const { currency } = target.account;
  return {
    fileLine: line.fileLine,
    effectiveDate: line.effectiveDate,
    bookingDate: line.bookingDate,
    amount: toMoney(line.amountMinor, currency),
    description: line.description,
    counterparty: line.counterparty ?? null,
    reference: line.reference,
    takesBack: line.reversal,
    details: line.details,
    verdict,
    earlierTransactionId: earlierId ?? null,
    contraAccountId:
      parts.length > 0 ? null : (contraOf({ ...target, own }, line).accountId ?? null),
    parts: parts.flatMap(({ accountId, amount, dimensions }) => {
      const account = accounts.get(accountId);
      if (account === undefined) return [];
      const money = { amount, currency };
      return [{ accountId, account, amount: money, dimensions: toDimensionList(dimensions) }];
    }),
  };
}

function toReading(mapping: ResolvedMapping): CsvReadingObject {
  const { delimiter, headerLine, dateFormat, decimalSeparator } = mapping;
  const columns = MAPPED_ROLES.flatMap((field) => {
    const column = mapping[field];
    return column === undefined ? [] : [{ field, column }];
  });
  return { columns, delimiter, headerLine, dateFormat, decimalSeparator };
}

function balancesOf({ statement, breaks }: StatementToImport, currency: string) {
  const { openingMinor, closingMinor } = statement;
  const orNull = (minor: bigint | undefined): MoneyJson | null =>
    minor === undefined ? null : toMoney(minor, currency);
  return {
    openingBalance: orNull(openingMinor),
    closingBalance: orNull(closingMinor),
    breaks: breaks.map((each) => toBreak(each, currency)),
  };
}

const toBreak = (
  { kind, expectedMinor, foundMinor, line }: StatementBreak,
  currency: string,
): StatementBreakObject => ({
  kind,
  expected: toMoney(expectedMinor, currency),
  found: toMoney(foundMinor, currency),
  difference: toMoney(foundMinor - expectedMinor, currency),
  line: line ?? null,
});

const toMoney = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});
