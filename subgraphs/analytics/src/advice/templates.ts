import { checkSentence, type CheckedSentence } from "./check-sentence.ts";
import type { Fact, FactSheet, Language, NewFact } from "./fact.ts";
import { balances, cashFlows, spending } from "./book-tools.ts";
import { expectedFlows, insights, largestMovements, search } from "./movement-tools.ts";
import {
  drawdown,
  exchangeRate,
  forecast,
  instrumentPrice,
  returns,
  riskFigures,
} from "./figure-tools.ts";
import { periodOf, type Period } from "./period.ts";
import type { Intent, Understood } from "./question.ts";
import { PHRASES, type PhraseName } from "./phrases.ts";
import type { ToolContext } from "./tool.ts";

/** Sentences of a template answer, checked as those of a language model are; none when there is no figure. */
export async function answerFromTemplates(
  question: Understood,
  context: ToolContext,
): Promise<CheckedSentence[]> {
  const write = new Writer(context.sheet, question.language, context.funds.length > 1);
  await ANSWERS[question.intent](question, context, write);
  return write.sentences;
}

type Slots = Readonly<Record<string, Fact | undefined>>;

/** Writes sentences of one language from facts. */
class Writer {
  readonly sentences: CheckedSentence[] = [];
  readonly #sheet: FactSheet;
  readonly #language: Language;
  readonly #namesFunds: boolean;

  constructor(sheet: FactSheet, language: Language, namesFunds: boolean) {
    this.#sheet = sheet;
    this.#language = language;
    this.#namesFunds = namesFunds;
  }

  /** Adds a sentence; nothing when one of its facts is absent. */
  say(phrase: PhraseName, slots: Slots): boolean {
    const text = PHRASES[phrase][this.#language];
    const wanted = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
    const facts = wanted.map((name) => slots[name]);
    if (facts.includes(undefined)) return false;
    const cited = text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => `{{${slots[name]?.id}}}`);
    const named = this.#named(cited, facts);
    const verdict = checkSentence(named, (id) => this.#sheet.get(id), "TEMPLATE");
    if (!verdict.ok)
      throw new Error(`The phrase ${phrase} is refused: ${verdict.faults.join(" ")}`);
    this.sentences.push(verdict.sentence);
    return true;
  }

  /** With several funds, a sentence begins with the name of its fund. */
  #named(sentence: string, facts: readonly (Fact | undefined)[]): string {
    const fundId = facts.find((fact) => fact?.fundId !== null)?.fundId ?? null;
    const name =
      this.#namesFunds && fundId !== null
        ? this.#sheet
            .all()
            .find((fact) => fact.fundId === fundId && fact.label === "name of the fund")
        : undefined;
    return name === undefined ? sentence : `{{${name.id}}}: ${sentence}`;
  }
}

type Answer = (question: Understood, context: ToolContext, write: Writer) => Promise<void>;

const measuring = (
  facts: readonly Fact[],
  measure: string,
  kind?: Fact["kind"],
): Fact | undefined =>
  facts.find((fact) => fact.terms.measures.includes(measure) && (kind ?? fact.kind) === fact.kind);

const labelled = (facts: readonly Fact[], ...labels: readonly string[]): Fact | undefined =>
  facts.find(({ label }) => labels.includes(label));

/** The rows that facts were found in, in their order. */
function rowsOf(facts: readonly Fact[]): Fact[][] {
  const rows = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.group === null) continue;
    const key = `${fact.fundId} ${fact.group}`;
    rows.set(key, [...(rows.get(key) ?? []), fact]);
  }
  return [...rows.values()];
}

/** Facts of one fund after the other, so that a sentence never mixes two. */
function byFund(facts: readonly Fact[]): Fact[][] {
  const ids = [...new Set(facts.map(({ fundId }) => fundId))];
  return ids.map((id) => facts.filter(({ fundId }) => fundId === id));
}

const dated = (value: string): NewFact => ({
  kind: "DATE",
  value,
  label: "day of the question",
  terms: { measures: [] },
  source: { kind: "METRIC", metric: "PERIOD" },
});

function daysOf({ from, to }: Period, sheet: FactSheet): { from?: Fact; to?: Fact } {
  const [first, last] = sheet.add(dated(from), dated(to));
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
  };
}

/** The period of the question; this month when it names none. */
const periodOrMonth = ({ period }: Understood, today: string): Period =>
  period ?? periodOf("THIS_MONTH", today);

