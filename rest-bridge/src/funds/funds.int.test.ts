import { afterAll, beforeAll, expect, it } from "vitest";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("leads a client without any id to funds and their accounts", async () => {
  const funds = await service.send("/api/v1/funds");
  expect(funds.json()).toMatchObject({ items: [{ id: FUND, currency: "EUR" }], nextCursor: null });
  const accounts = await service.send(`/api/v1/accounts?fundId=${FUND}`);
  expect(accounts.json()).toMatchObject({
    items: [
      { id: CASH, fundId: FUND, code: "1000", balance: { amount: "10.00" }, version: 1 },
      { id: FEES },
    ],
  });
});

it("reads one fund and one account, with the tag that a change of its balance needs", async () => {
  const fund = await service.send(`/api/v1/funds/${FUND.toUpperCase()}`);
  expect(fund.json()).toEqual({ id: FUND, name: expect.any(String) as string, currency: "EUR" });
  const account = await service.send(`/api/v1/accounts/${CASH}`);
  const balance = await service.send(`/api/v1/balance?accountId=${CASH}`);
  expect(account.json()).toEqual(balance.json());
  expect(account.headers.get("etag")).toBe(balance.headers.get("etag"));
  for (const [path, code] of [
    ["funds", "FUND_NOT_FOUND"],
    ["accounts", "ACCOUNT_NOT_FOUND"],
    ["trades", "TRADE_NOT_FOUND"],
  ]) {
    const missing = await service.send(`/api/v1/${path}/${UNKNOWN}`);
    expect(missing.json()).toMatchObject({ status: 404, code });
  }
});

it("gives accounts as CSV with their balances", async () => {
  const path = `/api/v1/accounts?fundId=${FUND}&all=true`;
  const { text } = await service.send(path, { headers: { accept: "text/csv" } });
  const [heading, first] = text.split("\r\n");
  expect(heading).toBe("id,fundId,code,name,type,currency,version,balance");
  expect(first).toMatch(/,ASSET,EUR,1,10\.00$/);
});

it("refuses a fund that there is not, and names the parameters where one is not known", async () => {
  const unknown = await service.send(`/api/v1/accounts?fundId=${UNKNOWN}`);
  expect(unknown.json()).toMatchObject({ status: 404, code: "FUND_NOT_FOUND" });
  const misnamed = await service.send(`/api/v1/funds?limit=2`);
  expect(misnamed.json()).toMatchObject({
    detail: "limit: is not a known parameter; known are after, all, first",
  });
});
