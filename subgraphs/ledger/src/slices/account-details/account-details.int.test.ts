import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

const RENAME = `mutation ($input: RenameAccountInput!) {
  renameAccount(input: $input) {
    name countsAsCash metadata version replayed parent { id code }
  }
}`;
const OPEN = `mutation ($input: OpenAccountInput!) {
  openAccount(input: $input) { id countsAsCash metadata parent { id } }
}`;

let service: TestService;
let fund: OpenedFund;
beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
});
afterAll(() => service.close());

async function open(
  code: string,
  more: object = {},
): Promise<{ id: string; countsAsCash: boolean }> {
  const input = { fundId: fund.fundId, code, name: code, type: "ASSET", ...more };
  const opened = await ask<{ openAccount: { id: string; countsAsCash: boolean } }>(service, OPEN, {
    input,
  });
  return opened.openAccount;
}

test("an account is renamed, put under another, marked and read so by all readers", async () => {
  const parent = await open("4700");
  const account = await open("4711", { countsAsCash: true });
  expect([parent.countsAsCash, account.countsAsCash]).toEqual([false, true]);
  const key = newId();
  const input = {
    accountId: account.id,
    name: "Main bank",
    parentId: parent.id,
    metadata: { iban: "DE02120300000000202051", tags: ["a", null] },
    countsAsCash: false,
    idempotencyKey: key,
  };
  const details = {
    name: "Main bank",
    parent: { id: parent.id, code: "4700" },
    metadata: input.metadata,
    countsAsCash: false,
    version: 2,
  };
  expect(await ask(service, RENAME, { input })).toEqual({
    renameAccount: { ...details, replayed: false },
  });
  expect(await ask(service, RENAME, { input })).toEqual({
    renameAccount: { ...details, replayed: true },
  });
  const read = `query ($id: ID!, $fund: ID!) {
    account(id: $id) { name metadata countsAsCash version parent { id code } }
    fund(id: $fund) { account(code: "4711") { name parent { code } } }
  }`;
  expect(await ask(service, read, { id: account.id, fund: fund.fundId })).toEqual({
    account: details,
    fund: { account: { name: "Main bank", parent: { code: "4700" } } },
  });
  const cleared = { accountId: account.id, parentId: null };
  expect(await ask(service, RENAME, { input: cleared })).toMatchObject({
    renameAccount: { ...details, parent: null, version: 3 },
  });
});

test("what the chart forbids is refused with its place, and nothing is written", async () => {
  const account = await open("4800");
  for (const [more, code] of [
    [{ name: "" }, "INVALID_INPUT"],
    [{ parentId: fund.capital }, "INVALID_INPUT"],
    [{ parentId: account.id }, "INVALID_INPUT"],
    [{ parentId: newId() }, "ACCOUNT_NOT_FOUND"],
    [{ metadata: ["no object"] }, "INVALID_INPUT"],
  ] as const) {
    const input = { accountId: account.id, ...more };
    expect(codeOf(await send(service, RENAME, { input }))).toBe(code);
  }
  const unknown = { accountId: newId(), name: "No account" };
  expect(codeOf(await send(service, RENAME, { input: unknown }))).toBe("ACCOUNT_NOT_FOUND");
  const read = "query ($id: ID!) { account(id: $id) { version } }";
  expect(await ask(service, read, { id: account.id })).toEqual({ account: { version: 1 } });
});

test("a chart opens as a whole, its accounts are classified, and opening balances are recorded once", async () => {
  const fresh = await openFund(service);
  const { fundId } = fresh;
  const open = `mutation ($input: OpenChartInput!) { openChart(input: $input) { opened replayed fund {
    account(code: "1000") { id class cashFlow countsAsCash parent { code } }
    retained: account(code: "3900") { class cashFlow } } } }`;
  const chart = { input: { fundId, template: "FUND", idempotencyKey: newId() } };
  const account = {
    id: expect.any(String) as string,
    class: "CURRENT",
    cashFlow: "OPERATING",
    countsAsCash: true,
    parent: { code: "1" },
  };
  const retained = { class: "RETAINED_EARNINGS", cashFlow: "FINANCING" };
  const first = await ask<{
    openChart: { opened: number; fund: { account: { id: string } } };
  }>(service, open, chart);
  const opened = { opened: 39, replayed: false, fund: { account, retained } };
  expect(first).toEqual({ openChart: opened });
  expect(await ask(service, open, chart)).toEqual({ openChart: { ...opened, replayed: true } });
  expect(codeOf(await send(service, open, { input: { fundId, template: "FUND" } }))).toBe(
    "ALREADY_EXISTS",
  );
  expect(codeOf(await send(service, open, { input: { fundId } }))).toBe("INVALID_INPUT");

  const classify = `mutation ($input: ClassifyAccountInput!) {
    classifyAccount(input: $input) { class cashFlow } }`;
  const bank = first.openChart.fund.account.id;
  expect(
    await ask(service, classify, { input: { accountId: bank, class: "NON_CURRENT" } }),
  ).toEqual({ classifyAccount: { class: "NON_CURRENT", cashFlow: "INVESTING" } });

  const record = `mutation ($input: OpeningBalancesInput!) {
    recordOpeningBalances(input: $input) { id description entries { account { code } side } } }`;
  const balances = [{ accountId: bank, side: "DEBIT", amount: "500.00" }];
  const opening = { fundId, effectiveDate: "2026-01-01", balances };
  const recorded = await ask<{ recordOpeningBalances: { id: string } }>(service, record, {
    input: opening,
  });
  expect(recorded.recordOpeningBalances).toMatchObject({
    description: "Opening balances",
    entries: [
      { account: { code: "1000" }, side: "DEBIT" },
      { account: { code: "3800" }, side: "CREDIT" },
    ],
  });
  expect(codeOf(await send(service, record, { input: opening }))).toBe("ALREADY_EXISTS");
  const reverse =
    "mutation ($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { id } }";
  const input = { transactionId: recorded.recordOpeningBalances.id };
  await ask(service, reverse, { input });
  expect(codeOf(await send(service, record, { input: opening }))).toBe("INVALID_INPUT");
  await ask(service, record, { input: { ...opening, reason: "The right ones" } });
});