const asInput = ({ name, from, to }: Period) => (name === null ? { from, to } : { period: name });

const MOST_ROWS = 5;

async function writeBalances(measure: "CASH" | "NAV", context: ToolContext, write: Writer) {
  for (const facts of byFund(await balances.run({}, context))) {
    // Only the fund's own figure: what one account or currency holds is not all of it.
    const whole = labelled(facts, measure === "CASH" ? "cash" : "net asset value");
    write.say(measure, { amount: whole });
    if (measure === "NAV") continue;
    const accounts = rowsOf(facts).filter((row) => labelled(row, "cash account") !== undefined);
    if (whole !== undefined && accounts.length < 2) continue;
    for (const row of accounts.slice(0, MOST_ROWS)) {
      write.say("ROW", { name: labelled(row, "cash account"), amount: measuring(row, "CASH") });
    }
  }
}

/** Totals first, then the categories with the largest amounts. */
const writeSpending: Answer = async (question, context, write) => {
  const period = periodOrMonth(question, context.today);
  const isPaid = question.direction === "OUT";
  const wanted = question.category === "FEES" ? null : question.category;
  const found = await spending.run(
    { ...asInput(period), ...(wanted === null ? {} : { category: wanted }) },
    context,
  );
  const days = daysOf(period, context.sheet);
  const measure = question.category === "FEES" ? "FEES" : isPaid ? "OUTFLOW" : "INFLOW";
  const phrase = question.category === "FEES" ? "FEES" : isPaid ? "PAID" : "RECEIVED";
  for (const facts of byFund(found)) {
    const totals = facts.filter(
      ({ terms }) => terms.measures.includes(measure) && terms.ranks?.[0] === "TOTAL",
    );
    for (const amount of totals) write.say(phrase, { ...days, amount });
    if (totals.length > 0) writeCategories(question, facts, write);
  }
  if (write.sentences.length === 0) write.say("NOTHING", days);
};

function writeCategories(
  { category, direction }: Understood,
  facts: readonly Fact[],
  write: Writer,
): void {
  const side = direction === "OUT" ? "PAID" : "GOT";
  const rows = rowsOf(facts).filter((row) => {
    const amount = measuring(row, side, "MONEY");
    return amount !== undefined && (category !== "FEES" || isFee(amount));
  });
  for (const row of rows.slice(0, MOST_ROWS)) {
    write.say("ROW", { name: labelled(row, "category"), amount: measuring(row, side, "MONEY") });
  }
}

const isFee = ({ terms: { measures } }: Fact): boolean =>
  measures.some((each) => each.endsWith("_FEE") || each === "BANK_CHARGES");

const writeFlows: Answer = async (question, context, write) => {
  const period = periodOrMonth(question, context.today);
  const found = await cashFlows.run(asInput(period), context);
  const days = daysOf(period, context.sheet);
  for (const facts of byFund(found)) {
    write.say("FLOWS", {
      ...days,
      inflow: measuring(facts, "INFLOW"),
      outflow: measuring(facts, "OUTFLOW"),
      net: measuring(facts, "NET_FLOW"),
    });
  }
};

const slotsOfMovement = (row: readonly Fact[]): Slots => ({
  amount: row.find(({ kind }) => kind === "MONEY"),
  name: labelled(row, "payee", "payer", "other party"),
  date: row.find(({ kind }) => kind === "DATE"),
});

const writeLargest: Answer = async (question, context, write) => {
  const period = periodOrMonth(question, context.today);
  const { direction } = question;
  const found = await largestMovements.run(
    { ...asInput(period), direction, limit: MOST_ROWS },
    context,
  );
  for (const facts of byFund(found)) {
    for (const [index, row] of rowsOf(
      facts.filter(({ label }) => label !== "name of the fund"),
    ).entries()) {
      const slots = slotsOfMovement(row);
      if (slots["amount"] === undefined) continue;
      if (index === 0)
        write.say(direction === "OUT" ? "LARGEST_PAYMENT" : "LARGEST_RECEIPT", slots);
      else write.say("MOVEMENT", slots);
    }
  }
  if (write.sentences.length === 0) write.say("NOTHING", daysOf(period, context.sheet));
};

const writeSearch: Answer = async ({ text }, context, write) => {
  if (text === null || text.length < 2) return;
  const found = await search.run({ text, limit: MOST_ROWS }, context);
  for (const row of rowsOf(found)) write.say("MOVEMENT", slotsOfMovement(row));
};

