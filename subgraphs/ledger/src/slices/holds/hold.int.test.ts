import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PATIENTLY } from "../../ledger-database.fixture.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const HOLD = "id status replayed amount { amount } captured { amount } remaining { amount }";
const PLACE = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { ${HOLD} } }`;
const CAPTURE = `mutation ($input: CaptureHoldInput!) {
  captureHold(input: $input) { replayed hold { ${HOLD} } transaction { id entries { side account { code } amount { amount } } } }
}`;
const VOID = `mutation ($input: VoidHoldInput!) { voidHold(input: $input) { ${HOLD} } }`;

/** A fund whose bank account holds 100.00 and may not fall below zero. */
async function fundWithHundred(): Promise<OpenedFund> {
  const fund = await openFund(service);
  await ask(
    service,
    `mutation ($post: PostTransactionInput!, $minimum: SetMinimumBalanceInput!) {
      postTransaction(input: $post) { id }
      setMinimumBalance(input: $minimum) { minimumBalance { amount } }
    }`,
    {
      post: {
        fundId: fund.fundId,
        effectiveDate: "2026-06-30",
        description: "Paid in",
        entries: [
          { accountId: fund.bank, side: "DEBIT", amount: "100.00" },
          { accountId: fund.capital, side: "CREDIT", amount: "100.00" },
        ],
      },
      minimum: { accountId: fund.bank, minimumBalance: "0" },
    },
  );
  return fund;
}

const holdOn = (fund: OpenedFund, amount: string, more: object = {}) => ({
  input: {
    accountId: fund.bank,
    amount,
    description: "Redemption",
    contraAccountId: fund.capital,
    ...more,
  },
});

interface Placed {
  readonly placeHold: { readonly id: string; readonly status: string };
}

const amounts = (amount: string, captured: string, remaining: string) => ({
  amount: { amount },
  captured: { amount: captured },
  remaining: { amount: remaining },
});

async function accountNow(id: string): Promise<unknown> {
  const { account } = await ask<{ account: unknown }>(
    service,
    `query ($id: ID!) { account(id: $id) {
      balance { amount } held { amount } available { amount } holds { nodes { status } } } }`,
    { id },
  );
  return account;
}

describe("holds through the graph", () => {
  test("reserve, are captured in part, answer repeats, and are set free", async () => {
    const fund = await fundWithHundred();
    const { placeHold: placed } = await ask<Placed>(service, PLACE, holdOn(fund, "60.00"));
    expect(placed).toMatchObject({
      status: "ACTIVE",
      replayed: false,
      ...amounts("60.00", "0.00", "60.00"),
    });
    expect(codeOf(await send(service, PLACE, holdOn(fund, "40.01")))).toBe("INSUFFICIENT_FUNDS");

    const part = { input: { holdId: placed.id, amount: "25.00", idempotencyKey: "part" } };
    const captured = await ask<{ captureHold: object }>(service, CAPTURE, part);
    expect(captured.captureHold).toMatchObject({
      replayed: false,
      hold: amounts("60.00", "25.00", "35.00"),
      transaction: {
        entries: [
          { side: "DEBIT", account: { code: "CAP" }, amount: { amount: "25.00" } },
          { side: "CREDIT", account: { code: "BANK" }, amount: { amount: "25.00" } },
        ],
      },
    });
    const again = await ask<{ captureHold: object }>(service, CAPTURE, part);
    expect(again.captureHold).toMatchObject({
      replayed: true,
      hold: amounts("60.00", "25.00", "35.00"),
    });
    expect(await accountNow(fund.bank)).toEqual({
      balance: { amount: "75.00" },
      held: { amount: "35.00" },
      available: { amount: "40.00" },
      holds: { nodes: [{ status: "ACTIVE" }] },
    });

    const { voidHold } = await ask<{ voidHold: object }>(service, VOID, {
      input: { holdId: placed.id, reason: "Cancelled" },
    });
    expect(voidHold).toMatchObject({ status: "VOIDED", ...amounts("60.00", "25.00", "0.00") });
    expect(codeOf(await send(service, VOID, { input: { holdId: placed.id } }))).toBe(
      "HOLD_NOT_ACTIVE",
    );
    expect(codeOf(await send(service, VOID, { input: { holdId: newId() } }))).toBe(
      "HOLD_NOT_FOUND",
    );
  });

  test("keep the id the client chose and refuse it a second time", async () => {
    const fund = await fundWithHundred();
    const id = newId();
    const { placeHold } = await ask<Placed>(service, PLACE, holdOn(fund, "1.00", { id }));
    expect(placeHold.id).toBe(id);
    expect(codeOf(await send(service, PLACE, holdOn(fund, "1.00", { id })))).toBe("ALREADY_EXISTS");
    const other = await fundWithHundred();
    expect(codeOf(await send(service, PLACE, holdOn(other, "1.00", { id })))).toBe(
      "ALREADY_EXISTS",
    );
  });

  test("that many capture at once give no more than they reserve", async () => {
    const fund = await fundWithHundred();
    const { placeHold } = await ask<Placed>(service, PLACE, holdOn(fund, "50.00"));
    const input = { holdId: placeHold.id, amount: "10.00" };
    const verdicts = await Promise.all(
      Array.from({ length: 12 }, async () => codeOf(await send(service, CAPTURE, { input }))),
    );
    expect(verdicts.filter((code) => code === "ok")).toHaveLength(5);
    expect(await accountNow(fund.bank)).toMatchObject({
      balance: { amount: "50.00" },
      held: { amount: "0.00" },
    });
  });

  test("end by themselves: for readers at once, in the book when the expiry job runs", async () => {
    const fund = await fundWithHundred();
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    await ask<Placed>(service, PLACE, holdOn(fund, "60.00", { expiresAt }));
    expect(await accountNow(fund.bank)).toMatchObject({ available: { amount: "40.00" } });
    await vi.waitFor(
      async () =>
        expect(await accountNow(fund.bank)).toMatchObject({
          available: { amount: "100.00" },
          holds: { nodes: [{ status: "EXPIRED" }] },
        }),
      PATIENTLY,
    );
    const position = async () => {
      const { fund: read } = await ask<{ fund: { position: number } }>(
        service,
        "query ($id: ID!) { fund(id: $id) { position } }",
        { id: fund.fundId },
      );
      return read.position;
    };
    await expect.poll(position, PATIENTLY).toBe(7);
  });
});
