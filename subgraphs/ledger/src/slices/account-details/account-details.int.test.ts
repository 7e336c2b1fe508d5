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
