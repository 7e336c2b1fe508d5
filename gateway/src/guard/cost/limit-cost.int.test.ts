import { testContext } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../../service.fixture.ts";
import { STANDARD_COST_POLICY } from "./limit-cost.ts";

const policy = { ...STANDARD_COST_POLICY, perOperation: 100 };
const LIST = `query ($n: Int!) { funds(first: $n) { name insight } }`;

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({ cost: policy });
});
afterAll(async () => gateway.close());

describe("the cost of an operation", () => {
  it("is reported as estimated and counted, per subgraph too, when it has run", async () => {
    const { data, extensions } = await gateway.run(LIST, { variables: { n: 4 } });
    expect(data).toHaveProperty("funds.3.insight", "Insight 4");
    // One call of `funds` and four of `insight` at 5 points each; at the ledger the four objects weigh more than the call.
    expect(extensions).toEqual({
      cost: {
        estimated: 21,
        actual: 21,
        limit: 100,
        subgraphs: {
          ledger: { estimated: 4, actual: 4 },
          analytics: { estimated: 20, actual: 20 },
        },
      },
    });
  });

  it("is reported for each event when a subscription runs over a WebSocket", async () => {
    const client = gateway.connect();
    const query = await client.iterate({ query: LIST, variables: { n: 2 } }).next();
    expect(query.value).toMatchObject({ extensions: { cost: { estimated: 11, actual: 11 } } });
    const events = client.iterate({ query: `subscription { fundChanged { insight } }` });
    const first = events.next();
    await eventually(() => gateway.subgraphs.ledger.subscriptions).toBe(1);
    gateway.subgraphs.ledger.change("1");
    expect((await first).value).toMatchObject({
      extensions: { cost: { estimated: 6, actual: 6 } },
    });
    await client.dispose();
  });
});

describe("an operation above the limit", () => {
  it("is refused with its estimate before a subgraph is called when the mode is enforce", async () => {
    const before = gateway.subgraphs.ledger.requests.length;
    const { status, errors } = await gateway.run(LIST, { variables: { n: 50 } });
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: "COST_LIMIT_EXCEEDED",
      cost: { estimated: 251, limit: 100 },
    });
    const client = gateway.connect();
    await expect(
      client.iterate({ query: LIST, variables: { n: 50 } }).next(),
    ).rejects.toMatchObject([{ extensions: { code: "COST_LIMIT_EXCEEDED" } }]);
    await client.dispose();
    expect(gateway.subgraphs.ledger.requests.length).toBe(before);
  });

  it("runs when the mode is measure", async () => {
    const measuring = await openService({ cost: { ...policy, mode: "measure" } });
    const { errors, extensions } = await measuring.run(LIST, { variables: { n: 50 } });
    expect(errors?.map((error) => error.extensions["code"])).toEqual(["INSUFFICIENT_DATA"]);
    expect(extensions).toMatchObject({ cost: { estimated: 251, limit: 100 } });
    await measuring.close();
  });

  it("runs when the client has a higher limit of its own", async () => {
    const generous = await openService({ cost: { ...policy, perClient: { demo: 300 } } });
    const { data, extensions } = await generous.run(LIST, { variables: { n: 50 } });
    expect(data).toHaveProperty("funds.49.name", "Fund 50");
    expect(extensions).toMatchObject({ cost: { limit: 300 } });
    await generous.close();
  });

  it("is refused above the limit when the client has the name of something that every object inherits", async () => {
    const named = testContext({ actor: "constructor" });
    const strict = await openService({ cost: policy, contextOf: () => named });
    const { status, errors } = await strict.run(LIST, { variables: { n: 50 } });
    expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["COST_LIMIT_EXCEEDED"]);
    expect(status).toBe(400);
    await strict.close();
  });
});

it("answers without a subgraph when its share is above its limit", async () => {
  const split = await openService({ cost: { ...policy, perSubgraph: { analytics: 15 } } });
  const { status, data, errors } = await split.run(
    `{ funds(first: 4) { name insight metrics { value } } }`,
  );
  expect(status).toBe(200);
  expect(data).toHaveProperty("funds.3", { name: "Fund 4", insight: null, metrics: { value: 41 } });
  expect(errors).toHaveLength(4);
  expect(errors?.[0]).toMatchObject({
    path: ["funds", 0, "insight"],
    extensions: { code: "COST_LIMIT_EXCEEDED", service: "analytics" },
  });
  expect(split.subgraphs.analytics.requests).toHaveLength(0);
  await split.close();
});
