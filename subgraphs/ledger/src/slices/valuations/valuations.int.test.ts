import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase, openSmallFund } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const CALCULATE = `mutation ($input: CalculateNavInput!) {
  calculateNav(input: $input) { id state netAssets { amount } checks { kind severity rows { subject found } } }
}`;
const PUBLISH = "mutation ($id: ID!) { publishNav(id: $id) { id state decidedBy { id } } }";
const RATES =
  "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count } }";
const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
const READ = `query ($fundId: ID!, $classId: ID!) {
  fund(id: $fundId) {
    valuations { nodes { id state } }
    valuation(date: "2026-09-30") { id state classes { code units navPerUnit } }
  }
  shareClass(id: $classId) { nav { navDate navPerUnit units } navs { nodes { navDate valuation { id } } } }
}`;

interface Calculated {
  readonly id: string;
  readonly state: string;
  readonly netAssets: { readonly amount: string } | null;
  readonly checks: readonly { readonly kind: string; readonly severity: string }[];
}

test("a NAV is calculated by one person, published once by another, and holds from then on", async () => {
  const tenantId = newId();
  const ann = signedIn("ann", { overrides: { tenantId } });
  const bob = signedIn("bob", { overrides: { tenantId } });
  const fund = await openSmallFund(graph.books, ann);
  const { fundId } = fund;
  for (const command of administerCommands(fundId)) {
    await graph.books.execute(ann, { bookId: fundId, command, key: undefined, content: null });
  }
  const { id: costs } = dataOf<{ readonly id: string }>(
    await graph.run(
      ann,
      `mutation { openAccount(input: { fundId: "${fundId}", code: "5300", name: "Audit", type: EXPENSE }) { id } }`,
    ),
    "openAccount",
  );
  const pay = (effectiveDate: string) =>
    graph.run(ann, POST, {
      input: {
        fundId,
        effectiveDate,
        description: "Audit",
        entries: [
          { accountId: costs, side: "DEBIT", amount: "10.00" },
          { accountId: fund.bank, side: "CREDIT", amount: "10.00" },
        ],
      },
    });
  expect(codeOf(await pay("2026-09-30"))).toBe("ok");

  const rate = { date: "2026-09-30", base: "EUR", quote: "USD", rate: "1.0800", source: "ECB" };
  expect(codeOf(await graph.run(ann, RATES, { input: { rates: [rate] } }))).toBe("ok");
  const input = { fundId, navDate: "2026-09-30" };
  const calculate = async (): Promise<Calculated> =>
    dataOf(await graph.run(ann, CALCULATE, { input }), "calculateNav");
  const preview = await calculate();
  expect(preview).toMatchObject({ state: "PREVIEW", netAssets: { amount: "-10.00" } });
  expect(preview.checks.map(({ kind }) => kind)).toEqual(["RESULT_UNALLOCATED"]);
  const { id } = preview;
  expect(codeOf(await graph.run(ann, PUBLISH, { id }))).toBe("NAV_SAME_PERSON");
  expect(codeOf(await pay("2026-09-30"))).toBe("ok");
  expect(codeOf(await graph.run(bob, PUBLISH, { id }))).toBe("NAV_INPUTS_CHANGED");

  const again = await calculate();
  const codes = await Promise.all(
    [bob, bob].map(async (who) => codeOf(await graph.run(who, PUBLISH, { id: again.id }))),
  );
  expect(new Set(codes)).toEqual(new Set(["NAV_PUBLISHED", "ok"]));
  expect(codeOf(await pay("2026-09-30"))).toBe("NAV_PUBLISHED");
  expect(codeOf(await pay("2026-10-01"))).toBe("ok");

  const found = await graph.run(ann, READ, { fundId, classId: CLASSES.a });
  expect(dataOf(found, "fund")).toEqual({
    valuations: {
      nodes: [
        { id: again.id, state: "PUBLISHED" },
        { id, state: "DISCARDED" },
      ],
    },
    valuation: {
      id: again.id,
      state: "PUBLISHED",
      classes: [
        { code: "A", units: "0.0000", navPerUnit: null },
        { code: "B", units: "0.0000", navPerUnit: null },
      ],
    },
  });
  expect(dataOf(found, "shareClass")).toEqual({
    nav: { navDate: "2026-09-30", navPerUnit: null, units: "0.0000" },
    navs: { nodes: [{ navDate: "2026-09-30", valuation: { id: again.id } }] },
  });
  expect((await verifyBook(database.pool, { tenantId, bookId: fundId })).sound).toBe(true);
});
