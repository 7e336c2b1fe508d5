import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Fund } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundValue } from "./ledger-resolvers.ts";
import { balanceSheetOf, trialBalanceOf } from "./report-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

/** Each class has a half of what its fund has. */
const PART_OF_CLASS = 2n;

type TermsValue = Graph.FakeValue<Graph.FundTerms>;

interface ShareClass {
  readonly fundId: string;
  readonly value: {
    id: string;
    code: string;
    name: string;
    isin: string;
    currency: string;
    unitDecimals: number;
    launchDate: string;
    launchPrice: string;
    state: Graph.ShareClassState;
  };
}

/** Terms and share classes: one fund is administered, with one class. */
export class Administration {
  readonly #state: GraphState;
  readonly #terms = new Map<string, TermsValue>();
  readonly #classes: ShareClass[] = [];

  constructor(state: GraphState) {
    this.#state = state;
    const [fund] = state.funds;
    if (!fund) return;
    this.#terms.set(fund.id, termsOf({ effectiveFrom: "2026-01-01" }));
    this.#open({ fundId: fund.id, code: "A", name: "Class A", isin: "LU0000000018" });
  }

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: {
      shareClass: (_, { id }) => this.find(id).value,
    },
    Mutation: {
      administerFund: (_, { input }) => {
        if (!input.cutOffTime || !input.timeZone?.includes("/")) {
          throw codedError("INVALID_INPUT", "The time zone is not known. Enter an IANA zone.");
        }
        this.#terms.set(input.fundId, termsOf(input));
        return fundValue(fundOf(this.#state, input.fundId));
      },
      openShareClass: (_, { input }) => {
        if (this.ofFund(input.fundId).some(({ value }) => value.code === input.code)) {
          throw codedError("ALREADY_EXISTS", `The code ${input.code} is taken.`);
        }
        return this.#open(input).value;
      },
      setShareClassState: (_, { input: { classId, state } }) =>
        Object.assign(this.find(classId).value, { state }),
    },
    Fund: {
      terms: ({ id }) => this.#terms.get(id ?? "") ?? null,
      shareClasses: ({ id }, page) => pageOf(this.ofFund(id), page, ({ value }) => value),
    },
    ShareClass: {
      fund: ({ id }) => fundValue(this.#fundOf(id)),
      trialBalance: ({ id }, { asOf }) => trialBalanceOf(this.#fundOf(id), asOf, PART_OF_CLASS),
      balanceSheet: ({ id }, { asOf }) => balanceSheetOf(this.#fundOf(id), asOf, PART_OF_CLASS),
      units: () => "1250.5000",
      nav: () => null,
      terms: () => ({
        distribution: "ACCUMULATING" as const,
        managementFee: null,
        entryCharge: { rate: "0.01", to: "DISTRIBUTOR" as const },
        exitChargeRate: "0",
        minimumInitial: "1000.00",
        minimumFurther: "0.00",
      }),
    },
  };

  find(id: string | undefined): ShareClass {
    const shareClass = this.#classes.find(({ value }) => value.id === id);
    if (!shareClass) throw codedError("SHARE_CLASS_NOT_FOUND", "There is no such share class.");
    return shareClass;
  }

  #fundOf(classId: string | undefined): Fund {
    return fundOf(this.#state, this.find(classId).fundId);
  }

  ofFund(fundId: string | undefined): ShareClass[] {
    return this.#classes.filter((shareClass) => shareClass.fundId === fundId);
  }

  #open(input: {
    fundId: string;
    code: string;
    name: string;
    isin: string;
    launchDate?: string;
    launchPrice?: string;
  }): ShareClass {
    const { fundId, code, name, isin, launchDate = "2026-01-05", launchPrice = "100.0000" } = input;
    const value = { id: randomUUID(), code, name, isin, launchDate, launchPrice };
    const rest = { currency: "EUR", unitDecimals: 4, state: "OPEN" as const };
    const shareClass: ShareClass = { fundId, value: { ...value, ...rest } };
    this.#classes.push(shareClass);
    return shareClass;
  }
}

const termsOf = (input: {
  effectiveFrom: string;
  cutOffTime?: string | null | undefined;
  timeZone?: string | null | undefined;
}): TermsValue => ({
  effectiveFrom: input.effectiveFrom,
  lei: null,
  holidays: ["2026-12-25"],
  valuationFrequency: "DAILY",
  cutOffTime: input.cutOffTime ?? "15:00",
  timeZone: input.timeZone ?? "Europe/Luxembourg",
  noticeDays: 0,
  settlementDays: 3,
  navDecimals: 4,
  unitDecimals: 4,
  lotMethod: "FIFO",
  transactionCosts: "EXPENSE",
  shortSales: false,
  financialYearEnd: "12-31",
  administrationFee: { tiers: [{ from: "0", rate: "0.0010" }], dayCount: "ACT_365F" },
  custodyFee: {
    tiers: [
      { from: "0", rate: "0.0005" },
      { from: "1000000", rate: "0.0003" },
    ],
    dayCount: "ACT_365F",
  },
  priceSources: ["Exchange"],
  stalePriceDays: 3,
  staleRateDays: 3,
  priceMoveLimit: "0.20",
  navMoveLimit: "0.05",
  materialityLimit: "0.005",
});
