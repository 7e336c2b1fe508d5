import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { graphOf, runCanned } from "./canned-graph.fixture.ts";

describe("representations", () => {
  const graph = graphOf({
    one: `type Query { funds: [Fund!]! } type Fund @key(fields: "id") { id: ID! }`,
    two: `type Fund @key(fields: "id") { id: ID! grade: Int }`,
  });
  const funds = Array.from({ length: 100 }, (_, index) => ({
    __typename: "Fund",
    id: String(index % 2),
  }));

  it("are sent once each when 100 objects are two entities", async () => {
    const sent: unknown[] = [];
    const { data } = await runCanned(graph, "{ funds { id grade } }", ({ variables }, name) => {
      if (name === "one") return { data: { funds } };
      sent.push(variables["representations"]);
      return { data: { _entities: [{ grade: 10 }, { grade: 11 }] } };
    });
    expect(sent).toEqual([funds.slice(0, 2)]);
    expect(data).toEqual({ funds: funds.map(({ id }) => ({ id, grade: 10 + Number(id) })) });
  });

  it("have their error at each of their objects", async () => {
    const { errors } = await runCanned(graph, "{ funds { grade } }", (_request, name) =>
      name === "one"
        ? { data: { funds: funds.slice(0, 4) } }
        : {
            data: { _entities: [{ grade: 1 }, { grade: null }] },
            errors: [{ message: "no grade", path: ["_entities", 1, "grade"] }],
          },
    );
    expect(errors?.map(({ path }) => path)).toEqual([
      ["funds", 1, "grade"],
      ["funds", 3, "grade"],
    ]);
  });
});

describe("equal queries under way", () => {
  let service: OpenService;
  beforeAll(async () => {
    service = await openService();
  });
  afterAll(async () => service.close());
  const held = async (count: number, token: string, query = "{ held }") =>
    Promise.all(
      Array.from({ length: count }, async () =>
        service.run(query, { headers: { authorization: token } }),
      ),
    );

  it("are sent to a subgraph once for each caller", async () => {
    const { ledger } = service.subgraphs;
    const before = ledger.requests.length;
    ledger.gate.close();
    const answers = Promise.all([held(20, "Bearer one"), held(20, "Bearer other")]);
    await eventually(() => ledger.requests.length - before).toBe(2);
    ledger.gate.open();
    expect((await answers).flat().map(({ data }) => data)).toEqual(
      Array.from({ length: 40 }, () => ({ held: true })),
    );
    expect(ledger.requests.length - before).toBe(2);
  });

  it("are not joined after a mutation, because they may have been read before it", async () => {
    const { ledger } = service.subgraphs;
    const before = ledger.requests.length;
    ledger.gate.close();
    const first = held(1, "Bearer one");
    await eventually(() => ledger.requests.length - before).toBe(1);
    await service.run("mutation { refuse { id } }");
    const second = held(1, "Bearer one");
    await eventually(() => ledger.requests.length - before).toBe(3);
    ledger.gate.open();
    expect((await Promise.all([first, second])).flat().map(({ data }) => data)).toEqual([
      { held: true },
      { held: true },
    ]);
  });
});
