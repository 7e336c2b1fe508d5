import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  openFund,
  openService,
  POST,
  posting,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
let fund: OpenedFund;

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
});
afterAll(() => service.close());

const MONTH_END = `query ($id: ID!) { fund(id: $id) {
  monthEnd(day: "2026-06-30") { isDone checks { kind open } } } }`;

async function openOf(): Promise<object> {
  const { fund: found } = await ask<{
    fund: { monthEnd: { isDone: boolean; checks: { kind: string; open: number }[] } };
  }>(service, MONTH_END, { id: fund.fundId });
  const { isDone, checks } = found.monthEnd;
  const open = Object.fromEntries(checks.map(({ kind, open: count }) => [kind, count]));
  return { ...open, isDone };
}

test("a month is done when nothing waits and its days are closed", async () => {
  const { fundId, bank } = fund;
  await ask(service, POST, posting(fund));
  const classify = `mutation ($input: ClassifyAccountInput!) { classifyAccount(input: $input) { class } }`;
  await ask(service, classify, { input: { accountId: bank, class: "SUSPENSE" } });
  const limit = `mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { per } }`;
  const hold = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { id } }`;
  await ask(service, hold, { input: { accountId: bank, amount: "1.00", description: "Reserved" } });
  await ask(service, limit, { input: { fundId, currency: "EUR", amount: "5.00" } });
  await fetch(`${service.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: POST, variables: posting(fund, "6.00") }),
  });
  expect(await openOf()).toEqual({
    STATEMENT_LINES: 0,
    WAITING_PROPOSALS: 1,
    OPEN_HOLDS: 1,
    SUSPENSE_BALANCES: 1,
    OPEN_DAYS: 30,
    isDone: false,
  });
  const close = "mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }";
  await ask(service, close, { input: { fundId, from: "2026-06-16", to: "2026-06-30" } });
  await ask(service, classify, { input: { accountId: bank, class: "CURRENT" } });
  expect(await openOf()).toMatchObject({ SUSPENSE_BALANCES: 0, OPEN_DAYS: 15, isDone: false });
});