const writeExpected: Answer = async (_question, context, write) => {
  const found = await expectedFlows.run({ limit: MOST_ROWS }, context);
  for (const row of rowsOf(found)) {
    const isPayment = labelled(row, "expected payment") !== undefined;
    write.say(isPayment ? "EXPECTED_PAYMENT" : "EXPECTED_RECEIPT", slotsOfMovement(row));
  }
};

/** What is remarkable, where a sentence of its own states it. */
const REMARKABLE: Readonly<Record<string, PhraseName>> = {
  "possible duplicate": "REMARKABLE_REPEATED",
  "new counterparty": "REMARKABLE_NEW",
  "unusual amount": "REMARKABLE_AMOUNT",
};

const writeInsights: Answer = async (_question, context, write) => {
  const found = await insights.run({ limit: MOST_ROWS }, context);
  for (const row of rowsOf(found)) {
    const kind = labelled(row, "what is remarkable")?.value ?? "";
    write.say(REMARKABLE[kind] ?? "REMARKABLE", slotsOfMovement(row));
  }
};

const periodInputOf = ({ period }: Understood) => (period === null ? {} : asInput(period));

const writeRisk: Answer = async (question, context, write) => {
  for (const facts of byFund(await riskFigures.run(periodInputOf(question), context))) {
    for (const measure of ["VOLATILITY", "SHARPE", "DRAWDOWN", "VALUE_AT_RISK"] as const) {
      write.say(measure, { amount: measuring(facts, measure) });
    }
  }
};

const writeReturns: Answer = async (question, context, write) => {
  for (const facts of byFund(await returns.run(periodInputOf(question), context))) {
    write.say("TIME_WEIGHTED", { amount: labelled(facts, "time weighted return") });
    write.say("MONEY_WEIGHTED", { amount: labelled(facts, "money weighted return") });
  }
};

const writeDrawdown: Answer = async (_question, context, write) => {
  for (const facts of byFund(await drawdown.run({}, context))) {
    write.say("DEEPEST", {
      amount: measuring(facts, "DRAWDOWN"),
      peak: labelled(facts, "peak"),
      trough: labelled(facts, "trough"),
    });
  }
};

const writeForecast: Answer = async ({ months }, context, write) => {
  const found = await forecast.run({ metric: "CASH", months: months ?? 3 }, context);
  for (const facts of byFund(found)) {
    write.say("CASH_FORECAST", {
      amount: labelled(facts, "forecast of cash"),
      date: labelled(facts, "day of the forecast"),
      lower: labelled(facts, "lower end of the 80 % interval"),
      upper: labelled(facts, "upper end of the 80 % interval"),
    });
  }
};

const writePrice: Answer = async ({ text, period }, context, write) => {
  if (text === null) return;
  const name = period?.name ?? null;
  const found = await instrumentPrice.run(
    { instrument: text, ...(name === null ? {} : { period: name }) },
    context,
  );
  write.say("PRICE", {
    name: labelled(found, "instrument"),
    amount: measuring(found, "PRICE"),
    date: labelled(found, "day of the price"),
  });
  write.say("PRICE_RETURN", {
    name: labelled(found, "instrument"),
    amount: measuring(found, "RETURN"),
  });
};

const writeRate: Answer = async ({ currencies }, context, write) => {
  const [base = "", quote = ""] = currencies;
  const found = await exchangeRate.run({ base, quote }, context);
  write.say("RATE", {
    amount: measuring(found, "EXCHANGE_RATE"),
    date: labelled(found, "day of the rate"),
  });
};

const writeRunway: Answer = async (_question, context, write) => {
  for (const facts of byFund(await balances.run({}, context))) {
    write.say("RUNWAY", { amount: measuring(facts, "RUNWAY") });
  }
};

const ANSWERS: Readonly<Record<Intent, Answer>> = {
  CASH: (_question, context, write) => writeBalances("CASH", context, write),
  NAV: (_question, context, write) => writeBalances("NAV", context, write),
  RUNWAY: writeRunway,
  SPENDING: writeSpending,
  INCOME: writeSpending,
  NET_FLOW: writeFlows,
  LARGEST_MOVEMENTS: writeLargest,
  SEARCH: writeSearch,
  EXPECTED: writeExpected,
  INSIGHTS: writeInsights,
  RISK: writeRisk,
  RETURN: writeReturns,
  DRAWDOWN: writeDrawdown,
  FORECAST: writeForecast,
  PRICE: writePrice,
  EXCHANGE_RATE: writeRate,
};
