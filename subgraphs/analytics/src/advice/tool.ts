import type { z } from "zod";
import {
  groupOfFund,
  type Fact,
  type FactKind,
  type FactSheet,
  type FactTerms,
  type NewFact,
} from "./fact.ts";
import type { RunOperation } from "./graph/graph-client.ts";

/** A fund that a question is about. */
export interface AskedFund {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
}

/** What a tool works with: the caller's own view of the graph, and the facts found so far. */
export interface ToolContext {
  readonly graph: RunOperation;
  readonly funds: readonly AskedFund[];
  /** The request's calendar day in UTC. */
  readonly today: string;
  readonly sheet: FactSheet;
}

/** A read-only question to the books or the figures, whose answer is facts. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** For the language model: what it returns, in one sentence. */
  readonly description: string;
  readonly input: Input;
  readonly run: (input: z.output<Input>, context: ToolContext) => Promise<Fact[]>;
}

export const defineTool = <Input extends z.ZodObject>(tool: Tool<Input>): Tool<Input> => tool;

/** Reads the same of every fund, one after the other, and adds what was found to the sheet. */
export async function ofEachFund(
  { funds, sheet }: ToolContext,
  read: (fund: AskedFund) => Promise<NewFact[]>,
): Promise<Fact[]> {
  const found: Fact[] = [];
  for (const fund of funds) {
    const facts = (await read(fund)).map((fact) => ({ ...fact, fundId: fund.id }));
    found.push(...sheet.add(...(funds.length > 1 ? namedBy(fund, facts) : facts)));
  }
  return found;
}

/** With several funds, each figure stands beside the name of its fund. */
const namedBy = (fund: AskedFund, facts: readonly NewFact[]): NewFact[] => {
  const group = (fact: NewFact): string => fact.group ?? groupOfFund(fund.id);
  const name: NewFact = {
    kind: "TEXT",
    value: fund.name,
    label: "name of the fund",
    source: { kind: "METRIC", metric: "FUND" },
    terms: { measures: [] },
    fundId: fund.id,
    group: groupOfFund(fund.id),
  };
  return facts.length === 0
    ? []
    : [name, ...facts.map((fact) => ({ ...fact, group: group(fact) }))];
};

interface GraphMoney {
  readonly amount: string;
  readonly currency: string;
}

/** An amount as a fact. */
export const moneyFact = (
  { amount, currency }: GraphMoney,
  label: string,
  terms: FactTerms,
  more: Partial<NewFact> & Pick<NewFact, "source">,
): NewFact => ({ kind: "MONEY", value: amount, currency, label, terms, ...more });

interface GraphMetric {
  readonly metric: string;
  readonly value: number | null;
  readonly money: GraphMoney | null;
  readonly unit: string;
  readonly asOf: string;
}

// Six decimals of a ratio are a ten-thousandth of a percent.
const METRIC_DECIMALS = 6;

/** A metric as a fact; none when it is not available. */
export function metricFact(
  { metric, value, money, unit, asOf }: GraphMetric,
  terms: FactTerms,
  more: Partial<NewFact>,
): NewFact[] {
  const label = metric.toLowerCase().replaceAll("_", " ");
  const common = { label, terms, asOf, source: { kind: "METRIC", metric } as const, ...more };
  if (money !== null)
    return [{ ...common, kind: "MONEY", value: money.amount, currency: money.currency }];
  if (value === null || !Number.isFinite(value)) return [];
  const isPercent = unit === "PERCENT";
  const text = (isPercent ? value / 100 : value).toFixed(METRIC_DECIMALS);
  return [{ ...common, kind: kindOf(metric, unit), value: shortest(text) }];
}

/** Ratios that are not read as a percentage. */
const PLAIN_RATIOS: ReadonlySet<string> = new Set([
  "SHARPE",
  "SORTINO",
  "CALMAR",
  "OMEGA",
  "TREYNOR",
]);

function kindOf(metric: string, unit: string): FactKind {
  if (unit === "MONTHS") return "MONTHS";
  const isShare = (unit === "RATIO" && !PLAIN_RATIOS.has(metric)) || unit === "PERCENT";
  return isShare ? "RATIO" : "NUMBER";
}

/** Without zeros at the end of the decimals. */
const shortest = (text: string): string => text.replace(/\.?0+$/, "").replace(/^-0$/, "0") || "0";
