import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { money, type StatementLine, type Transaction } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundOfAccount, type GraphState } from "./state.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";
const ANNA = { id: "anna", name: "Anna Accountant", kind: "USER" as const };

interface Match {
  readonly id: string;
  readonly accountId: string;
  readonly input: Graph.MatchStatementLinesInput;
  unmatchReason: string | null;
}
interface OpenLine {
  readonly statementId: string;
  readonly line: StatementLine;
  readonly posted: Transaction;
}

const tokenOf = (statementId: string, line: number) => `${statementId} ${line}`;

/** An account beside its statements: lines left out as possible duplicates, and what they are like. */
export function reconciliationResolvers(state: GraphState): Graph.Resolvers<Caller> {
  const matches: Match[] = [];
  const explained = new Map<string, Graph.UpdateReconcilingItemInput>();

  function openLines(accountId: string): OpenLine[] {
    const held = matches.filter(({ unmatchReason }) => unmatchReason === null);
    const matched = new Set(
      held.flatMap(({ input }) =>
        input.lines.map(({ statementId, line }) => tokenOf(statementId, line)),
      ),
    );
    return fundOfAccount(state, accountId)
      .statements.filter((each) => each.accountId === accountId && each.undoReason === null)
      .flatMap(({ id: statementId, lines }) =>
        lines.flatMap((line) =>
          line.verdict === "POSSIBLE_DUPLICATE" &&
          line.transaction === null &&
          line.earlier !== null &&
          !matched.has(tokenOf(statementId, line.number))
            ? [{ statementId, line, posted: line.earlier }]
            : [],
        ),
      );
  }

  function reconciliation(accountId: string, asOf: string) {
    const open = openLines(accountId);
    const zero = money(0n, "EUR");
    return {
      asOf,
      statementId: open[0]?.statementId ?? null,
      statementDate: open.length > 0 ? asOf : null,
      statementBalance: open.length > 0 ? money(100_000n, "EUR") : null,
      bookBalance: money(100_000n, "EUR"),
      difference: open.length > 0 ? zero : null,
      openingDifference: zero,
      unexplained: zero,
      isReconciled: open.length === 0,
      items: open.flatMap(({ statementId, line, posted }) => [
        itemOf({ statementId, line: line.number }, line, explained),
        itemOf(
          { transactionId: posted.id },
          { ...line, description: posted.description },
          explained,
        ),
      ]),
      lineCount: open.length,
      transactionCount: open.length,
      suggestions: open.map(({ statementId, line, posted }) => ({
        lines: [{ statementId, line: line.number }],
        transactionIds: [posted.id],
        amount: { amount: line.amount, currency: "EUR" },
        score: 90,
        reasons: ["SAME_AMOUNT" as const, "SAME_DATE" as const],
      })),
    };
  }

  const matchValue = ({ id, input, unmatchReason }: Match) => ({
    id,
    lines: input.lines,
    transactionIds: input.transactionIds,
    amount: money(3_000n, "EUR"),
    note: input.note ?? null,
    matchedAt: SOME_TIME,
    matchedBy: ANNA,
    unmatchReason,
    unmatchedBy: unmatchReason === null ? null : ANNA,
  });

  return {
    Account: {
      reconciliation: ({ id }, { asOf }) => reconciliation(id ?? "", asOf ?? "2026-11-27"),
      statementMatches: ({ id }, page) =>
        pageOf(matches.filter(({ accountId }) => accountId === id).toReversed(), page, matchValue),
    },
    Mutation: {
      matchStatementLines: (_, { input }) => {
        const match = { id: randomUUID(), accountId: input.accountId, input, unmatchReason: null };
        if (input.lines.length !== input.transactionIds.length) {
          throw codedError("MATCH_UNBALANCED", "The two sides do not come to the same.");
        }
        matches.push(match);
        return matchValue(match);
      },
      unmatchStatementLines: (_, { input: { matchId, reason } }) => {
        const match = matches.find(({ id }) => id === matchId);
        if (!match) throw codedError("NOT_FOUND", "There is no such match.");
        match.unmatchReason = reason;
        return matchValue(match);
      },
      updateReconcilingItem: (_, { input }) => {
        const { line, transactionId } = input;
        explained.set(line ? tokenOf(line.statementId, line.line) : (transactionId ?? ""), input);
        return reconciliation(input.accountId, "2026-11-27");
      },
    },
  };
}

function itemOf(
  of: { statementId?: string; line?: number; transactionId?: string },
  { effectiveDate, amount, description }: StatementLine,
  explained: ReadonlyMap<string, Graph.UpdateReconcilingItemInput>,
) {
  const { statementId = null, line = null, transactionId = null } = of;
  const note = explained.get(transactionId ?? tokenOf(statementId ?? "", line ?? 0));
  return {
    side: transactionId === null ? ("BANK" as const) : ("BOOK" as const),
    statementId,
    line,
    transactionId,
    effectiveDate,
    ageDays: 2,
    amount: { amount, currency: "EUR" },
    description,
    reference: null,
    counterparty: null,
    awaitsApproval: false,
    owner: null,
    assignee: null,
    explanation: note?.explanation ?? null,
    isClosed: note?.isClosed ?? false,
  };
}
