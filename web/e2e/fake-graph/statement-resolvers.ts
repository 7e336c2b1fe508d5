import { parseAmount } from "@allfunds/contract/money";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import {
  confirmLines,
  importCsv,
  previewCsv,
  rejectLines,
  totalOf,
  undoStatement,
} from "./bank-statements.ts";
import { money, type BankStatement, type Fund, type StatementLine } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { accountValue, transactionValue } from "./ledger-resolvers.ts";
import { statementJobResolvers } from "./statement-jobs.ts";
import { accountOf, fundOf, fundOfAccount, transactionOf, type GraphState } from "./state.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";
const OPENING_MINOR = 100_000n;

/** Bank statements: preview, import, list, decisions on lines, undo. */
export function statementResolvers(state: GraphState): Graph.Resolvers<Caller>[] {
  const find = (id: string | undefined): BankStatement | undefined =>
    state.funds.flatMap(({ statements }) => statements).find((each) => each.id === id);

  function require(id: string | undefined): { fund: Fund; statement: BankStatement } {
    const statement = find(id);
    if (!statement) throw codedError("NOT_FOUND", `There is no statement ${id}.`);
    return { fund: fundOfAccount(state, statement.accountId), statement };
  }

  const jobs = statementJobResolvers((id) => statementValue(require(id).statement));
  const statements: Graph.Resolvers<Caller> = {
    Query: {
      previewStatement: (_, { input }) => previewCsv(fundOfAccount(state, input.accountId), input),
      statement: (_, { id }) => {
        const statement = find(id);
        return statement ? statementValue(statement) : null;
      },
    },
    Mutation: {
      importStatement: (_, { input }) => {
        const statement = importCsv(fundOfAccount(state, input.accountId), input);
        for (const { transaction } of statement.lines)
          if (transaction !== null) state.publisher.publish(transaction);
        const { id, posted, duplicates, openingBalance, closingBalance } =
          statementValue(statement);
        const left = statement.lines.filter(isLeftOut);
        return {
          id,
          lines: statement.lines.length,
          posted,
          proposed: 0,
          duplicates,
          skipped: 0,
          possibleDuplicates: left.map(({ number }) => ({ fileLine: number + 1 })),
          breaks: [],
          openingBalance,
          closingBalance,
        };
      },
      undoStatement: (_, { input: { statementId, reason } }) => {
        const { fund, statement } = require(statementId);
        refuseLarge(statement);
        undoStatement(fund, statement, reason, state.switches.reversed);
        return statementValue(statement);
      },
      confirmStatementLines: (_, { input: { statementId, lines } }) => {
        const { fund, statement } = require(statementId);
        confirmLines(fund, statement, lines);
        return statementValue(statement);
      },
      approveStatement: (_, { statementId }) => {
        const lines = require(statementId).statement.lines.filter(isAboveLimit);
        const own = lines.filter(({ description }) => description.endsWith("own"));
        const message = "You proposed it: another person approves it.";
        return {
          posted: lines.length - own.length,
          waiting: own.length,
          refusals: own.map(() => ({ code: "FORBIDDEN", message, proposalId: null })),
        };
      },
      moveStatementLine: (_, { input: { statementId, line, accountId } }) => {
        const { statement } = require(statementId);
        const moved = statement.lines.find(({ number }) => number === line);
        if (moved?.transaction == null)
          throw codedError("STATEMENT_INVALID", `Line ${line} is no posted line of the statement.`);
        state.switches.moved.set(moved.transaction.id, accountId);
        return statementValue(statement);
      },
      splitStatementLine: (_, { input: { statementId, line, parts } }) => {
        const { statement } = require(statementId);
        const found = statement.lines.find(({ number }) => number === line);
        if (found?.transaction == null)
          throw codedError("STATEMENT_INVALID", `Line ${line} is no posted line of the statement.`);
        refuseOtherSum(found, parts);
        const accountIds = parts.map(({ accountId }) => accountId);
        state.switches.moved.set(found.transaction.id, accountIds.join(" "));
        return statementValue(statement);
      },
      rejectStatementLines: (_, { input: { statementId, lines } }) => {
        const { statement } = require(statementId);
        rejectLines(statement, lines);
        return statementValue(statement);
      },
    },
    Account: {
      // Every posted line of the direction would go to the account of the first rule.
      importRulesEffect: ({ id }, { input: { rules } }) => {
        const [rule] = rules;
        const lines = fundOfAccount(state, id).statements.flatMap((statement) =>
          statement.lines
            .filter(({ transaction, amount }) => transaction !== null && !amount.startsWith("-"))
            .map((line) => ({
              statementId: statement.id,
              line: lineValue(line),
              from: accountValue(accountOf(state, id)),
              to: accountValue(accountOf(state, rule?.accountId)),
            })),
        );
        return { compared: lines.length, isComplete: true, redirected: lines.length, lines };
      },
      statements: ({ id }, page) => {
        const { statements } = fundOfAccount(state, id);
        const own = statements.filter(({ accountId }) => accountId === id);
        return pageOf(own.toReversed(), page, statementValue);
      },
    },
    Fund: {
      statements: ({ id }, page) =>
        pageOf(fundOf(state, id).statements.toReversed(), page, statementValue),
    },
    BankStatement: {
      account: ({ id }) => accountValue(accountOf(state, require(id).statement.accountId)),
      lines: ({ id }, { open, ...page }) => {
        const { statement } = require(id);
        const lines = statement.lines.filter((line) => !open || isOpen(line));
        return pageOf(lines, page, lineValue);
      },
    },
    BankStatementLine: {
      transaction: ({ transactionId }) =>
        typeof transactionId === "string"
          ? transactionValue(transactionOf(state, transactionId))
          : null,
    },
  };
  return [statements, jobs];
}

