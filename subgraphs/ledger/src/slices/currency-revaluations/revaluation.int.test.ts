import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  POST,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
let fund: OpenedFund;
const accounts = new Map<string, string>();

const leg = (code: string, side: string, amount: string) => ({
  accountId: accounts.get(code),
  side,
  amount,
});

const rateOn = (date: string, rate: string) => ({
  date,
  base: "EUR",
  quote: "USD",
  rate,
  source: "ECB",
});

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
  const { fundId } = fund;
  for (const [code, type, currency] of [
    ["1000-USD", "ASSET", "USD"],
    ["2900-USD", "LIABILITY", "USD"],
    ["1900-USD", "ASSET", "EUR"],
    ["4210", "INCOME", "EUR"],
  ] as const) {
    const input = { fundId, code, name: code, type, currency };
    const opened = await ask<{ openAccount: { id: string } }>(service, OPEN_ACCOUNT, { input });
    accounts.set(code, opened.openAccount.id);
  }
  // 1,080.00 dollars for 1,000.00 euros: each currency balances through its side of the exchange.
  const entries = [
    leg("1000-USD", "DEBIT", "1080.00"),
    leg("2900-USD", "CREDIT", "1080.00"),
    leg("1900-USD", "DEBIT", "1000.00"),
    { accountId: fund.capital, side: "CREDIT", amount: "1000.00" },
  ];
  const input = { fundId, effectiveDate: "2026-01-10", description: "Dollars", entries };
  await ask(service, POST, { input });
  const rates = [rateOn("2026-01-31", "1.2000"), rateOn("2026-02-27", "1.0000")];
  const record = `mutation ($input: RecordExchangeRatesInput!) {
    recordExchangeRates(input: $input) { __typename } }`;
  await ask(service, record, { input: { rates } });
});
afterAll(() => service.close());

const REVALUE = `mutation ($input: RevalueCurrenciesInput!) { revalueCurrencies(input: $input) {
  replayed transaction { effectiveDate entries { side amount { amount currency } account { code } } } } }`;
const revalue = async (on: string, idempotencyKey = newId()) => {
  const input = { fundId: fund.fundId, on, idempotencyKey };
  const answer = await ask<{
    revalueCurrencies: { replayed: boolean; transaction: object | null };
  }>(service, REVALUE, { input });
  return answer.revalueCurrencies;
};

test("dollars are carried at the rates of a day, once", async () => {
  const preview = `query ($id: ID!) { fund(id: $id) { currencyRevaluation(on: "2026-01-31") {
    currency position { amount currency } carried { amount } value { amount } difference { amount }
    rates { base quote rate date source } } } }`;
  const position = {
    currency: "USD",
    position: { amount: "1080.00", currency: "USD" },
    carried: { amount: "1000.00" },
    value: { amount: "900.00" },
    difference: { amount: "-100.00" },
    rates: [{ base: "EUR", quote: "USD", rate: "1.2000", date: "2026-01-31", source: "ECB" }],
  };
  expect(await ask(service, preview, { id: fund.fundId })).toEqual({
    fund: { currencyRevaluation: [position] },
  });
  const key = newId();
  const amount = { amount: "100.00", currency: "EUR" };
  const transaction = {
    effectiveDate: "2026-01-31",
    entries: [
      { side: "CREDIT", amount, account: { code: "1900-USD" } },
      { side: "DEBIT", amount, account: { code: "4210" } },
    ],
  };
  expect(await revalue("2026-01-31", key)).toEqual({ replayed: false, transaction });
  expect(await revalue("2026-01-31", key)).toEqual({ replayed: true, transaction });
  expect((await revalue("2026-01-31")).transaction).toBeNull();
  expect((await revalue("2026-02-28")).transaction).toMatchObject({
    entries: [{ side: "DEBIT", amount: { amount: "180.00" } }, { side: "CREDIT" }],
  });
});

