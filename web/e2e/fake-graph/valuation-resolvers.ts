import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Administration } from "./administration-resolvers.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundValue } from "./ledger-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

const ANNA = { id: "anna", name: "Anna Accountant", kind: "USER" as const };
const EUR = (amount: string) => ({ amount, currency: "EUR" });

interface Valuation {
  readonly fundId: string;
  readonly value: Graph.FakeValue<Graph.Valuation> & { id: string; navDate: string };
}

/** The NAVs of a fund. A second one of the same person cannot be published. */
export class Valuations {
  readonly #state: GraphState;
  readonly #administration: Administration;
  readonly #all: Valuation[] = [];

  constructor(state: GraphState, administration: Administration) {
    this.#state = state;
    this.#administration = administration;
    const [fund] = state.funds;
    if (fund) this.#calculate(fund.id, "2026-11-20");
  }

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: {
      valuation: (_, { id }) => this.#all.find(({ value }) => value.id === id)?.value ?? null,
    },
    Mutation: {
      calculateNav: (_, { input: { fundId, navDate } }) => this.#calculate(fundId, navDate).value,
      publishNav: (_, { id }) => {
        throw codedError(
          "NAV_SAME_PERSON",
          `You calculated the NAV of ${this.#find(id).value.navDate}. Another person publishes it.`,
        );
      },
      discardNav: (_, { id, reason }) =>
        Object.assign(this.#find(id).value, {
          state: "DISCARDED" as const,
          decidedBy: ANNA,
          reason,
          decidedAt: "2026-11-23T10:30:00.000Z",
        }),
    },
    Fund: {
      valuations: ({ id }, page) => {
        const own = this.#all.filter(({ fundId }) => fundId === id);
        return pageOf(own.toReversed(), page, ({ value }) => value);
      },
    },
    Valuation: {
      fund: ({ id }) => fundValue(fundOf(this.#state, this.#find(id).fundId)),
      supersedes: () => null,
      positions: (_, page) => pageOf([position], page, (value) => value),
    },
  };

  #find(id: string | undefined): Valuation {
    const valuation = this.#all.find(({ value }) => value.id === id);
    if (!valuation) throw codedError("VALUATION_NOT_FOUND", "There is no such valuation.");
    return valuation;
  }

  #calculate(fundId: string, navDate: string): Valuation {
    const classes = this.#administration.ofFund(fundId).map(({ value }) => ({
      classId: value.id,
      code: value.code,
      units: "1250.5000",
      navPerUnit: "101.2345",
      fees: EUR("-41.10"),
      commonShare: EUR("1543.21"),
      result: EUR("1502.11"),
      netAssetsBase: EUR("126593.74"),
      netAssets: EUR("126593.74"),
    }));
    const valuation: Valuation = {
      fundId,
      value: {
        id: randomUUID(),
        navDate,
        state: "PREVIEW",
        readAt: 42,
        since: "2026-11-19",
        inputsHash: "ab".repeat(32),
        netAssets: EUR("126593.74"),
        classes,
        rates: [],
        commonResult: EUR("1543.21"),
        calculatedBy: ANNA,
        reason: null,
        currencies: [],
        calculatedAt: "2026-11-23T09:30:00.000Z",
        decidedBy: null,
        decidedAt: null,
        checks: [stalePrice, missingPrice],
        fees: [{ kind: "ADMINISTRATION", classId: null, amount: EUR("34.25") }],
        compensations: [],
        restatementId: null,
      },
    };
    this.#all.push(valuation);
    return valuation;
  }
}

const stalePrice = {
  kind: "PRICE_STALE",
  severity: "WARNING" as const,
  threshold: "3",
  count: 1,
  rows: [{ subject: "IE00B4L5Y983", found: "84.10 of 2026-11-16" }],
};
const missingPrice = {
  kind: "PRICE_MISSING",
  severity: "BLOCKING" as const,
  threshold: null,
  count: 1,
  rows: [{ subject: "US0378331005", found: "120 without a price" }],
};
const position = {
  isin: "IE00B4L5Y983",
  quantity: "1000.0000",
  price: "85.2000",
  priceDate: "2026-11-16",
  priceKind: "LAST",
  priceSource: "Exchange",
  cost: EUR("80000.00"),
  mark: EUR("5200.00"),
  value: EUR("85200.00"),
  valueBase: EUR("85200.00"),
  accruedInterest: null,
};
