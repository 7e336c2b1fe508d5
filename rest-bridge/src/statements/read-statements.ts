import { AppError, invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { currency, date, decimal, flag, id } from "../endpoint/scalars.ts";
import {
  RestReconciliationDocument,
  RestStatementDocument,
  RestStatementLinesDocument,
  RestStatementsOfAccountDocument,
  RestStatementsOfFundDocument,
  type RestReconciliationQuery,
} from "../graph/graph-types.generated.ts";
import {
  noStatement,
  statement,
  statementLine,
  toStatement,
  toStatementLine,
} from "./statement.ts";

/** GET /api/v1/statements: the statements of a fund, or of an account. */
export const getStatements = defineEndpoint({
  method: "GET",
  path: "/api/v1/statements",
  operations: [RestStatementsOfFundDocument, RestStatementsOfAccountDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getStatements",
    tag: "Ledger",
    summary: "Read the bank statements of a fund or an account",
    description: "The last imported first. Needs `accountId` or `fundId`, one of them.",
    success: {
      200: {
        description: "One page of statements.",
        schema: pageOf(statement, { id: "StatementPage", of: "statements" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND", "ACCOUNT_NOT_FOUND"],
  },
  query: z.strictObject({
    fundId: id("Statements of this fund.").optional(),
    accountId: id("Statements of this account.").optional(),
    fileHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal")
      .optional()
      .meta({ description: "Only imports of the file with this SHA-256." }),
    ...pageParameters,
  }),
  respond: async ({ query: { fundId, accountId, ...page }, url, execute }) => {
    if ((fundId === undefined) === (accountId === undefined)) {
      throw invalidInput("fundId", "this or accountId must be present");
    }
    const found =
      accountId === undefined
        ? await ofFund(execute, fundId ?? "", page)
        : await ofAccount(execute, accountId, page);
    return answerPage(url, found, toStatement);
  },
});

interface Wanted {
  readonly fileHash?: string | undefined;
  readonly first: number;
  readonly after?: string | undefined;
}

async function ofFund(execute: Execute, fundId: string, page: Wanted) {
  const { fund } = await execute(RestStatementsOfFundDocument, { fundId, ...page });
  if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);
  return fund.statements;
}

async function ofAccount(execute: Execute, accountId: string, page: Wanted) {
  const { account } = await execute(RestStatementsOfAccountDocument, { accountId, ...page });
  if (account === null) throw noAccount(accountId);
  return account.statements;
}

const noAccount = (accountId: string): AppError =>
  new AppError("ACCOUNT_NOT_FOUND", `There is no account ${accountId}.`);

/** GET /api/v1/statements/{id}: one statement. */
export const getStatement = defineEndpoint({
  method: "GET",
  path: "/api/v1/statements/:id",
  operations: [RestStatementDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getStatement",
    tag: "Ledger",
    summary: "Read one bank statement",
    description: "The statement with its counts, and whether it was taken back.",
    success: { 200: { description: "The statement.", schema: statement } },
    refusals: ["NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The statement.") }),
  respond: async ({ params, execute }) => {
    const { statement: found } = await execute(RestStatementDocument, params);
    if (found === null) throw noStatement(params.id);
    return { status: 200, body: toStatement(found) };
  },
});

/** GET /api/v1/statements/{id}/lines: the lines of a statement. */
export const getStatementLines = defineEndpoint({
  method: "GET",
  path: "/api/v1/statements/:id/lines",
  operations: [RestStatementLinesDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getStatementLines",
    tag: "Ledger",
    summary: "Read the lines of a bank statement",
    description:
      "In the order of the file, each with what became of it. An import of an earlier version has no lines.",
    success: {
      200: {
        description: "One page of lines.",
        schema: pageOf(statementLine, { id: "StatementLinePage", of: "lines" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The statement.") }),
  query: z.strictObject({
    open: flag("Only possible duplicates that are not decided.").default(false),
    ...pageParameters,
  }),
  respond: async ({ params, query, url, execute }) => {
    const { statement: found } = await execute(RestStatementLinesDocument, { ...params, ...query });
    if (found === null) throw noStatement(params.id);
    return answerPage(url, found.lines, toStatementLine);
  },
});

const balance = (description: string) => decimal(description).nullable();

const reconcilingItem = z
  .object({
    side: z.enum(["BANK", "BOOK"]).meta({ description: "Which side has it." }),
    statementId: id("Of a line: its statement.").nullable(),
    line: z.int().nullable().meta({ description: "Of a line: its number in the statement." }),
    transactionId: id("Of a posting: its transaction.").nullable(),
    effectiveDate: date("Value date."),
    ageDays: z.int().meta({ description: "Days from the value date to `asOf`." }),
    amount: decimal("As the bank sees it: positive came in."),
    description: z.string().meta({ description: "Text." }),
    reference: z.string().nullable().meta({ description: "Reference." }),
    counterparty: z.string().nullable().meta({ description: "The other party." }),
    awaitsApproval: z.boolean().meta({ description: "Whether an approver has to decide on it." }),
    owner: z.string().nullable().meta({ description: "Id of the user it is assigned to." }),
    explanation: z.string().nullable().meta({ description: "What a person wrote about it." }),
    isClosed: z.boolean().meta({ description: "Whether a person closed it." }),
  })
  .meta({ id: "ReconcilingItem", description: "What one side has and the other has not." });

const reconciliation = z
  .object({
    accountId: id("The account."),
    currency: currency("Of every amount."),
    asOf: date("The day of the reconciliation."),
    statementId: id("The last statement that ends by the day.").nullable(),
    statementDate: date("Where that statement ends.").nullable(),
    statementBalance: balance("Its closing balance."),
    bookBalance: decimal("Balance of the books up to that day, debits less credits."),
    difference: balance("`statementBalance` less `bookBalance`."),
    openingDifference: balance("Of it: what differed before the first statement."),
    unexplained: balance("Of it: what no item explains."),
    isReconciled: z.boolean().meta({ description: "True when nothing is unexplained or open." }),
    lineCount: z.int().meta({ description: "Lines without a match." }),
    transactionCount: z.int().meta({ description: "Transactions without a match." }),
    items: z.array(reconcilingItem).meta({ description: "What stands alone, oldest first." }),
  })
  .meta({ id: "Reconciliation", description: "The books of an account beside its statements." });

type Account = NonNullable<RestReconciliationQuery["account"]>;

function toReconciliation(
  accountId: string,
  { currency: of, reconciliation: report }: Account,
): z.output<typeof reconciliation> {
  const { statementBalance, bookBalance, difference, openingDifference, unexplained } = report;
  return {
    ...report,
    accountId,
    currency: of,
    statementBalance: statementBalance?.amount ?? null,
    bookBalance: bookBalance.amount,
    difference: difference?.amount ?? null,
    openingDifference: openingDifference?.amount ?? null,
    unexplained: unexplained?.amount ?? null,
    items: report.items.map(({ amount, ...item }) => ({ ...item, amount: amount.amount })),
  };
}

/** GET /api/v1/reconciliation: an account beside its bank statements. */
export const getReconciliation = defineEndpoint({
  method: "GET",
  path: "/api/v1/reconciliation",
  operations: [RestReconciliationDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getReconciliation",
    tag: "Ledger",
    summary: "Reconcile an account with its bank statements",
    description:
      "The balance of the last statement beside the books of its day, and every line and posting that stands alone, with its age and owner.",
    success: { 200: { description: "The reconciliation.", schema: reconciliation } },
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  query: z.strictObject({
    accountId: id("The account."),
    asOf: date("The day; today when absent.").optional(),
  }),
  respond: async ({ query, execute }) => {
    const { account } = await execute(RestReconciliationDocument, query);
    if (account === null) throw noAccount(query.accountId);
    return { status: 200, body: toReconciliation(query.accountId, account) };
  },
});
