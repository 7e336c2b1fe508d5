import { formatAmount } from "@allfunds/contract/money";
import type { LotMethod, Lots } from "./lot.ts";
import {
  formatQuantity,
  PAR,
  type CorporateActionFact,
  type PortfolioFact,
  type RateRecord,
  type TradeFact,
} from "./portfolio-fact.ts";
import type { Outcome } from "./portfolio.ts";

export const at = (units: string): RateRecord => ({ ...PAR, units });

/** Writes facts of one fund, in the order it records them. */
export class FactWriter {
  readonly facts: PortfolioFact[] = [];
  readonly #method: LotMethod;
  readonly #terms: Partial<TradeFact>;

  constructor(method: LotMethod, terms: Partial<TradeFact> = {}) {
    this.#method = method;
    this.#terms = terms;
  }

  trade(
    kind: "BUY" | "SELL",
    date: string,
    quantity: string,
    gross: string,
    more: Partial<TradeFact> = {},
  ): this {
    this.facts.push({
      ...this.#common(date),
      time: null,
      unitsBasis: "NEW",
      costs: "0.00",
      accrued: "0.00",
      capitalisesCosts: true,
      allowsShort: false,
      lots: [],
      ...this.#terms,
      ...more,
      kind,
      quantity,
      gross,
    });
    return this;
  }

  action(kind: CorporateActionFact["kind"], date: string, terms: object): this {
    const fact = { ...this.#common(date), payDate: null, ...terms, kind };
    this.facts.push(fact as unknown as PortfolioFact);
    return this;
  }

  #common(date: string): Omit<TradeFact, "kind" | "quantity" | "gross"> {
    const sequence = this.facts.length + 1;
    const { currency = "EUR", rate = PAR, isin = "P" } = this.#terms;
    const id = `t${sequence}`;
    const of = { id, isin, currency, date, sequence, rate, bookedOn: date, method: this.#method };
    const count = { quantityDecimals: 4 };
    return { ...of, ...count } as Omit<TradeFact, "kind" | "quantity" | "gross">;
  }
}

/** Lots as a table shows them: date, quantity, cost. */
export const shown = (lots: Lots | undefined, currency = "EUR"): string[][] =>
  (lots ?? []).map(({ date, quantity, costMinor }) => [
    date,
    formatQuantity(quantity),
    formatAmount(costMinor, currency),
  ]);

export const costOf = ({ parts }: Outcome, currency = "EUR"): string =>
  formatAmount(
    parts.reduce((sum, part) => sum + part.costMinor, 0n),
    currency,
  );

export const gainOf = ({ realised }: Outcome, currency = "EUR"): string =>
  formatAmount(realised.gainMinor, currency);