/** The most that one request reverses. */
const MOST_AT_ONCE = 5;

function refuseLarge({ lines }: BankStatement): void {
  if (lines.length <= MOST_AT_ONCE) return;
  const violations = [{ path: "statementId", message: `posted more than ${MOST_AT_ONCE}` }];
  throw codedError("INVALID_INPUT", "The input is not valid.", { violations });
}

const isLeftOut = ({ verdict }: StatementLine): boolean => verdict === "POSSIBLE_DUPLICATE";
const isOpen = (line: StatementLine): boolean =>
  isLeftOut(line) && line.transaction === null && line.decision === null;

/** As their texts have it. */
const isAboveLimit = ({ description }: StatementLine): boolean =>
  description.startsWith("Above the limit");

function statementValue(statement: BankStatement) {
  const { id, lines, undoReason } = statement;
  const days = lines.map(({ effectiveDate }) => effectiveDate).toSorted();
  const isUndone = undoReason !== null;
  const count = (matches: (line: StatementLine) => boolean) => lines.filter(matches).length;
  return {
    id,
    state: isUndone ? ("UNDONE" as const) : ("IMPORTED" as const),
    format: "CSV" as const,
    iban: null,
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    openingBalance: money(OPENING_MINOR, "EUR"),
    closingBalance: money(OPENING_MINOR + totalOf(statement), "EUR"),
    lineCount: lines.length,
    posted: count(({ verdict }) => verdict === "NEW"),
    proposed: count(isAboveLimit),
    duplicates: count(({ verdict }) => verdict === "DUPLICATE"),
    possibleDuplicates: count(isLeftOut),
    openLines: isUndone ? 0 : count(isOpen),
    skipped: 0,
    breaks: [
      {
        kind: "SINCE_LAST_IMPORT" as const,
        expected: money(OPENING_MINOR - 1_250n, "EUR"),
        found: money(OPENING_MINOR, "EUR"),
        difference: money(1_250n, "EUR"),
        line: null,
      },
    ],
    importedAt: SOME_TIME,
    importedBy: "anna",
    importer: { id: "anna", name: "Anna Accountant", kind: "USER" as const },
    undoneAt: isUndone ? SOME_TIME : null,
    undoneBy: isUndone ? "anna" : null,
    undoer: isUndone ? { id: "anna", name: "Anna Accountant", kind: "USER" as const } : null,
    undoReason,
  };
}

/** The parts of a line come to its amount. */
function refuseOtherSum(
  { amount }: StatementLine,
  parts: readonly { readonly amount: string }[],
): void {
  const sum = parts.reduce((total, part) => total + parseAmount(part.amount, "EUR"), 0n);
  if (sum !== parseAmount(amount.replace("-", ""), "EUR"))
    throw codedError("INVALID_INPUT", "The parts do not come to the line.");
}

const lineValue = (line: StatementLine) => ({
  number: line.number,
  fileLine: line.number + 1,
  effectiveDate: line.effectiveDate,
  amount: { amount: line.amount, currency: "EUR" },
  description: line.description,
  counterparty: null,
  reference: null,
  verdict: line.verdict,
  decision: line.decision,
  transactionId: line.transaction?.id ?? null,
  earlierTransactionId: line.earlier?.id ?? null,
});
