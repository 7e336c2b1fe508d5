import { describe, expect, it } from "vitest";
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
