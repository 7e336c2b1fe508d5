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

const fund = (id: number) => ({ __typename: "Fund", id: String(id) });
const gradesOf = (representations: unknown) =>
  (representations as { id: string }[]).map(({ id }) => ({
    __typename: "Fund",
    grade: 10 * Number(id),
  }));

describe("an entity that several parts of a query read", () => {
  const graph = graphOf({
    one: `type Query { top: Fund! funds: [Fund!]! } type Fund @key(fields: "id") { id: ID! next: Fund! }`,
    two: `type Fund @key(fields: "id") { id: ID! grade: Int peers(first: Int): [Peer!] } type Peer { rank: Int }`,
  });
  const roots = {
    top: { ...fund(1), next: fund(3) },
    funds: [1, 2].map((id) => ({ ...fund(id), next: fund(id + 1) })),
  };
  const QUERY = "{ top { grade next { grade } } funds { grade next { grade } } }";

  it("is read once, with all others of the same fields in one request", async () => {
    const sent: unknown[] = [];
    const { data } = await runCanned(graph, QUERY, ({ variables }, name) => {
      if (name === "one") return { data: roots };
      sent.push(variables["representations"]);
      return { data: { _entities: gradesOf(variables["representations"]) } };
    });
    expect(sent).toEqual([[fund(1), fund(3), fund(2)]]);
    expect(data).toEqual({
      top: { grade: 10, next: { grade: 30 } },
      funds: [
        { grade: 10, next: { grade: 20 } },
        { grade: 20, next: { grade: 30 } },
      ],
    });
  });

  it("has its error at each place, and others are answered", async () => {
    const { data, errors } = await runCanned(graph, QUERY, ({ variables }, name) => {
      if (name === "one") return { data: roots };
      const _entities = gradesOf(variables["representations"]);
      _entities.splice(1, 1, { __typename: "Fund", grade: null as never });
      return {
        data: { _entities },
        errors: [{ message: "no grade", path: ["_entities", 1, "grade"] }],
      };
    });
    expect(data).toMatchObject({ top: { grade: 10, next: { grade: null } } });
    expect(errors?.map(({ path }) => path?.join("."))).toEqual([
      "top.next.grade",
      "funds.1.next.grade",
    ]);
  });

  it("fails at each place when the subgraph fails", async () => {
    const { data, errors } = await runCanned(graph, QUERY, (_request, name) =>
      name === "one" ? { data: roots } : { data: null, errors: [{ message: "down" }] },
    );
    expect(data).toMatchObject({ top: { grade: null }, funds: [{ grade: null }, { grade: null }] });
    expect(errors?.length).toBeGreaterThan(0);
  });
});
