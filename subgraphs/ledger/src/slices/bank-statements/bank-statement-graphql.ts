import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount, type MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage, type PageRequest } from "../../graph/page-args.ts";
import { toActor } from "../../graph/shared-types.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { STATEMENT_FORMATS, type StatementFormat } from "../bank-files/read-file.ts";
import { FundObject } from "../funds/fund-object.ts";
import { TransactionConnection, TransactionObject } from "../transactions/transaction-object.ts";
import { findTransaction, readImportedPage } from "../transactions/transaction-sql.ts";
import {
  BankStatementConnection,
  BankStatementLineConnection,
  BankStatementLineObject,
  BankStatementObject,
} from "./bank-statement-object.ts";
import {
  readStatementById,
  readStatementLines,
  readStatementPage,
  type NumberedLine,
  type StatementFilter,
  type StoredStatement,
} from "./statement-list-sql.ts";
import { noSuchStatement } from "./statement-undo.ts";

const positionCursor = ({ position }: { readonly position: number }): string =>
  encodeCursor([position]);

/** The number a cursor of a list stands for; `otherwise` without one. */
function numberOf(after: string | null | undefined, otherwise: number): number {
  if (typeof after !== "string") return otherwise;
  const [number] = decodeCursor(after, 1);
  if (!Number.isSafeInteger(number)) throw invalidInput("after", "is not a cursor of this list");
  return Number(number);
}

