import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { encodeCursor, toConnection, type Connection } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { parseCamt053 } from "../bank-files/camt053.ts";
import { parseCsvStatement, type CsvMapping } from "../bank-files/csv.ts";
import type { BankStatement } from "../bank-files/statement.ts";
import { checkTarget, importLines } from "./import-statement.ts";
import type { StatementCommand } from "./statement-line.ts";
import {
  ImportStatementInput,
  StatementImportObject,
  type CsvMappingInput,
} from "./statement-objects.ts";
import { checkRules } from "./statement-rule.ts";
import { knownIban } from "./statement-sql.ts";
import {
  TransactionConnection,
  type TransactionObject,
} from "../transactions/transaction-object.ts";
import { readImportedPage } from "../transactions/transaction-sql.ts";

const MAX_LINES = 100_000;

/** Reads the content of an import for an account kept in `currency`, or refuses all of it. */
function parseStatement(input: ImportStatementInput, currency: string): BankStatement {
  const statement =
    input.format === "CSV"
      ? parseCsvStatement(input.content, toMapping(input.csv), currency)
      : parseCamt053(input.content, currency);
  if (statement.lines.length > MAX_LINES) {
    throw invalidInput("content", `must have at most ${MAX_LINES} lines`);
  }
  return statement;
}

function toMapping(csv: CsvMappingInput | null | undefined): CsvMapping {
  if (csv === null || csv === undefined) throw invalidInput("csv", "is required for CSV");
  const { decimalSeparator, delimiter } = csv;
  if (decimalSeparator !== "." && decimalSeparator !== ",") {
    throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
  }
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw invalidInput("csv.delimiter", "must be one character, not a quote or a line break");
  }
  return {
    date: csv.date,
    description: csv.description,
    amount: csv.amount ?? undefined,
    debit: csv.debit ?? undefined,
    credit: csv.credit ?? undefined,
    reference: csv.reference ?? undefined,
    counterparty: csv.counterparty ?? undefined,
    currency: csv.currency ?? undefined,
    dateFormat: csv.dateFormat,
    decimalSeparator,
    delimiter,
  };
}

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
      "Imports a bank statement: a balanced transaction per booked line. Lines that are in the books already are counted, not posted; a file with a fault is refused whole.",
  })
  async importStatement(
    @Arg("input", () => ImportStatementInput) input: ImportStatementInput,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportObject> {
    const { request } = context;
    const account = await requireAccount(context, input.accountId);
    await this.#checkAccounts(input, account, context);
    const statement = parseStatement(input, account.currency);
    await this.#checkIban(context, account, statement);

    const importId = newId();
    const target = {
      importId,
      account,
      receiptsAccountId: input.receiptsAccountId ?? undefined,
      paymentsAccountId: input.paymentsAccountId ?? undefined,
      rules: input.rules ?? [],
    };
    const outcome = await importLines(this.#books, request, target, statement);
    const kept = {
      id: importId,
      iban: statement.iban ?? null,
      lines: statement.lines.length,
      skipped: statement.skipped,
      ...outcome,
    };
    const { id: _id, ...facts } = kept;
    await this.#books.execute(request, {
      bookId: account.fundId,
      command: {
        kind: "RecordImport",
        ...facts,
        importId,
        fundId: account.fundId,
        accountId: account.id,
        currency: account.currency,
        format: input.format,
        importedAt: request.now,
        openingMinor: statement.openingMinor ?? null,
        closingMinor: statement.closingMinor ?? null,
      },
      key: `import ${importId}`,
      content: null,
    });
    return {
      ...kept,
      account: await requireAccount(context, account.id),
      openingBalance: toMoney(statement.openingMinor, account.currency),
      closingBalance: toMoney(statement.closingMinor, account.currency),
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

  async #checkAccounts(
    { receiptsAccountId, paymentsAccountId, rules }: ImportStatementInput,
    account: AccountObject,
    context: LedgerContext,
  ): Promise<void> {
    checkRules(rules ?? []);
    const ruled = rules?.map(({ accountId }) => accountId) ?? [];
    const ids = [receiptsAccountId, paymentsAccountId, ...ruled].filter(
      (id) => typeof id === "string",
    );
    const contras = await Promise.all([...new Set(ids)].map((id) => requireAccount(context, id)));
    checkTarget(account, contras);
  }

  /** A statement of another bank account is the likeliest mistake, and the costliest to undo. */
  async #checkIban(
    { request: { tenantId }, stores }: LedgerContext,
    account: AccountObject,
    { iban }: BankStatement,
  ): Promise<void> {
    if (iban === undefined) return;
    const known = await stores.orm.as(tenantId, (em) => knownIban(em, tenantId, account.id));
    if (known !== null && known !== iban) {
      throw new AppError(
        "STATEMENT_INVALID",
        `The statement is of ${iban}; earlier statements of this account were of ${known}.`,
      );
    }
  }
}

const toMoney = (minor: bigint | undefined, currency: string): MoneyJson | null =>
  minor === undefined ? null : { amount: formatAmount(minor, currency), currency };
