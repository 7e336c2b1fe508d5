import { createLogger } from "@allfunds/platform/logging";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../service.fixture.ts";
import { startSmallSubgraph, type SmallSubgraph } from "../small-subgraphs.fixture.ts";
import { SubgraphHttp } from "./subgraph-http.ts";
import { SubgraphUpstreams } from "./subgraph-upstreams.ts";
import { STANDARD_SUBGRAPH_POLICY } from "./traffic-policy.ts";
import type { CallContext } from "./subgraph-request.ts";

let ledger: SmallSubgraph;
const upstreams = new SubgraphUpstreams(
  () => ({ ...STANDARD_SUBGRAPH_POLICY, queryTimeoutMs: 60_000 }),
  createLogger("gateway", "silent"),
);
const http = new SubgraphHttp(upstreams);
beforeAll(async () => {
  ledger = await startSmallSubgraph("ledger");
});
afterAll(async () => {
  await upstreams.close();
  await ledger.close();
});

const callOf = (authorization: string, notBefore = 0): CallContext => ({
  traceId: "",
  headers: { authorization, traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` },
  signal: undefined,
  arrivedAt: 0,
  notBefore,
});
const send = async (call: CallContext, query = "{ held }") =>
  http.send({ name: "ledger", url: `${ledger.origin}/graphql` }, { query, variables: {} }, call);

it("sends equal queries under way once for each caller, and answers each", async () => {
  const before = ledger.requests.length;
  ledger.gate.close();
  const answers = ["Bearer one", "Bearer other"].flatMap((token) =>
    Array.from({ length: 20 }, async () => send(callOf(token))),
  );
  await eventually(() => ledger.requests.length - before).toBe(2);
  ledger.gate.open();
  const all = await Promise.all(answers);
  expect(all.map(({ data }) => data)).toEqual(all.map(() => ({ held: true })));
  // Each has its own, because merging changes it.
  expect(new Set(all.map(({ data }) => data)).size).toBe(40);
  expect(ledger.requests.length - before).toBe(2);
});

it("sends a query again after a mutation, and for an event that came later", async () => {
  const before = ledger.requests.length;
  ledger.gate.close();
  const first = send(callOf("Bearer one"));
  await eventually(() => ledger.requests.length - before).toBe(1);
  const later = send(callOf("Bearer one", performance.now()));
  await eventually(() => ledger.requests.length - before).toBe(2);
  await send(callOf("Bearer one"), "mutation { refuse { id } }");
  const written = send(callOf("Bearer one"));
  await eventually(() => ledger.requests.length - before).toBe(4);
  ledger.gate.open();
  expect(await Promise.all([first, later, written])).toHaveLength(3);
});
