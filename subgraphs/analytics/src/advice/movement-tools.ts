import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { z } from "zod";
import { during, limit, periodFrom, periodInput } from "./book-tools.ts";
import { isCategoryCode } from "../classification/taxonomy.ts";
import type { NewFact } from "./fact.ts";
import {
  AdviceExpectedDocument,
  AdviceInsightsDocument,
  AdviceSearchDocument,
  AdviceTransactionsDocument,
  type AdviceSearchQuery,
  type AdviceTransactionsQuery,
} from "./graph/graph-types.generated.ts";
import type { Period } from "./period.ts";
import { defineTool, moneyFact, ofEachFund, type ToolContext } from "./tool.ts";

type GraphTransaction = NonNullable<AdviceSearchQuery["fund"]>["search"]["nodes"][number];

interface CashEffect {
  readonly transaction: GraphTransaction;
  readonly currency: string;
  /** Positive for cash that came in. */
  readonly minor: bigint;
}

/** What a transaction moved on all cash accounts together, per currency; nothing for transfers between them. */
function cashEffects(transaction: GraphTransaction): CashEffect[] {
  const byCurrency = new Map<string, bigint>();
  for (const { side, amount, account } of transaction.entries) {
    if (!account.countsAsCash) continue;
    const minor = parseAmount(amount.amount, amount.currency);
    const before = byCurrency.get(amount.currency) ?? 0n;
    byCurrency.set(amount.currency, before + (side === "DEBIT" ? minor : -minor));
  }
  return [...byCurrency]
    .filter(([, minor]) => minor !== 0n)
    .map(([currency, minor]) => ({ transaction, currency, minor }));
}

const PAGES = 10;

async function transactionsOf(
  { graph }: ToolContext,
  fundId: string,
  { from, to }: Period,
): Promise<{ found: GraphTransaction[]; position: number | null; isComplete: boolean }> {
  const found: GraphTransaction[] = [];
  let after: string | null = null;
  let position: number | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const answer: AdviceTransactionsQuery = await graph(AdviceTransactionsDocument, {
      fundId,
      from,
      to,
      after,
    });
    found.push(...(answer.fund?.transactions.nodes ?? []));
    position = answer.fund?.position ?? null;
    if (answer.fund?.transactions.pageInfo.hasNextPage !== true) {
      return { found, position, isComplete: true };
    }
    after = answer.fund.transactions.pageInfo.endCursor;
  }
  return { found, position, isComplete: false };
}

/** The facts of one movement: amount, payee or payer, date. */
function movementFacts(
  { transaction, currency, minor }: CashEffect,
  period: Period | null,
  position: number | null,
  ranks: readonly string[] = [],
): NewFact[] {
  const source = { kind: "TRANSACTION", transactionId: transaction.id } as const;
  const row = { source, position, asOf: transaction.effectiveDate, group: transaction.id };
  const isPaid = minor < 0n;
  const amount = formatAmount(isPaid ? -minor : minor, currency);
  const period_ = period === null ? {} : during(period);
  const code = transaction.category?.code;
  const measures = [isPaid ? "OUTFLOW" : "INFLOW", ...(isCategory(code) ? [code] : [])];
  return [
    moneyFact(
      { amount, currency },
      isPaid ? "payment" : "receipt",
      { measures, ...period_, ranks },
      row,
    ),
    {
      kind: "TEXT",
      value: nameOf(transaction),
      label: isPaid ? "payee" : "payer",
      terms: { measures: [], ranks },
      ...row,
    },
    {
      kind: "DATE",
      value: transaction.effectiveDate,
      label: "value date",
      terms: { measures: [] },
      ...row,
    },
  ];
}

const isCategory = (code: string | undefined): code is string =>
  code !== undefined && isCategoryCode(code) && code !== "OTHER";

/** The other party as the bank has it, else the description. */
function nameOf({ metadata, description }: GraphTransaction): string {
  const named = (metadata as { counterparty?: unknown } | null)?.counterparty;
  return typeof named === "string" && named.trim() !== "" ? named : description;
}

const magnitude = ({ minor }: CashEffect): bigint => (minor < 0n ? -minor : minor);
const byMagnitude = (a: CashEffect, b: CashEffect): number =>
  Number(magnitude(b) > magnitude(a)) - Number(magnitude(b) < magnitude(a));

