import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSmallGateway, type SmallGateway } from "../../small-gateway.fixture.ts";
import { STANDARD_COST_POLICY } from "./cost-policy.ts";

const policy = { ...STANDARD_COST_POLICY, perOperation: 100 };
const LIST = `query ($n: Int!) { funds(first: $n) { name insight } }`;

let gateway: SmallGateway;
beforeAll(async () => {
  gateway = await startSmallGateway({ cost: policy });
});
afterAll(async () => gateway.close());

describe("what an operation costs", () => {
  it("is told before and after it ran, per subgraph too", async () => {
    const { data, extensions } = await gateway.ask(LIST, { variables: { n: 4 } });
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

  it("is told over a WebSocket as well, for each event of a subscription", async () => {
    const client = gateway.connect();
    const query = await client.iterate({ query: LIST, variables: { n: 2 } }).next();
    expect(query.value).toMatchObject({ extensions: { cost: { estimated: 11, actual: 11 } } });
    const events = client.iterate({ query: `subscription { fundChanged { insight } }` });
    const first = events.next();
    await expect.poll(() => gateway.subgraphs.ledger.subscriptions).toBe(1);
    gateway.subgraphs.ledger.change("1");
    expect((await first).value).toMatchObject({
      extensions: { cost: { estimated: 6, actual: 6 } },
    });
    await client.dispose();
  });
});

describe("an operation above the ceiling", () => {
  it("is refused with its estimate, and no subgraph is asked", async () => {
    const before = gateway.subgraphs.ledger.requests.length;
    const { status, errors } = await gateway.ask(LIST, { variables: { n: 50 } });
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

  it("runs while costs are only measured", async () => {
    const measuring = await startSmallGateway({ cost: { ...policy, mode: "measure" } });
    const { errors, extensions } = await measuring.ask(LIST, { variables: { n: 50 } });
    expect(errors?.map((error) => error.extensions["code"])).toEqual(["INSUFFICIENT_DATA"]);
    expect(extensions).toMatchObject({ cost: { estimated: 251, limit: 100 } });
    await measuring.close();
  });

  it("runs for a client with a ceiling of its own", async () => {
    const generous = await startSmallGateway({ cost: { ...policy, perClient: { demo: 300 } } });
    const { data, extensions } = await generous.ask(LIST, { variables: { n: 50 } });
    expect(data).toHaveProperty("funds.49.name", "Fund 50");
    expect(extensions).toMatchObject({ cost: { limit: 300 } });
    await generous.close();
  });
});

it("leaves a subgraph out that would cost too much, and answers the rest", async () => {
  const split = await startSmallGateway({ cost: { ...policy, perSubgraph: { analytics: 15 } } });
  const { status, data, errors } = await split.ask(
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
