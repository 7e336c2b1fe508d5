import { startFlakyServer, type FlakyServer } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compose, eventually, openGateway, type OpenGateway } from "../service.fixture.ts";
import {
  Changes,
  SMALL_SUBGRAPHS,
  startSmallSubgraph,
  type SmallSubgraph,
} from "../small-subgraphs.fixture.ts";
import { FAULTS, GOOD, TRAFFIC } from "./faulty-metrics.fixture.ts";

const changes = new Changes();

let ledgers: [SmallSubgraph, SmallSubgraph];
let metrics: FlakyServer;
let analytics: SmallSubgraph;
let gateway: OpenGateway;
beforeAll(async () => {
  ledgers = [
    await startSmallSubgraph("ledger", 0, changes),
    await startSmallSubgraph("ledger", 0, changes),
  ];
  metrics = await startFlakyServer(GOOD);
  analytics = await startSmallSubgraph("analytics");
  gateway = await openGateway(
    compose(SMALL_SUBGRAPHS),
    {
      ledger: ledgers.map(({ origin }) => origin).join(","),
      metrics: metrics.url,
      analytics: analytics.origin,
    },
    { traffic: TRAFFIC },
  );
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([...ledgers, analytics, metrics].map((server) => server.close()));
});

const readiness = async (): Promise<Record<string, string>> => {
  const response = await fetch(gateway.url.replace("/graphql", "/health/ready"));
  const { details } = (await response.json()) as { details: { subgraphs: Record<string, string> } };
  return details.subgraphs;
};

const read = async () => gateway.run(`{ fund(id: "1") { name metrics { value } insight } }`);

describe("one faulty subgraph", () => {
  beforeEach(async () => {
    metrics.behaviour = GOOD;
    await eventually(async () => read()).toMatchObject({
      data: { fund: { metrics: { value: 1 } } },
    });
  });

  it.each(FAULTS)(
    "costs only its own fields when it %s, is soon left alone, and is used again when it is well",
    async (_name, behaviour, code) => {
      metrics.behaviour = behaviour;
      const { data, errors } = await read();
      expect(data).toEqual({ fund: { name: "Fund 1", metrics: null, insight: "Insight 1" } });
      expect(errors?.map(({ path, extensions }) => [path, extensions["code"]])).toEqual([
        [["fund", "metrics"], code],
      ]);
      for (let count = 0; count < 10; count += 1) await read();
      // The failed probes of one that is left alone come without an operation.
      await eventually(readiness).toMatchObject({
        metrics: "The metrics service is not available.",
      });
    },
  );
});

const readInTime = async () =>
  gateway.run(`{ fund(id: "1") { name insight } }`, { headers: { "allfunds-timeout-ms": "500" } });

describe("the time that a client states", () => {
  it("ends the wait for a late subgraph, which gets what is left of it", async () => {
    metrics.behaviour = GOOD;
    analytics.gate.close();
    // On a busy machine the other subgraph may be late too.
    await expect.poll(readInTime, { timeout: 20_000 }).toMatchObject({
      data: { fund: { name: "Fund 1", insight: null } },
      errors: [{ path: ["fund", "insight"], extensions: { code: "UPSTREAM_TIMEOUT" } }],
    });
    analytics.gate.open();
    expect(analytics.requests.at(-1)?.timeoutMs).toBeLessThan(500);
  });

  it("is refused when it is no number", async () => {
    const { errors } = await gateway.run(`{ __typename }`, {
      headers: { "allfunds-timeout-ms": "soon" },
    });
    expect(errors?.[0]?.extensions["code"]).toBe("INVALID_INPUT");
  });
});

describe("one of two endpoints that is killed", () => {
  it("costs no read and no event, and repeats a mutation only with its key", async () => {
    const client = gateway.connect();
    const ids: string[] = [];
    const ended: unknown[] = [];
    client.subscribe<{ feed: { funds: { id: string }[] } }>(
      { query: "subscription { feed { funds { id insight } } }" },
      {
        next: ({ data }) => ids.push(...(data?.feed.funds ?? []).map(({ id }) => id)),
        error: (reason) => ended.push(reason),
        complete: () => ended.push("completed"),
      },
    );
    changes.add("1");
    await eventually(() => ids).toEqual(["1"]);
    const isKeyed = { keyed: { "idempotency-key": "k" }, bare: {} };
    for (const [kind, headers] of Object.entries(isKeyed)) {
      const { killed, other } = await holdMutation(headers);
      const reads = Array.from({ length: 40 }, async () => gateway.run(`{ funds { name } }`));
      await killed.kill();
      changes.add("2");
      reads.push(...Array.from({ length: 40 }, async () => gateway.run(`{ funds { name } }`)));
      other.gate.open();
      expect((await Promise.all(reads)).filter(({ errors }) => errors !== undefined)).toEqual([]);
      expect(await held).toMatchObject(
        kind === "keyed"
          ? { data: { renameFund: { name: "New" } } }
          : { errors: [{ extensions: { code: "UPSTREAM_UNAVAILABLE" } }] },
      );
      changes.add("3");
      await eventually(() => ids.length).toBe(changes.log.length);
      await restart(killed);
    }
    expect(ids).toEqual(changes.log);
    expect(ended).toEqual([]);
    await client.dispose();
  });

  type Held = Record<"killed" | "other", SmallSubgraph>;
  let held: ReturnType<OpenGateway["run"]>;

  /** Sends a mutation that is not answered yet; the endpoint that has it, and the other. */
  async function holdMutation(headers: Record<string, string>) {
    const before = ledgers.map(({ requests }) => requests.length);
    for (const { gate } of ledgers) gate.close();
    held = gateway.run(`mutation { renameFund(id: "1", name: "New") { name } }`, { headers });
    const holding = () =>
      ledgers.findIndex(({ requests }, index) => requests.length > (before[index] ?? 0));
    await eventually(holding).toBeGreaterThanOrEqual(0);
    const index = holding();
    return { killed: ledgers[index], other: ledgers[1 - index] } as Held;
  }
});

async function restart({ port }: SmallSubgraph): Promise<void> {
  const index = ledgers.findIndex((ledger) => ledger.port === port);
  ledgers[index] = await startSmallSubgraph("ledger", port, changes);
  await eventually(readiness).toMatchObject({ ledger: "reachable" });
}