const entry = (side: string, amount: string, code: string) => ({
  side,
  amount: { amount, currency: "EUR" },
  account: { code },
});

test("what a sale of dollars realised stands apart from what is not realised", async () => {
  // Half of the dollars and a little less: 500.00 of 1,080.00 bought for 1,000.00 euros cost 462.96.
  const entries = [
    leg("2900-USD", "DEBIT", "500.00"),
    leg("1000-USD", "CREDIT", "500.00"),
    { accountId: fund.capital, side: "DEBIT", amount: "520.00" },
    leg("1900-USD", "CREDIT", "520.00"),
  ];
  const { fundId } = fund;
  const input = { fundId, effectiveDate: "2026-03-05", description: "Sold", entries };
  await ask(service, POST, { input });
  const preview = `query ($id: ID!) { fund(id: $id) { currencyRevaluation(on: "2026-03-31") {
    position { amount } value { amount } difference { amount } realised { amount } unrealised { amount } } } }`;
  // At 1.0000 of February: 580.00 are carried at 1,080.00 less 520.00, and cost 537.04.
  const march = {
    position: { amount: "580.00" },
    value: { amount: "580.00" },
    difference: { amount: "20.00" },
    realised: { amount: "57.04" },
    unrealised: { amount: "-37.04" },
  };
  expect(await ask(service, preview, { id: fundId })).toEqual({
    fund: { currencyRevaluation: [march] },
  });
  const before = await send(service, REVALUE, { input: { fundId, on: "2026-03-31" } });
  expect(codeOf(before)).toBe("ACCOUNT_NOT_FOUND");
  const account = { fundId, code: "4110", name: "Realised", type: "INCOME", currency: "EUR" };
  await ask(service, OPEN_ACCOUNT, { input: account });
  expect((await revalue("2026-03-31")).transaction).toMatchObject({
    entries: [
      entry("DEBIT", "20.00", "1900-USD"),
      entry("CREDIT", "57.04", "4110"),
      entry("DEBIT", "37.04", "4210"),
    ],
  });
  // 80.00 less 37.04 is what 580.00 are worth more than they cost.
  expect((await revalue("2026-03-31")).transaction).toBeNull();
});

const TRANSLATED = `query ($id: ID!, $to: String!) { fund(id: $id) {
  balanceSheet(asOf: "2026-01-31") { translated(currency: $to) { currency ratesAsOf
    rates { rate date } assets { amount } liabilities { amount } equity { amount }
    result { amount } rounding { amount } } }
  incomeStatement(from: "2026-01-01", to: "2026-02-28") { translated(currency: $to) {
    income { amount currency } net { amount } } } } }`;

test("reports in the reader's currency state the rates and their days", async () => {
  // Assets: 1,080.00 USD, and 900.00 EUR at 1.2000; liabilities: 1,080.00 USD of the exchange.
  const sheet = {
    currency: "USD",
    ratesAsOf: "2026-01-31",
    rates: [{ rate: "1.2000", date: "2026-01-31" }],
    assets: { amount: "2160.00" },
    liabilities: { amount: "1080.00" },
    equity: { amount: "1200.00" },
    result: { amount: "-120.00" },
    rounding: { amount: "0.00" },
  };
  const income = { income: { amount: "80.00", currency: "USD" }, net: { amount: "80.00" } };
  expect(await ask(service, TRANSLATED, { id: fund.fundId, to: "USD" })).toEqual({
    fund: { balanceSheet: { translated: sheet }, incomeStatement: { translated: income } },
  });
  const unknown = await send(service, TRANSLATED, { id: fund.fundId, to: "CHF" });
  expect(codeOf(unknown)).toBe("RATE_MISSING");
});

test("a revaluation is refused while a position has no rate", async () => {
  const before = { fundId: fund.fundId, on: "2026-01-15" };
  expect(codeOf(await send(service, REVALUE, { input: before }))).toBe("RATE_MISSING");
});
