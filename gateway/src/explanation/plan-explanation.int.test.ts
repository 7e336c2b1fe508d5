import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenService } from "../service.fixture.ts";
import { openExplainingGateway } from "./explaining-gateway.fixture.ts";
import type { PlanExtension } from "./plan-explanation.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openExplainingGateway();
});
afterAll(() => gateway.close());

const QUERY = `{ funds(first: 2) { name metrics { value } insight } }`;
const ask = (headers: Record<string, string>) =>
  gateway.post({ query: QUERY, extensions: { explainPlan: true } }, headers);

describe("the plan of an operation", () => {
  it("is an extension with each fetch, for callers with the scope who ask for it", async () => {
    const { data, extensions } = await ask({ "x-scopes": "admin" });
    expect(data).toHaveProperty("funds.0.metrics.value", 11);
    const { plan, fetches, totalMs } = (extensions ?? {})["plan"] as PlanExtension;
    expect(plan).toEqual({
      kind: "Sequence",
      parts: [
        { kind: "Fetch", service: "ledger" },
        {
          kind: "Parallel",
          parts: expect.arrayContaining([
            {
              kind: "Flatten",
              path: ["funds", "@"],
              parts: [{ kind: "Fetch", service: "metrics" }],
            },
          ]) as unknown,
        },
      ],
    });
    const [first, ...others] = fetches;
    expect(first).toMatchObject({ service: "ledger", path: [], cacheHits: 0, errors: 0 });
    expect(first?.operation).toContain("funds");
    expect(Object.fromEntries(others.map(({ service, entities }) => [service, entities]))).toEqual({
      analytics: 2,
      metrics: 2,
    });
    expect(fetches.every(({ startMs, durationMs }) => startMs + durationMs <= totalMs + 1)).toBe(
      true,
    );
  });

  it("is refused to others, and absent where it is not asked for", async () => {
    expect(await ask({})).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    expect((await gateway.run(QUERY)).extensions).toBeUndefined();
  });

  it("comes with the last part of a deferred answer, and over WebSocket", async () => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        "x-scopes": "admin",
      },
      body: JSON.stringify({
        query: `{ fund(id: "1") { name ... @defer { insight } } }`,
        extensions: { explainPlan: true },
      }),
    });
    const events = (await response.text()).split("\n\n").filter((text) => text.includes("data: {"));
    expect(events.map((text) => text.includes('"plan":{"plan":{"kind":"Defer"'))).toEqual([
      false,
      true,
    ]);
    const socket = gateway.connect({ "x-scopes": "admin" });
    const { value } = await socket
      .iterate({ query: QUERY, extensions: { explainPlan: true } })
      .next();
    expect(value).toHaveProperty("extensions.plan.fetches.0.service", "ledger");
    await socket.dispose();
  });
});
