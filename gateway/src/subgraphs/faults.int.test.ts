import type { Behaviour } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../service.fixture.ts";
import {
  FAULTS,
  GOOD,
  GOOD_TO_KEEP,
  openFaultyMetrics,
  type FaultyMetrics,
} from "./faulty-metrics.fixture.ts";

let gateway: FaultyMetrics;
const READ = `{ fund(id: "1") { name metrics { value } } }`;
const WELL = { data: { fund: { name: "Fund 1", metrics: { value: 1 } } } };

/** Resolves when the subgraph is well, and used again. */
const mend = async (behaviour: Behaviour): Promise<void> => {
  gateway.metrics.behaviour = behaviour;
  await eventually(async () => gateway.run(READ)).toMatchObject(WELL);
};

interface Part {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  readonly incremental?: readonly (Part & { readonly label?: string })[];
  readonly hasNext?: boolean;
}

const codesOf = ({ errors }: Part) => errors?.map(({ extensions }) => extensions.code);

describe("a subgraph that is at fault", () => {
  beforeAll(async () => {
    gateway = await openFaultyMetrics();
  });
  afterAll(() => gateway.close());
  beforeEach(() => mend(GOOD));

  it.each(FAULTS)(
    "costs a deferred fragment, and no other part, when it %s",
    async (_what, fault, code) => {
      gateway.metrics.behaviour = fault;
      const client = gateway.connect();
      const parts: Part[] = [];
      const query = `{ fund(id: "1") { name ... @defer(label: "figures") { metrics { value } } } }`;
      for await (const part of client.iterate({ query })) parts.push(part as Part);
      await client.dispose();
      const [first, second, ...others] = parts;
      expect(others).toEqual([]);
      expect(first).toEqual({ data: { fund: { name: "Fund 1" } }, hasNext: true });
      const [fragment] = second?.incremental ?? [];
      expect(second?.hasNext).toBe(false);
      expect([fragment?.label, fragment?.data, codesOf(fragment ?? {})]).toEqual([
        "figures",
        { metrics: null },
        [code],
      ]);
    },
  );

  it.each(FAULTS)(
    "costs its fields of an event, and neither the event nor the subscription, when it %s",
    async (_what, fault, code) => {
      const client = gateway.connect();
      const events: Part[] = [];
      const query = "subscription { fundChanged { id metrics { value } } }";
      client.subscribe(
        { query },
        {
          next: (event) => events.push(event as Part),
          error: (reason) => events.push({ data: reason }),
          complete: () => events.push({ data: "completed" }),
        },
      );
      await eventually(() => gateway.ledger.subscriptions).toBe(1);
      gateway.metrics.behaviour = fault;
      gateway.ledger.change("1");
      await eventually(() => events.length).toBe(1);
      expect([events[0]?.data, codesOf(events[0] ?? {})]).toEqual([
        { fundChanged: { id: "1", metrics: null } },
        [code],
      ]);
      await mend(GOOD);
      gateway.ledger.change("1");
      await eventually(() => events.length).toBe(2);
      expect(events[1]).toEqual({
        data: { fundChanged: { id: "1", metrics: { value: 1 } } },
      });
      await client.dispose();
      await eventually(() => gateway.ledger.subscriptions).toBe(0);
    },
  );

  it("gives a figure or a code, and never neither, while it is well and ill by turns", async () => {
    let count = 0;
    gateway.metrics.behaviour = (request, response) => {
      count += 1;
      const [, fault] = FAULTS[count % FAULTS.length] ?? [];
      return (count % 3 === 0 ? (fault ?? GOOD) : GOOD)(request, response);
    };
    for (let round = 0; round < 40; round += 1) {
      const { data, errors } = await gateway.run(READ);
      const metrics = errors === undefined ? { value: 1 } : null;
      expect(data).toEqual({ fund: { name: "Fund 1", metrics } });
    }
  });
});

describe("answers that are kept", () => {
  beforeAll(async () => {
    gateway = await openFaultyMetrics({ config: { GATEWAY_ANSWER_CACHE: "on" } });
  });
  afterAll(() => gateway.close());

  it.each(FAULTS)(
    "hold no fault, and go on being shown, when a subgraph %s",
    async (_what, fault, code) => {
      // A fund of its own for each fault.
      const id = String(10 + FAULTS.findIndex(([, behaviour]) => behaviour === fault));
      const read = async () => gateway.run(`{ fund(id: "${id}") { name metrics { value } } }`);
      await mend(GOOD_TO_KEEP);
      gateway.metrics.behaviour = fault;
      const failed = await read();
      expect([failed.data, codesOf(failed as unknown as Part)]).toEqual([
        { fund: { name: `Fund ${id}`, metrics: null } },
        [code],
      ]);
      gateway.metrics.behaviour = GOOD_TO_KEEP;
      const well = { data: { fund: { name: `Fund ${id}`, metrics: { value: 1 } } } };
      // The first answer with a header shows that the next ones may be kept.
      for (let count = 0; count < 2; count += 1) await eventually(read).toMatchObject(well);
      gateway.metrics.behaviour = fault;
      expect(await read()).toMatchObject(well);
      expect((await read()).errors).toBeUndefined();
    },
  );
});
