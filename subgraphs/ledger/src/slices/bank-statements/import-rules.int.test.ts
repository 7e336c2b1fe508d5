import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { codeOf, dataOf, openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const SET = `mutation ($input: SetImportRulesInput!) { setImportRules(input: $input) {
  importRules { version csv rules { contains direction accountId } note setBy { id } }
  importRulesHistory(first: 1) { nodes { version } pageInfo { hasNextPage } } } }`;
const PREVIEW = `query ($input: ImportStatementInput!) {
  previewStatement(input: $input) { lines { description contraAccountId } } }`;
const CSV = "Day;What;Sum\n2026-03-13;Rent of March;-500.00\n2026-03-14;Other;-1.00";

const run = (text: string, input: object) => graph.run(fund.context, text, { input });

it("rules are kept by version, and decide imports that name none", async () => {
  const rule = { contains: ["rent"], direction: "OUT", accountId: fund.capital };
  const csv = { date: "Day", description: "What", amount: "Sum" };
  const input = { accountId: fund.bank, replaces: 0, csv, rules: [rule], note: "First" };
  expect(dataOf(await run(SET, input), "setImportRules")).toMatchObject({
    importRules: { version: 1, csv, rules: [rule], note: "First" },
  });
  expect(codeOf(await run(SET, input))).toBe("VERSION_CONFLICT");
  const itself = { ...rule, accountId: fund.bank };
  expect(codeOf(await run(SET, { ...input, replaces: 1, rules: [itself] }))).toBe("INVALID_INPUT");

  const preview = async (more: object): Promise<object> =>
    dataOf(await run(PREVIEW, { accountId: fund.bank, content: CSV, ...more }), "previewStatement");
  const [rent, other] = ["Rent of March", "Other"];
  expect(await preview({})).toEqual({
    lines: [
      { description: rent, contraAccountId: fund.capital },
      { description: other, contraAccountId: null },
    ],
  });
  expect(await preview({ rules: [] })).toEqual({
    lines: [rent, other].map((description) => ({ description, contraAccountId: null })),
  });

  const second = { ...input, replaces: 1, rules: [], paymentsAccountId: fund.capital };
  expect(dataOf(await run(SET, second), "setImportRules")).toMatchObject({
    importRules: { version: 2, rules: [] },
    importRulesHistory: { nodes: [{ version: 2 }], pageInfo: { hasNextPage: true } },
  });
  expect(await preview({})).toEqual({
    lines: [rent, other].map((description) => ({ description, contraAccountId: fund.capital })),
  });
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});
