import { Trace } from "@apollo/usage-reporting-protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenService } from "../service.fixture.ts";
import { openExplainingGateway } from "./explaining-gateway.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openExplainingGateway();
});
afterAll(() => gateway.close());

const QUERY = `{ funds(first: 2) { title: name metrics { value } insight } }`;
const TRACED = { "apollo-federation-include-trace": "ftv1" };
const SCOPED = { "x-scopes": "admin" };

const traceIn = (extensions: unknown): Trace => {
  const { ftv1 } = extensions as { ftv1: string };
  return Trace.decode(Buffer.from(ftv1, "base64"));
};

/** The fields of a subgraph's trace with their times, as `path: Parent.field Type`. */
function fieldsOf(node: Trace.INode | null | undefined, path = ""): string[] {
  const { responseName, originalFieldName, index, parentType, type, child = [] } = node ?? {};
  const key = responseName || (path === "" ? "" : String(index ?? 0));
  const at = path === "" ? key : `${path}.${key}`;
  const own = type ? [`${at}: ${parentType}.${originalFieldName || responseName} ${type}`] : [];
  return [...own, ...(child ?? []).flatMap((one) => fieldsOf(one, at || "-"))];
}

describe("the trace of an operation", () => {
  it("has its plan, and the fields of each subgraph, for callers with the scope who ask for it", async () => {
    const { data, extensions } = await gateway.run(QUERY, { headers: { ...TRACED, ...SCOPED } });
    expect(data).toHaveProperty("funds.0.metrics.value", 11);
    const trace = traceIn(extensions);
    const { durationNs, startTime, endTime, queryPlan } = trace;
    expect(durationNs).toBeGreaterThan(0);
    expect(Number(startTime?.seconds)).toBeGreaterThan(1_700_000_000);
    expect(Number(endTime?.seconds)).toBeGreaterThanOrEqual(Number(startTime?.seconds));
    const [first, others] = queryPlan?.sequence?.nodes ?? [];
    expect(first?.fetch).toMatchObject({ serviceName: "ledger", traceParsingFailed: false });
    expect(Number(first?.fetch?.sentTimeOffset)).toBeLessThanOrEqual(durationNs);
    expect(fieldsOf(first?.fetch?.trace?.root)).toEqual(
      expect.arrayContaining([
        "-.funds: Query.funds [Fund!]!",
        "-.funds.0.title: Fund.name String!",
        "-.funds.1.title: Fund.name String!",
      ]),
    );
    const flattened = (others?.parallel?.nodes ?? []).map(({ flatten }) => flatten);
    expect(flattened.map((one) => one?.responsePath?.map(({ fieldName }) => fieldName))).toEqual([
      ["funds", "@"],
      ["funds", "@"],
    ]);
    const fetched = flattened.map((one) => one?.node?.fetch);
    const services = new Set(fetched.map((one) => one?.serviceName));
    expect(services).toEqual(new Set(["analytics", "metrics"]));
    const metrics = fetched.find((one) => one?.serviceName === "metrics");
    expect(fieldsOf(metrics?.trace?.root)).toContain("-._entities.1.metrics: Fund.metrics Metrics");
  });

  it("marks the field that failed, without the text of the error", async () => {
    const { errors, extensions } = await gateway.run(`{ fund(id: "1") { name } broken }`, {
      headers: { ...TRACED, ...SCOPED },
    });
    expect(errors).toBeDefined();
    const { root } = traceIn(extensions).queryPlan?.fetch?.trace ?? {};
    const broken = root?.child?.find(({ responseName }) => responseName === "broken");
    expect(broken?.error?.map(({ message }) => message)).toEqual(["<masked>"]);
    expect(JSON.stringify(root)).not.toContain("secret detail");
  });

  it("is absent for callers without the scope, and where it is not asked for", async () => {
    for (const headers of [TRACED, SCOPED, { ...SCOPED, "apollo-federation-include-trace": "x" }]) {
      const { data, extensions } = await gateway.run(QUERY, { headers: { ...headers } });
      expect(data).toHaveProperty("funds.0.insight");
      expect(extensions).toBeUndefined();
    }
  });

  it("comes over a socket, and with server-sent events", async () => {
    const socket = gateway.connect({ ...TRACED, ...SCOPED });
    const { value } = await socket.iterate({ query: QUERY }).next();
    expect(
      traceIn((value as { extensions: unknown }).extensions).queryPlan?.sequence,
    ).toBeDefined();
    await socket.dispose();
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        ...TRACED,
        ...SCOPED,
      },
      body: JSON.stringify({ query: `{ fund(id: "1") { name ... @defer { insight } } }` }),
    });
    const events = (await response.text()).split("\n\n").filter((text) => text.includes("data: {"));
    const last = JSON.parse(events.at(-1)?.split("data: ")[1] ?? "") as { extensions: unknown };
    expect(traceIn(last.extensions).queryPlan?.defer?.deferred).toHaveLength(1);
  });
});
