import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import fc from "fast-check";
import { codeOf, dataOf, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import {
  balancesOf,
  balancesOfClass,
  BOND,
  describeMarket,
  DOLLAR_SHARE,
  RECORD_TRADES,
  SHARE,
} from "../trades/portfolio.fixture.ts";

/** Days on which the fund of these tests is valued; it is launched on the first. */
export const NAV_DATES = ["2026-09-30", "2026-10-15", "2026-10-30"] as const;

/** Something that happens to the portfolio, with the day that it counts from. */
export interface Fact {
  readonly date: string;
  readonly field: "recordTrades" | "recordPortfolioAction" | "recordCurrencyTrade";
  readonly input: object;
  /** Whether it is recorded only when the last NAV is published. */
  readonly isLate: boolean;
}

/** An order for a NAV date; of a redemption the share of what is held, in hundredths. */
export interface RandomOrder {
  readonly navDate: string;
  readonly classCode: "A" | "B";
  readonly investor: number;
  readonly amount: string | null;
  readonly hundredths: number;
}

/** A month of a fund: what is recorded, ordered, and what things are worth. */
export interface Program {
  readonly facts: readonly Fact[];
  readonly orders: readonly RandomOrder[];
  /** By NAV date behind the first: of the share, the share in dollars and the bond; then dollars for a euro. */
  readonly prices: readonly (readonly [number, number, number, number])[];
  /** The same where they were wrong at first. */
  readonly wrong: readonly (readonly [number, number, number, number])[];
}

/** Facts of one day stay in the order in which they were recorded. */
export const byDate = (a: Fact, b: Fact): number =>
  a.date < b.date ? -1 : Number(a.date > b.date);

const cents = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const amount = (minor: number): string => (minor / 100).toFixed(2);
const day = fc.integer({ min: 1, max: 29 }).map((of) => `2026-10-${String(of).padStart(2, "0")}`);
const isLate = fc.integer({ min: 0, max: 3 }).map((of) => of === 0);

const INSTRUMENTS = [
  { isin: SHARE, most: 200, price: [2_000, 9_000] },
  { isin: DOLLAR_SHARE, most: 200, price: [5_000, 20_000] },
  { isin: BOND, most: 20_000, price: [9_000, 11_000] },
] as const;

/** A fact keeps the rate that it was recorded with, so none takes one that is wrong for a while. */
const RATE = "1.0900";

const trade: fc.Arbitrary<Fact> = fc
  .record({
    date: day,
    of: fc.constantFrom(...INSTRUMENTS),
    isSale: fc.integer({ min: 0, max: 2 }),
    share: fc.integer({ min: 1, max: 100 }),
    level: fc.integer({ min: 0, max: 100 }),
    costs: cents(0, 2_500),
    isLate,
  })
  .map(({ date, of, isSale, share, level, costs, isLate: late }) => {
    const [low, high] = of.price;
    const price = amount(Math.round(low + ((high - low) * level) / 100));
    const quantity = String(Math.max(1, Math.floor((of.most * share) / 100)));
    const side = isSale === 0 ? "SELL" : "BUY";
    const input = { side, isin: of.isin, tradeDate: date, settlementDate: date, quantity, price };
    const trades = [{ ...input, costs: amount(costs), exchangeRate: RATE }];
    return { date, field: "recordTrades", input: { trades }, isLate: late };
  });

const action: fc.Arbitrary<Fact> = fc
  .record({
    date: day,
    isin: fc.constantFrom(SHARE, DOLLAR_SHARE),
    per: cents(1, 300),
    kind: fc.constantFrom("DIVIDEND", "RETURN_OF_CAPITAL", "SPLIT"),
    ratio: fc.constantFrom(["2", "1"], ["3", "2"], ["1", "4"]),
    isLate,
  })
  .map(({ date, isin, per, kind, ratio: [newUnits, oldUnits], isLate: late }) => {
    const of = { kind, isin, exDate: date, exchangeRate: RATE };
    const input =
      kind === "SPLIT"
        ? { ...of, newUnits, oldUnits, fractionPrice: "40.00" }
        : {
            ...of,
            perUnit: amount(per),
            ...(kind === "DIVIDEND" ? { withholdingRate: "0.15" } : {}),
          };
    return { date, field: "recordPortfolioAction", input, isLate: late };
  });

const exchange: fc.Arbitrary<Fact> = fc
  .record({
    date: day,
    sold: cents(100, 500_000),
    costs: cents(0, 1_000),
    isSale: fc.boolean(),
    isLate,
  })
  .map(({ date, sold, costs, isSale, isLate: late }) => {
    const [soldCurrency, boughtCurrency] = isSale ? ["USD", "EUR"] : ["EUR", "USD"];
    const bought = amount(Math.max(1, Math.round(isSale ? sold / 1.09 : sold * 1.07)));
    const deal = {
      soldCurrency,
      sold: amount(sold),
      boughtCurrency,
      bought,
      costs: amount(costs),
      exchangeRate: RATE,
    };
    const input = { tradeDate: date, settlementDate: date, ...deal };
    return { date, field: "recordCurrencyTrade", input, isLate: late };
  });

const order: fc.Arbitrary<RandomOrder> = fc.record({
  navDate: fc.constantFrom(...NAV_DATES.slice(1)),
  classCode: fc.constantFrom("A", "B"),
  investor: fc.integer({ min: 0, max: 1 }),
  amount: fc.option(cents(10_000, 5_000_000).map(amount)),
  hundredths: fc.integer({ min: 1, max: 100 }),
});

const market = fc.tuple(
  cents(2_000, 9_000),
  cents(5_000, 20_000),
  cents(9_000, 11_000),
  fc.integer({ min: 9_500, max: 12_500 }),
);
const markets = fc.array(market, { minLength: 2, maxLength: 2 });

export const program: fc.Arbitrary<Program> = fc.record({
  facts: fc
    .array(fc.oneof({ arbitrary: trade, weight: 4 }, action, exchange), {
      minLength: 2,
      maxLength: 12,
    })
    .map((facts) => [...facts].sort(byDate)),
  orders: fc.array(order, { maxLength: 4 }),
  prices: markets,
  wrong: markets,
});

const PUBLISH = "mutation ($id: ID!) { publishNav(id: $id) { id } }";
const VALUED = `{ id netAssets { amount } classes { code units navPerUnit
  netAssets { amount } netAssetsBase { amount } result { amount } } }`;
const FIELDS = {
  openFund: ["OpenFundInput", "{ id }"],
  administerFund: ["AdministerFundInput", "{ id }"],
  openShareClass: ["OpenShareClassInput", "{ id }"],
  registerInvestors: ["RegisterInvestorsInput", "{ ids }"],
  recordExchangeRates: ["RecordExchangeRatesInput", "{ count }"],
  recordPrices: ["RecordPricesInput", "{ count }"],
  placeOrder: ["PlaceOrderInput", "{ id }"],
  recordPortfolioAction: ["RecordPortfolioActionInput", "{ id }"],
  recordCurrencyTrade: ["RecordCurrencyTradeInput", "{ id }"],
  calculateNav: ["CalculateNavInput", VALUED],
  closePeriod: ["ClosePeriodInput", "{ id }"],
  reopenPeriod: ["ReopenPeriodInput", "{ id }"],
  restateNav: ["RestateNavInput", "{ id navDate compensations { kind } }"],
} as const;

/** A class as a valuation shows it. */
interface ClassFigures {
  readonly code: "A" | "B";
  readonly units: string;
  readonly navPerUnit: string | null;
  readonly netAssets: { readonly amount: string };
  readonly netAssetsBase: { readonly amount: string };
  readonly result: { readonly amount: string };
}

export interface Figures {
  readonly id: string;
  readonly netAssets: { readonly amount: string };
  readonly classes: readonly ClassFigures[];
}

const fee = (rate: string): object => ({ tiers: [{ from: "0", rate }], dayCount: "ACT_365F" });

/** What a launch does in another way. */
export interface LaunchOptions {
  /** Dollars for a euro on its day, in ten-thousandths. */
  readonly rate?: number;
  readonly terms?: object;
  readonly classTerms?: object;
  readonly classes?: readonly string[];
}

/** A fund of a tenant of its own that a program is played into, through the graph alone. */
export class RandomFund {
  readonly tenantId = newId();
  fundId = "";
  readonly classIds = new Map<string, string>();
  readonly #graph: LedgerGraph;
  readonly maker: RequestContext;
  readonly #approver: RequestContext;
  #investors: string[] = [];

  private constructor(graph: LedgerGraph) {
    this.#graph = graph;
    const of = { overrides: { tenantId: this.tenantId, now: new Date("2026-12-01T00:00:00Z") } };
    this.maker = signedIn("ann", of);
    this.#approver = signedIn("bob", of);
  }

  /** Launches two classes with 2,000 and 500 units on the first NAV date. */
  static async launch(
    graph: LedgerGraph,
    lotMethod: string,
    { rate, terms, classTerms, classes = ["A", "B"] }: LaunchOptions = {},
  ): Promise<RandomFund> {
    const fund = new RandomFund(graph);
    await describeMarket(graph, fund.maker);
    if (rate !== undefined) await fund.quoteRate(NAV_DATES[0], rate);
    const funded = { name: "Random", currency: "EUR" };
    fund.fundId = (await fund.ask<{ id: string }>("openFund", funded)).id;
    const { fundId } = fund;
    await fund.ask("administerFund", {
      fundId,
      effectiveFrom: "2026-09-01",
      cutOffTime: "15:00",
      timeZone: "Europe/Luxembourg",
      lotMethod,
      administrationFee: fee("0.0010"),
      ...terms,
    });
    const launch = { fundId, launchDate: NAV_DATES[0], launchPrice: "100" };
    for (const [code, isin, currency] of [
      ["A", "QSFUNDA00013", "EUR"],
      ["B", "QSFUNDB00011", "USD"],
    ] as const) {
      if (!classes.includes(code)) continue;
      const named = { code, name: code, isin, currency, managementFee: fee("0.0150") };
      const opened = { ...launch, ...named, ...classTerms };
      fund.classIds.set(code, (await fund.ask<{ id: string }>("openShareClass", opened)).id);
    }
    const investors = [1, 2].map((of) => ({
      reference: `I-${of}`,
      kind: "PERSON",
      taxCountry: "LU",
      kycState: "CLEARED",
      person: { name: `Investor ${of}` },
    }));
    const { ids } = await fund.ask<{ ids: string[] }>("registerInvestors", { investors });
    fund.#investors = ids;
    for (const [code, units] of [
      ["A", "2000"],
      ["B", "500"],
    ] as const) {
      if (!classes.includes(code)) continue;
      await fund.place(code, 0, NAV_DATES[0], { kind: "SUBSCRIPTION", units });
    }
    await fund.publish(NAV_DATES[0]);
    return fund;
  }

  async ask<Data>(field: keyof typeof FIELDS, input: object): Promise<Data> {
    const [type, select] = FIELDS[field];
    const text = `mutation ($input: ${type}!) { ${field}(input: $input) ${select} }`;
    return dataOf<Data>(await this.#graph.run(this.maker, text, { input }), field);
  }

  /** `ok`, or the code of the refusal. */
  async record({ field, input }: Fact): Promise<string> {
    const text =
      field === "recordTrades"
        ? RECORD_TRADES
        : `mutation ($input: ${FIELDS[field][0]}!) { ${field}(input: $input) { id } }`;
    const variables = { input: { fundId: this.fundId, ...input } };
    return codeOf(await this.#graph.run(this.maker, text, variables));
  }

  async quote(navDate: string, [share, dollarShare, bond, rate]: Program["prices"][number]) {
    const price = (isin: string, minor: number, currency: string, kind = "LAST") => ({
      isin,
      date: navDate,
      price: amount(minor),
      currency,
      kind,
      source: "XETR",
    });
    const prices = [
      price(SHARE, share, "EUR"),
      price(DOLLAR_SHARE, dollarShare, "USD"),
      price(BOND, bond, "EUR", "NOMINAL_PERCENT"),
    ];
    await this.ask("recordPrices", { prices });
    await this.quoteRate(navDate, rate);
  }

  /** Dollars for a euro, in ten-thousandths. */
  async quoteRate(date: string, rate: number): Promise<void> {
    const quoted = { date, base: "EUR", quote: "USD", source: "ECB" };
    const rates = [{ ...quoted, rate: (rate / 10_000).toFixed(4) }];
    await this.ask("recordExchangeRates", { rates });
  }

  /** Places an order; one that a gate refuses is none. */
  async order(order: RandomOrder): Promise<void> {
    const code = await this.#placeRandom(order);
    if (code !== "ok" && code !== "INSUFFICIENT_UNITS") throw new Error(code);
  }

  async #placeRandom({
    classCode,
    investor,
    navDate,
    amount: ordered,
    hundredths,
  }: RandomOrder): Promise<string> {
    if (ordered !== null) {
      const of = { kind: "SUBSCRIPTION", amount: ordered };
      return this.place(classCode, investor, navDate, of);
    }
    const held = await this.unitsOf(classCode, investor);
    const units = (held * BigInt(hundredths)) / 100n;
    if (units === 0n) return "ok";
    const text = `${units / 10_000n}.${String(units % 10_000n).padStart(4, "0")}`;
    return this.place(classCode, investor, navDate, { kind: "REDEMPTION", units: text });
  }

  /** `ok`, or the code of the refusal. */
  async place(code: string, investor: number, navDate: string, more: object): Promise<string> {
    const text = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { id } }";
    const input = {
      classId: this.classIds.get(code),
      investorId: this.#investors[investor],
      receivedAt: `${navDate}T08:00:00Z`,
      ...more,
    };
    return codeOf(await this.#graph.run(this.maker, text, { input }));
  }

  investor(of: number): string {
    return this.#investors[of] ?? "";
  }

  /** Units of an investor in ten-thousandths. */
  async unitsOf(code: string, investor: number): Promise<bigint> {
    const balances = await this.balances();
    const held = balances[`3801-${code}-${this.#investors[investor] ?? ""}`] ?? "0";
    return BigInt(held.replace(/[-.]/g, ""));
  }

  async publish(navDate: string): Promise<Figures> {
    const figures = await this.ask<Figures>("calculateNav", { fundId: this.fundId, navDate });
    await this.release(figures.id);
    return figures;
  }

  async release(id: string): Promise<void> {
    const code = await this.tryRelease(id);
    if (code !== "ok") throw new Error(code);
  }

  /** `ok`, or the code of the refusal. */
  async tryRelease(id: string): Promise<string> {
    return codeOf(await this.#graph.run(this.#approver, PUBLISH, { id }));
  }

  /** Debits less credits by code, of every account with a balance. */
  balances(asOf?: string): Promise<Record<string, string>> {
    return balancesOf(this.#graph, this.maker, this.fundId, asOf);
  }

  async read<Data>(text: string): Promise<Data> {
    return dataOf<Data>(await this.#graph.run(this.maker, text), "fund");
  }

  /** Cost and units by ISIN, from the lots. */
  async positions(asOf: string) {
    const { positions } = await this.read<{
      positions: { nodes: { isin: string; quantity: string; cost: { amount: string } }[] };
    }>(
      `{ fund(id: "${this.fundId}") { positions(asOf: "${asOf}") { nodes { isin quantity cost { amount } } } } }`,
    );
    return positions.nodes;
  }

  /** The positions of the valuation of a day with the lots that they rest on. */
  async valuedLots(navDate: string) {
    interface Valued {
      readonly quantity: string;
      readonly cost: { readonly amount: string };
    }
    const { valuation } = await this.read<{
      valuation: { positions: { nodes: (Valued & { readonly lots: readonly Valued[] })[] } };
    }>(
      `{ fund(id: "${this.fundId}") { valuation(date: "${navDate}") { positions(first: 50) {
        nodes { quantity cost { amount } lots { quantity cost { amount } } } } } } }`,
    );
    return valuation.positions.nodes;
  }

  /** Debits less credits of each class by code of the account, from its trial balance on a day. */
  async classBalances(asOf: string): Promise<Record<string, string>[]> {
    const reports = [...this.classIds.values()].map((id) =>
      balancesOfClass(this.#graph, this.maker, id, asOf),
    );
    return Promise.all(reports);
  }

  /** What every NAV per unit was, as the book had it at a position. */
  async navsKnownAt(position: number): Promise<unknown> {
    const text = `query ($id: ID!) { shareClass(id: $id) { navs(knownAt: ${position}) { nodes { navDate navPerUnit } } } }`;
    const found = [...this.classIds.values()].map(async (id) =>
      dataOf(await this.#graph.run(this.maker, text, { id }), "shareClass"),
    );
    return Promise.all(found);
  }

  async lastPosition(): Promise<number> {
    const text = `{ fund(id: "${this.fundId}") { valuations(first: 1) { nodes { decidedPosition } } } }`;
    const { valuations } = await this.read<{
      valuations: { nodes: { decidedPosition: number }[] };
    }>(text);
    return valuations.nodes[0]?.decidedPosition ?? 0;
  }
}
