import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHAINED } from "./chained-graphs.fixture.ts";
import { type ComparedGraph, compareGraph } from "./one-server.fixture.ts";
import { FURTHER } from "./further-graphs.fixture.ts";
import { REPORTED } from "./reported-graphs.fixture.ts";

const pathsOf = (
  errors: readonly { readonly path?: readonly (string | number)[] | undefined }[] | undefined,
) => [...new Set(errors?.map(({ path }) => path?.join(".") ?? ""))].sort();

describe.each([...REPORTED, ...FURTHER, ...CHAINED])(
  "$about",
  ({ subgraphs, world, operations }) => {
    let graph: ComparedGraph;
    beforeAll(async () => {
      graph = await compareGraph(subgraphs, world);
    });
    afterAll(() => graph.close());

    it.each(
      operations.map((one) => (typeof one === "string" ? [one, {}] : one) as [string, object]),
    )("answers %s with %j as one server", async (query, variables) => {
      const expected = await graph.expected(query, variables);
      const { data, errors } = await graph.ask(query, variables);
      const seen = [JSON.stringify(data ?? null), pathsOf(errors)];
      expect(seen).toEqual([JSON.stringify(expected.data ?? null), pathsOf(expected.errors)]);
    });
  },
);
