import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  send,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const POST = `mutation ($input: PostTransactionInput!) {
  postTransaction(input: $input) { id fx { base quote rate scale baseAmount { amount } quoteAmount { amount currency } } entries { amount { amount } balanceAfter { amount currency } } }
}`;

test("an exchange into an asset of 18 decimals keeps every one of them, and its rate", async () => {
  const fund = await openFund(service);
  const open = async (code: string, type: string): Promise<string> => {
    const input = { fundId: fund.fundId, code, name: code, type, currency: "ETH/18" };
    const opened = await ask<{ openAccount: { id: string } }>(service, OPEN_ACCOUNT, { input });
    return opened.openAccount.id;
  };
  const [wallet, trading] = [await open("WALLET", "ASSET"), await open("TRADING", "EQUITY")];
  const exchange = (ether: string) => ({
    input: {
      fundId: fund.fundId,
      effectiveDate: "2026-06-30",
      description: "Bought ether",
      entries: [
        { accountId: fund.bank, side: "CREDIT", amount: "1000.00" },
        { accountId: fund.capital, side: "DEBIT", amount: "1000.00" },
        { accountId: wallet, side: "DEBIT", amount: ether },
        { accountId: trading, side: "CREDIT", amount: ether },
      ],
      fx: [{ base: "ETH/18", quote: "EUR", rate: "3000.00" }],
    },
  });
  const ether = "0.333333333333333333";
  const { postTransaction: posted } = await ask<{ postTransaction: object }>(
    service,
    POST,
    exchange(ether),
  );
  expect(posted).toMatchObject({
    fx: [
      {
        base: "ETH/18",
        quote: "EUR",
        rate: "3000.00",
        scale: 2,
        baseAmount: { amount: ether },
        quoteAmount: { amount: "1000.00", currency: "EUR" },
      },
    ],
    entries: [{}, {}, { balanceAfter: { amount: ether, currency: "ETH/18" } }, {}],
  });
  expect(codeOf(await send(service, POST, exchange("0.334")))).toBe("FX_RATE_MISMATCH");
  const { account } = await ask<{ account: unknown }>(
    service,
    "query ($id: ID!) { account(id: $id) { balance { amount currency } } }",
    { id: wallet },
  );
  expect(account).toEqual({ balance: { amount: ether, currency: "ETH/18" } });
});
