import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tenantBookOf } from "../engine/log-sql.ts";
import { codeOf, dataOf, openGraph, signedIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import { openEarlierRows } from "./earlier-rows.fixture.ts";
import { exportBook } from "./export-book.ts";
import { Sealer, verify, type LoggedEvent } from "./offline-log.fixture.ts";
import { verifyBook } from "./verify-book.ts";

// Written by the version that did not record who owns the API client that decided. Two postings and an order wait for
// two approvers; one of the postings and the order were approved by `robot`, a client of bob's, the other one by bob.
// `robot` approved and rejected one more each, and boss's client published a NAV that ann had calculated.
const ROWS = new URL("./earlier-approvals.ndjson", import.meta.url);
const TENANT = "018f0000-0000-7000-8000-00000000bbbb";
/** The newest step of the schema that it had. */
const NEWEST_STEP = "0180-expand-order-approvers";

let database: TestDatabase;
let graph: LedgerGraph;
let fundId: string;

const as = (name: string, owner?: string) =>
  signedIn(name, {
    overrides: { tenantId: TENANT, now: new Date("2026-10-14T09:00:00.000Z") },
    ...(owner === undefined ? {} : { kind: "client", clientId: name, owner }),
  });

beforeAll(async () => {
  database = await openEarlierRows(ROWS, NEWEST_STEP);
  graph = await openGraph(database);
  fundId = await idOf("fund");
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

async function idOf(table: "fund" | "investor_order"): Promise<string> {
  const text = `SELECT id FROM ${table} WHERE tenant_id = $1`;
  const { rows } = await graph.reads.query<{ id: string }>(text, [TENANT]);
  return rows[0]?.id ?? "";
}

async function exported(bookId: string): Promise<string> {
  const parts: string[] = [];
  await exportBook(database.pool, { tenantId: TENANT, bookId }, (text) =>
    Promise.resolve(void parts.push(text)),
  );
  return parts.join("");
}

/** What the offline verification finds in the fund's book after other members were put into payloads. */
async function foundWith(
  changes: readonly (readonly [type: string, actor: string, members: object])[],
): Promise<string> {
  const [own, tenants] = await Promise.all([fundId, tenantBookOf(TENANT)].map(exported));
  const [, ...lines] = (own ?? "").trimEnd().split("\n");
  const events = lines.map((line) => {
    const {
      position: _place,
      hash: _hash,
      ...event
    } = JSON.parse(line) as LoggedEvent & {
      readonly position: number;
      readonly hash: string;
    };
    return event;
  });
  const forged = [...events];
  for (const [type, actor, members] of changes) {
    const at = events.findIndex((event) => event.type === type && event.actor === actor);
    const event = forged[at];
    if (event === undefined) throw new Error(`there is no ${type} by ${actor}`);
    forged[at] = { ...event, payload: { ...event.payload, ...members } };
  }
  const verdict = verify(new Sealer({ tenantId: TENANT, bookId: fundId }, forged).text, tenants);
  const [kind, position] = verdict.split(" ");
  return position === undefined ? verdict : `${kind} ${forged[Number(position) - 1]?.type}`;
}

/** What is found in both of its books, in the database and offline. */
async function found(): Promise<unknown[]> {
  const inDatabase = [fundId, tenantBookOf(TENANT)].map((bookId) =>
    verifyBook(database.pool, { tenantId: TENANT, bookId }),
  );
  return [...(await Promise.all(inDatabase)), await foundWith([])];
}
const SOUND = [{ sound: true }, { sound: true }, "sound"];

test("its books replay to the rows and the digest that they have", async () => {
  expect(await found()).toMatchObject(SOUND);
});

test("what waits in them is approved by another person, and not again by the same one", async () => {
  const list = "{ proposals(status: WAITING) { nodes { id totals { amount { amount } } } } }";
  const { nodes } = dataOf<{
    nodes: { id: string; totals: { amount: { amount: string } }[] }[];
  }>(await graph.run(as("bob"), list), "proposals");
  const waiting = (amount: string) =>
    nodes.find(({ totals }) => totals[0]?.amount.amount === amount)?.id;
  const approve = async (id: string | undefined, by: ReturnType<typeof as>): Promise<string> => {
    const text = "mutation ($id: ID!) { approveProposal(id: $id) { status } }";
    const answer = await graph.run(by, text, { id });
    const code = codeOf(answer);
    return code === "ok" ? dataOf<{ status: string }>(answer, "approveProposal").status : code;
  };
  const [byClient, byPerson] = [waiting("5000.01"), waiting("5000.02")];
  expect(await approve(byClient, as("robot", "bob"))).toBe("FORBIDDEN");
  expect(await approve(byClient, as("cem-robot", "cem"))).toBe("APPROVED");
  expect(await approve(byPerson, as("robot", "bob"))).toBe("FORBIDDEN");
  expect(await approve(byPerson, as("cem"))).toBe("APPROVED");
  const orderId = await idOf("investor_order");
  const order = "mutation ($orderId: ID!) { approveOrder(orderId: $orderId) { state } }";
  expect(codeOf(await graph.run(as("robot", "bob"), order, { orderId }))).toBe("FORBIDDEN");
  expect(codeOf(await graph.run(as("cem"), order, { orderId }))).toBe("ok");
  expect(await found()).toMatchObject(SOUND);
});

/** The order as the clients `robot`, of `first`, and `cem` approved it: a person where no owner is given. */
const ofOrder = (first: string, second: string | undefined) =>
  [
    ["OrderApprovalGiven", "robot", { deciderOwner: first }],
    ["OrderApprovalRefused", "robot", { deciderOwner: first }],
    ["OrderApproved", "cem", second === undefined ? {} : { deciderOwner: second }],
  ] as const;

test.each([
  [
    "a NAV published by the client of who calculated it",
    "NAV NavPublished",
    [["NavPublished", "nav-bot", { deciderOwner: "ann" }]],
  ],
  [
    "an order approved by the client of who placed it",
    "ORDER OrderApprovalGiven",
    [["OrderApprovalGiven", "robot", { deciderOwner: "ann" }]],
  ],
  [
    "an order approved by a person after their client",
    "ORDER OrderApproved",
    ofOrder("cem", undefined),
  ],
  ["an order approved by two clients of one person", "ORDER OrderApproved", ofOrder("dan", "dan")],
  ["an order approved by the clients of two people", "sound", ofOrder("dan", "eva")],
  [
    "an approval of an order refused to the client of one who gave none",
    "ORDER OrderApprovalRefused",
    [["OrderApprovalGiven", "robot", { deciderOwner: "eva" }]],
  ],
] as const)("a log with %s is %s to the offline verification", async (_what, expected, changes) => {
  expect(await foundWith(changes)).toBe(expected);
});
