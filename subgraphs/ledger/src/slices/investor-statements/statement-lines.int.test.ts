import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { createLedgerDatabase, openSmallFund } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import type { BookCommand } from "../model.ts";
import { investor, order } from "../orders/order.fixture.ts";
import type { PlaceOrder } from "../orders/order.ts";

let database: TestDatabase;
let graph: LedgerGraph;

const now = new Date("2026-12-01T00:00:00.000Z");
const tenantId = newId();
const ann = signedIn("ann", { overrides: { tenantId, now } });
const bob = signedIn("bob", { overrides: { tenantId, now } });
let fundId = "";

async function give(command: BookCommand, bookId = fundId): Promise<void> {
  await graph.books.execute(ann, { bookId, command, key: undefined, content: null });
}

const place = (of: number, receivedAt: string, more: Partial<PlaceOrder>): Promise<void> =>
  give({ ...order(of, { fundId, receivedAt: new Date(receivedAt), ...more }), orderId: newId() });

async function publish(navDate: string): Promise<void> {
  const calculate = "mutation ($input: CalculateNavInput!) { calculateNav(input: $input) { id } }";
  const answer = await graph.run(ann, calculate, { input: { fundId, navDate } });
  const { id } = dataOf<{ readonly id: string }>(answer, "calculateNav");
  const text = "mutation ($id: ID!) { publishNav(id: $id) { state } }";
  dataOf(await graph.run(bob, text, { id }), "publishNav");
}

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  ({ fundId } = await openSmallFund(graph.books, ann));
  for (const command of administerCommands(fundId)) await give(command);
  const investors = [1, 2, 3, 4].map(investor);
  await give({ kind: "RegisterInvestors", investors }, tenantBookOf(tenantId));
  const rates = [{ date: "2026-09-30", base: "EUR", quote: "USD", rate: "1.1000", source: "ECB" }];
  const record =
    "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count } }";
  dataOf(await graph.run(ann, record, { input: { rates } }), "recordExchangeRates");
  await place(1, "2026-09-29T08:00:00.000Z", { amount: "1010.10" });
  await place(2, "2026-09-29T08:00:00.000Z", { amount: "2020.20" });
  await place(2, "2026-09-29T08:00:00.000Z", { amount: "500.00", classId: CLASSES.b });
  await publish("2026-09-30");
  const toInvestorId = investor(3).id;
  await place(1, "2026-10-01T08:00:00.000Z", { orderKind: "TRANSFER", units: "4", toInvestorId });
  await place(2, "2026-10-14T08:00:00.000Z", { orderKind: "REDEMPTION", units: "5" });
  // An account without units, whose order waits.
  await place(4, "2026-11-30T08:00:00.000Z", { amount: "100.00" });
  await publish("2026-10-15");
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const READ = `query ($fundId: ID!, $from: Date!, $to: Date!, $classId: ID, $first: Int, $after: Cursor) {
  fund(id: $fundId) {
    investorStatementLines(from: $from, to: $to, classId: $classId, first: $first, after: $after) {
      nodes {
        kind date description reason units balance price navDate amount { amount currency } charge { amount }
        account { id } investor { reference } shareClass { code } order { kind }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

interface Line {
  readonly kind: string;
  readonly date: string;
  readonly description: string | null;
  readonly reason: string | null;
  readonly units: string | null;
  readonly balance: string;
  readonly price: string | null;
  readonly amount: { readonly amount: string; readonly currency: string } | null;
  readonly charge: { readonly amount: string } | null;
  readonly investor: { readonly reference: string };
  readonly shareClass: { readonly code: string };
  readonly order: { readonly kind: string } | null;
}

interface Page {
  readonly nodes: readonly Line[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const OCTOBER = { from: "2026-10-01", to: "2026-10-31" };

const ask = (what: object) => graph.run(ann, READ, { fundId, ...OCTOBER, ...what });

async function read(what: object = {}): Promise<Page> {
  type Fund = { readonly investorStatementLines: Page };
  return dataOf<Fund>(await ask(what), "fund").investorStatementLines;
}

const spell = (line: Line): string =>
  [
    line.shareClass.code,
    line.investor.reference,
    line.kind,
    line.date.slice(5),
    line.order?.kind,
    line.units,
    "->",
    line.balance,
    line.price === null ? "" : `at ${line.price}`,
    line.amount === null ? "" : `= ${line.amount.amount} ${line.amount.currency}`,
    line.charge === null ? "" : `charge ${line.charge.amount}`,
    line.reason === null ? "" : `(${line.reason})`,
  ]
    .filter((part) => part !== null && part !== undefined && part !== "")
    .join(" ");

/** Accounts of a class stand in the order of their ids, which say nothing. */
const byAccount = (lines: readonly Line[]): string[] =>
  lines
    .map((line, index) => ({
      line,
      key: `${line.shareClass.code} ${line.investor.reference}`,
      index,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index))
    .map(({ line }) => spell(line));

test("each account has its opening, its movements and its closing, worth the last NAV", async () => {
  const { nodes, pageInfo } = await read();
  expect(pageInfo.hasNextPage).toBe(false);
  // On 30 September the classes had no units before, and so no NAV. On 15 October 3,000.00 less fees of 1.85 and
  // 0.12 make 99.9343, and 454.55 less 0.14 and 0.02 at 1.1000 make 99.9658.
  expect(byAccount(nodes)).toEqual([
    "A I-1 OPENING 09-30 -> 10.0000 (NO_NAV)",
    "A I-1 MOVEMENT 10-01 TRANSFER -4.0000 -> 6.0000",
    "A I-1 CLOSING 10-31 -> 6.0000 at 99.9343 = 599.61 EUR",
    "A I-2 OPENING 09-30 -> 20.0000 (NO_NAV)",
    "A I-2 MOVEMENT 10-15 REDEMPTION -5.0000 -> 15.0000 at 99.9343 = 499.67 EUR charge 2.50",
    "A I-2 CLOSING 10-31 -> 15.0000 at 99.9343 = 1499.01 EUR",
    "A I-3 OPENING 09-30 -> 0.0000 (NO_NAV)",
    "A I-3 MOVEMENT 10-01 TRANSFER 4.0000 -> 4.0000",
    "A I-3 CLOSING 10-31 -> 4.0000 at 99.9343 = 399.74 EUR",
    "B I-2 OPENING 09-30 -> 5.0000 (NO_NAV)",
    "B I-2 CLOSING 10-31 -> 5.0000 at 99.9658 = 499.83 USD",
  ]);
});

test("before the first NAV a statement has what was ordered, that no units are held, and why", async () => {
  const { nodes } = await read({ from: "2026-09-01", to: "2026-09-29" });
  expect(byAccount(nodes)).toEqual([
    "A I-1 OPENING 08-31 -> 0.0000 (NO_NAV)",
    "A I-1 ORDER 09-30 SUBSCRIPTION -> 0.0000 = 1010.10 EUR (WAITS_FOR_NAV)",
    "A I-1 CLOSING 09-29 -> 0.0000 (NO_NAV)",
    "A I-2 OPENING 08-31 -> 0.0000 (NO_NAV)",
    "A I-2 ORDER 09-30 SUBSCRIPTION -> 0.0000 = 2020.20 EUR (WAITS_FOR_NAV)",
    "A I-2 CLOSING 09-29 -> 0.0000 (NO_NAV)",
    "B I-2 OPENING 08-31 -> 0.0000 (NO_NAV)",
    "B I-2 ORDER 09-30 SUBSCRIPTION -> 0.0000 = 500.00 USD (WAITS_FOR_NAV)",
    "B I-2 CLOSING 09-29 -> 0.0000 (NO_NAV)",
  ]);
  expect(nodes[1]?.description).toMatch(/^Subscription of [125]0[12]0\.[12]0 EUR$/);
  const november = await read({ from: "2026-11-01", to: "2026-11-30" });
  const [, waiting] = november.nodes.filter(({ investor: { reference } }) => reference === "I-4");
  expect(waiting && spell(waiting)).toBe(
    "A I-4 ORDER 11-30 SUBSCRIPTION -> 0.0000 = 100.00 EUR (WAITS_FOR_NAV)",
  );
});

test("pages agree with each other whatever is recorded between them", async () => {
  const toInvestorId = investor(2).id;
  for (const first of [1, 2, 3]) {
    const { nodes } = await read();
    let page = await read({ first });
    const lines = [...page.nodes];
    const transfer = { orderKind: "TRANSFER", units: "1", toInvestorId } as const;
    await place(1, "2026-10-02T08:00:00.000Z", transfer);
    while (page.pageInfo.hasNextPage) {
      page = await read({ first, after: page.pageInfo.endCursor });
      lines.push(...page.nodes);
    }
    expect(lines).toEqual(nodes);
  }
});

test("what cannot be read is refused", async () => {
  expect(codeOf(await ask({ from: "2026-11-01" }))).toBe("INVALID_INPUT");
  expect(codeOf(await ask({ after: "bm90aGluZw" }))).toBe("INVALID_INPUT");
  expect(codeOf(await ask({ classId: newId() }))).toBe("SHARE_CLASS_NOT_FOUND");
  expect(codeOf(await ask({ classId: CLASSES.b }))).toBe("ok");
});
