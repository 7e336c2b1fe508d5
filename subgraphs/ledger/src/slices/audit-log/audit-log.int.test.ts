import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { advance } from "../../projections/advance.ts";
import { rebuild } from "../../projections/rebuild.ts";
import { ACTOR_BLOCKS } from "./actor-blocks.ts";
import { codeOf, openGraph, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
const tenantId = newId();

const at = (minute: number): Date => new Date(Date.UTC(2026, 5, 30, 12, minute));
const ann = (minute: number): RequestContext =>
  signedIn("ann", {
    overrides: { tenantId, now: at(minute), clientAddress: "192.0.2.7", traceId: "ab".repeat(16) },
  });
const robot = (minute: number): RequestContext =>
  signedIn("robot", {
    kind: "client",
    clientId: "robot",
    acr: undefined,
    amr: [],
    overrides: { tenantId, now: at(minute) },
  });
const auditor = signedIn("auditor", {
  overrides: { tenantId, scopes: ["ledger:read", "audit:read"] },
});

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann(0));
  for (let minute = 1; minute <= 20; minute += 1) {
    await graph.books.execute(minute % 4 === 0 ? robot(minute) : ann(minute), payIn(fund, "1.00"));
  }
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

interface AuditLog {
  readonly nodes: readonly { readonly position: number; readonly by: object }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

async function readAuditLog(filter: object, by = auditor): Promise<AuditLog> {
  const { data, errors } = await graph.run(
    by,
    `query ($fundId: ID, $actor: String, $from: DateTime, $to: DateTime, $first: Int, $after: Cursor) {
      ledgerTrail(fundId: $fundId, actor: $actor, from: $from, to: $to, first: $first, after: $after) {
        nodes { position type recordedAt payload fund { id } by { actor who { id } clientId acr factors address traceId } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    filter,
  );
  expect(errors).toBeUndefined();
  return data?.["ledgerTrail"] as AuditLog;
}

const positions = ({ nodes }: AuditLog): number[] => nodes.map(({ position }) => position);

test("the audit log names who did what, when, from where and with which factors", async () => {
  const { nodes } = await readAuditLog({ fundId: fund.fundId, first: 2 });
  expect(nodes).toMatchObject([
    {
      position: 23,
      type: "TransactionPosted",
      recordedAt: at(20).toISOString(),
      payload: { description: "Paid in" },
      fund: { id: fund.fundId },
      by: {
        actor: "robot",
        who: { id: "robot" },
        clientId: "robot",
        acr: null,
        factors: [],
        address: null,
      },
    },
    {
      position: 22,
      by: {
        actor: "ann",
        clientId: "web",
        acr: "mfa",
        factors: ["pwd", "otp"],
        address: "192.0.2.7",
        traceId: "ab".repeat(16),
      },
    },
  ]);
});

test.each([
  ["from", { from: at(18).toISOString() }, [23, 22, 21]],
  ["to", { to: at(1).toISOString() }, [4, 3, 2, 1]],
  ["both", { from: at(2).toISOString(), to: at(3).toISOString() }, [6, 5]],
  ["before everything", { to: at(-1).toISOString() }, []],
  ["after everything", { from: at(21).toISOString() }, []],
  ["an actor", { actor: "robot" }, [23, 19, 15, 11, 7]],
  [
    "an actor in a time",
    { actor: "robot", from: at(5).toISOString(), to: at(12).toISOString() },
    [15, 11],
  ],
])("the audit log can be filtered by %s", async (_name, filter, wanted) => {
  expect(positions(await readAuditLog({ fundId: fund.fundId, ...filter }))).toEqual(wanted);
});

test("pages of the audit log join without a gap", async () => {
  const found: number[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await readAuditLog({ fundId: fund.fundId, first: 5, after });
    found.push(...positions(page));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(found).toEqual(Array.from({ length: 23 }, (_, index) => 23 - index));
});

test("what a tenant decides for all its funds has an audit log of its own", async () => {
  expect(positions(await readAuditLog({}))).toEqual([]);
  const boss = signedIn("boss", { overrides: { tenantId } });
  await graph.run(
    boss,
    'mutation { setApprovalLimit(input: { currency: "EUR", amount: "9.00" }) { amount } }',
  );
  expect((await readAuditLog({})).nodes).toMatchObject([
    { position: 1, type: "ApprovalLimitSet", fund: null, by: { actor: "boss", acr: "mfa" } },
  ]);
  await graph.run(boss, 'mutation { setApprovalLimit(input: { currency: "EUR" }) { amount } }');
});

test("a transaction shows auditors, and no other caller, who posted it", async () => {
  const transactionId = newId();
  await graph.books.execute(ann(30), payIn(fund, "1.00", { transactionId }));
  const text = `{ transaction(id: "${transactionId}") { postedBy { actor who { id } clientId address } } }`;
  expect(await graph.run(auditor, text)).toMatchObject({
    data: {
      transaction: {
        postedBy: { actor: "ann", who: { id: "ann" }, clientId: "web", address: "192.0.2.7" },
      },
    },
  });
  const reader = signedIn("reader", { overrides: { tenantId, scopes: ["ledger:read"] } });
  expect(codeOf(await graph.run(reader, text))).toBe("FORBIDDEN");
  expect(codeOf(await graph.run(reader, "{ ledgerTrail { nodes { position } } }"))).toBe(
    "FORBIDDEN",
  );
  const mine = signedIn("auditor", { funds: [newId()], overrides: { tenantId } });
  const other = `{ ledgerTrail(fundId: "${fund.fundId}") { nodes { position } } }`;
  expect(codeOf(await graph.run(mine, other))).toBe("FUND_NOT_FOUND");
});

test("pages of one actor are the same from blocks, from the log behind them, and from both", async () => {
  const many = await openSmallFund(graph.books, ann(40));
  const book = { tenantId, bookId: many.fundId };
  const actors = ["ann", "robot", "rare"];
  const turns = Array.from({ length: 300 }, (_, n) =>
    n % 97 === 5 ? 2 : (n * 7) % 5 === 0 ? 1 : 0,
  );
  const post = (turn: number) =>
    graph.books.execute(
      signedIn(actors[turn] ?? "", { overrides: { tenantId, now: at(41) } }),
      payIn(many, "1.00"),
    );
  for (const turn of turns) await post(turn);
  const { nodes } = await readAuditLog({ fundId: many.fundId, first: 100 });
  const opened = nodes[0]?.position ?? 0;
  const first = opened - turns.length + 1;
  const placesOf = (actor: number) =>
    Array.from(turns, (_, n) => turns.length - 1 - n)
      .filter((n) => turns[n] === actor)
      .map((n) => first + n);
  const pagesOf = async (actor: string, size: number): Promise<number[]> => {
    const found: number[] = [];
    for (let after: string | undefined; ;) {
      const filter = { fundId: many.fundId, actor, first: size, after };
      const page = await readAuditLog(filter);
      found.push(...positions(page).filter((position) => position >= first));
      if (!page.pageInfo.hasNextPage) return found;
      after = page.pageInfo.endCursor;
    }
  };
  const check = async (): Promise<void> => {
    for (const [actor, name] of actors.entries()) {
      for (const size of [3, 64, 100]) expect(await pagesOf(name, size)).toEqual(placesOf(actor));
    }
    expect(await pagesOf("nobody", 3)).toEqual([]);
  };
  await check();
  while (!(await advance(database.pool, book, ACTOR_BLOCKS)).done);
  const { position } = await advance(database.pool, book, ACTOR_BLOCKS);
  // The last block is not full, and stays to be read from the log.
  expect(position).toBe(opened - (opened % 64));
  await check();
  await rebuild(database.pool, book, ACTOR_BLOCKS);
  await check();
});