/** The largest payments or receipts of a period, largest first; none when the period has over 2,000 transactions. */
export const largestMovements = defineTool({
  name: "largest_movements",
  description:
    "The largest payments (OUT) or receipts (IN) of a period, with payee, date and amount.",
  input: z.object({ ...periodInput, direction: z.enum(["IN", "OUT"]).default("OUT"), limit }),
  run: (input, context) => {
    const period = periodFrom(input, context.today);
    return ofEachFund(context, async ({ id, currency }) => {
      const { found, position, isComplete } = await transactionsOf(context, id, period);
      if (!isComplete) return [];
      // Amounts of several currencies have no order, so these are the fund's own.
      const effects = found
        .flatMap(cashEffects)
        .filter(
          (each) => each.currency === currency && each.minor < 0n === (input.direction === "OUT"),
        )
        .toSorted(byMagnitude)
        .slice(0, input.limit);
      return effects.flatMap((each, index) =>
        movementFacts(each, period, position, index === 0 ? ["LARGEST"] : []),
      );
    });
  },
});

/** Transactions whose description, reference or other party has these words, newest first. */
export const search = defineTool({
  name: "search_transactions",
  description:
    "Transactions with these words in description, reference or counterparty; newest first.",
  input: z.object({ text: z.string().trim().min(2).max(80), limit }),
  run: ({ text, limit: first }, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceSearchDocument, { fundId: id, text, first });
      const position = fund?.position ?? null;
      return (fund?.search.nodes ?? [])
        .flatMap(cashEffects)
        .flatMap((each) => movementFacts(each, null, position));
    }),
});

/** Payments and receipts that are expected, soonest first. */
export const expectedFlows = defineTool({
  name: "expected_cash_flows",
  description: "Regular payments (OUT) and receipts (IN) that are expected next, soonest first.",
  input: z.object({ direction: z.enum(["IN", "OUT"]).optional(), limit }),
  run: (input, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceExpectedDocument, { fundId: id });
      const expected = (fund?.predictions?.expectedCashFlows ?? []).filter(
        ({ direction, date }) =>
          date >= context.today && (input.direction ?? direction) === direction,
      );
      return expected.slice(0, input.limit).flatMap((flow, index): NewFact[] => {
        const last = flow.evidence.at(-1)?.transaction.id;
        const measures = [
          "EXPECTED",
          flow.direction === "OUT" ? "OUTFLOW" : "INFLOW",
          flow.category.code,
        ];
        const row = {
          asOf: context.today,
          position: fund?.predictions?.position ?? null,
          group: `expected ${index} ${flow.date}`,
          source:
            last === undefined
              ? ({ kind: "METRIC", metric: "EXPECTED_CASH_FLOWS" } as const)
              : ({ kind: "TRANSACTION", transactionId: last } as const),
        };
        return [
          moneyFact(
            flow.amount,
            `expected ${flow.direction === "OUT" ? "payment" : "receipt"}`,
            { measures },
            row,
          ),
          {
            kind: "TEXT",
            value: flow.counterparty ?? flow.description,
            label: "other party",
            terms: { measures: [] },
            ...row,
          },
          {
            kind: "DATE",
            value: flow.date,
            label: "expected date",
            terms: { measures: [] },
            ...row,
          },
        ];
      });
    }),
});

/** What was found remarkable lately, each with its payment. */
export const insights = defineTool({
  name: "insights",
  description: "Remarkable transactions, newest first: unusual amounts, duplicates, new payees.",
  input: z.object({ limit }),
  run: ({ limit: first }, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceInsightsDocument, { fundId: id, first });
      const position = fund?.position ?? null;
      return (fund?.insights?.nodes ?? []).flatMap(({ kind, transaction }) => {
        const [effect] = cashEffects(transaction);
        if (effect === undefined) return [];
        const why: NewFact = {
          kind: "TEXT",
          value: kind.toLowerCase().replaceAll("_", " "),
          label: "what is remarkable",
          terms: { measures: [] },
          source: { kind: "TRANSACTION", transactionId: transaction.id },
          group: transaction.id,
        };
        return [...movementFacts(effect, null, position), why];
      });
    }),
});