@Resolver(() => BankStatementObject)
export class BankStatementResolver {
  @RequiresScopes("ledger:read")
  @Query(() => BankStatementObject, {
    nullable: true,
    description: "An imported bank statement; null when there is none.",
  })
  async statement(
    @Arg("id", () => ID, { description: "UUID of the import." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject | null> {
    return findStatement(context, id);
  }

  @FieldResolver(() => AccountObject, { description: "The bank account it is of." })
  account(
    @Root() { accountId }: BankStatementObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject> {
    return requireAccount(context, accountId);
  }

  @FieldResolver(() => BankStatementLineConnection, {
    description:
      "Its lines in the file's order; none of imports before statements were kept whole.",
  })
  async lines(
    @Root() statement: BankStatementObject,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("open", () => Boolean, {
      defaultValue: false,
      description: "Only possible duplicates that are not decided yet.",
    })
    open: boolean,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<BankStatementLineObject>> {
    const page = toPage(args);
    const { first } = page;
    const from = numberOf(page.after, 0) + 1;
    const { id } = statement;
    const wanted = { from, open, first };
    const rows = await readStatementLines(stores.pool, request.tenantId, id, wanted);
    return toConnection(
      rows.map((row) => toLineObject(row, statement)),
      { ...page, cursorOf: ({ number }) => encodeCursor([number]) },
    );
  }

  @FieldResolver(() => TransactionConnection, {
    description: "The transactions it posted, in book order.",
  })
  async transactions(
    @Root() { id }: BankStatementObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<TransactionObject>> {
    const page = toPage(args);
    const rows = await readImportedPage(stores.pool, request.tenantId, id, page);
    return toConnection(rows, { ...page, cursorOf: positionCursor });
  }
}

@Resolver(() => BankStatementLineObject)
export class BankStatementLineResolver {
  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "The transaction that posts it; null for a line left out or not approved yet.",
  })
  async transaction(
    @Root() { transactionId }: BankStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return transactionId === null ? null : findTransaction(context, transactionId);
  }
}

const OF_FILE = { nullable: true, description: "Only imports of the file with this SHA-256." };

@Resolver(() => AccountObject)
export class AccountBankStatementsResolver {
  @FieldResolver(() => BankStatementConnection, {
    description: "Bank statements imported into the account, newest import first.",
  })
  statements(
    @Root() { id }: AccountObject,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("fileHash", () => String, OF_FILE) fileHash: string | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<BankStatementObject>> {
    const filter = { accountId: id, fundId: null, fileHash: fileHash ?? null };
    return statementsOf(context, filter, toPage(args));
  }
}

@Resolver(() => FundObject)
export class FundBankStatementsResolver {
  @FieldResolver(() => BankStatementConnection, {
    description: "Bank statements imported into the fund's accounts, newest import first.",
  })
  statements(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("fileHash", () => String, OF_FILE) fileHash: string | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<BankStatementObject>> {
    const filter = { accountId: null, fundId: id, fileHash: fileHash ?? null };
    return statementsOf(context, filter, toPage(args));
  }
}

async function statementsOf(
  { request, stores }: LedgerContext,
  filter: StatementFilter,
  page: PageRequest,
): Promise<Connection<BankStatementObject>> {
  const before = numberOf(page.after, Number.MAX_SAFE_INTEGER);
  const { first } = page;
  const rows = await readStatementPage(stores.pool, request.tenantId, filter, before, first);
  return toConnection(rows.map(toStatementObject), { ...page, cursorOf: positionCursor });
}

/** An imported statement that the caller may see; null when there is none. */
export async function findStatement(
  { request, stores }: LedgerContext,
  id: string,
): Promise<BankStatementObject | null> {
  if (!isId(id)) return null;
  const stored = await readStatementById(stores.pool, request.tenantId, id);
  return stored === undefined ? null : toStatementObject(stored);
}

export async function requireStatement(
  context: LedgerContext,
  id: string,
): Promise<BankStatementObject> {
  const statement = await findStatement(context, id);
  if (statement === null) throw noSuchStatement(id);
  return statement;
}

function toStatementObject(stored: StoredStatement): BankStatementObject {
  const { position, imported, received, undone } = stored;
  const { currency, openingBalance, closingBalance } = imported;
  const money = (amount: string): MoneyJson => ({ amount, currency });
  const { lines, posted, proposed, duplicates, skipped } = imported;
  const rest = lines - posted - proposed - duplicates;
  return Object.assign(new BankStatementObject(), {
    id: imported.importId,
    state: undone === null ? "IMPORTED" : "UNDONE",
    format: toFormat(imported.format),
    iban: imported.iban,
    fileHash: received?.fileHash ?? null,
    from: received?.from ?? null,
    to: received?.to ?? null,
    openingBalance: openingBalance === null ? null : money(openingBalance),
    closingBalance: closingBalance === null ? null : money(closingBalance),
    lineCount: lines,
    posted,
    proposed,
    duplicates,
    possibleDuplicates: imported.possibleDuplicates ?? rest,
    openLines: stored.openLines,
    skipped,
    breaks: (received?.breaks ?? []).map(({ kind, expected, found, line = null }) => ({
      kind,
      expected: money(expected),
      found: money(found),
      difference: money(differenceOf(expected, found, currency)),
      line,
    })),
    reading: received?.reading ?? null,
    importedAt: new Date(imported.importedAt),
    importedBy: stored.importedBy,
    importer: toActor(stored.importedBy),
    undoneAt: stored.undoneAt,
    undoneBy: stored.undoneBy,
    undoer: stored.undoneBy === null ? null : toActor(stored.undoneBy),
    undoReason: undone?.reason ?? null,
    accountId: imported.accountId,
    fundId: imported.fundId,
    currency,
    position,
    received,
  } satisfies BankStatementObject);
}

function toFormat(name: string): StatementFormat {
  const format = Object.values(STATEMENT_FORMATS).find((each) => each === name);
  if (format === undefined) throw new AppError("INTERNAL_ERROR", "The format is not known here.");
  return format;
}

const differenceOf = (expected: string, found: string, currency: string): string =>
  formatAmount(parseAmount(found, currency) - parseAmount(expected, currency), currency);

export const toLineObject = (
  { number, line, decision, confirmedId }: NumberedLine,
  { fundId, accountId, currency }: Pick<BankStatementObject, "fundId" | "accountId" | "currency">,
): BankStatementLineObject =>
  Object.assign(new BankStatementLineObject(), {
    fundId,
    accountId,
    number,
    fileLine: line.fileLine,
    effectiveDate: line.effectiveDate,
    bookingDate: line.bookingDate,
    amount: { amount: line.amount, currency },
    description: line.description,
    counterparty: line.counterparty ?? null,
    reference: line.reference,
    details: line.details ?? {},
    verdict: line.verdict,
    decision,
    transactionId: line.transactionId ?? confirmedId,
    earlierTransactionId: line.earlierId ?? null,
  });
