import { rounds, testSeed } from "@allfunds/platform/testing";
import { composeServices } from "@apollo/composition";
import { execute, type ExecutionResult, parse, print, validate } from "graphql";
import { expect, it } from "vitest";
import { type Findings, nothingFound } from "../operation/findings.ts";
import { withoutConditions } from "../planning/conditions.ts";
import { type PlannedOperation, planOperation } from "../planning/plan-operation.ts";
import { buildGraph, type Graph } from "../supergraph/graph.ts";
import { limitPlanning } from "../supergraph/planner.ts";
import { runPlan } from "./run-plan.ts";
import { drawGraph } from "./wide-graphs.fixture.ts";
import { WideWriter } from "./wide-operations.fixture.ts";
import { Dice, resolverOf, sourcesOf, type WideGraph, type World } from "./wide-world.fixture.ts";

const OPERATIONS = 8;

/** Undefined when the subgraphs cannot be composed. */
function composed({ subgraphs }: WideGraph): Graph | undefined {
  const { supergraphSdl } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(sdl),
    })),
  );
  return supergraphSdl === undefined
    ? undefined
    : buildGraph(supergraphSdl, () => ({ baseUrls: {}, portOffset: 0 }));
}

/** Undefined when the operation is refused: not every one can be planned, nor planned in time. */
async function planned(
  graph: Graph,
  found: Findings,
  query: string,
  chance: number,
): Promise<PlannedOperation | undefined> {
  try {
    return await planOperation(graph, found, query, undefined, chance);
  } catch (error) {
    expect(String(error)).toMatch(/cannot be planned|takes too long to plan/);
    return undefined;
  }
}

/**
 * An answer without the texts of its errors. The planner fetches the fields that a query selects of one type of an
 * interface object for all of its types, and an error of such a field may be one that the query did not ask for.
 */
const outcomeOf = ({ data, errors }: ExecutionResult, { petsAsObject }: WideGraph): string =>
  JSON.stringify({ data: data ?? null, failed: petsAsObject.size === 0 && errors !== undefined });

/** Compares the answers to one random operation; false when it is not valid, or refused. */
async function compare(drawn: WideGraph, graph: Graph, seed: number): Promise<boolean> {
  const mutates = seed % 5 === 4;
  const { query, variables } = new WideWriter(graph.apiSchema, seed).operation(mutates);
  const document = parse(query);
  const problems = validate(graph.apiSchema, document).filter(
    ({ message }) => !message.includes("is never used"),
  );
  if (problems.length > 0) return false;
  const found = { ...nothingFound(document), variables };
  const operation = await planned(graph, found, query, new Dice(seed).below(100));
  if (operation === undefined) return false;
  const world = (): World => ({ graph: drawn, state: 0, fails: seed % 2 === 1 });
  const call = { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 };
  const run = { graph, operation, plan: operation.plan, variables, call, found };
  const answered = await runPlan({ ...run, services: sourcesOf(world()) });
  const expected = await execute({
    schema: graph.apiSchema,
    document,
    variableValues: variables,
    fieldResolver: resolverOf(world()),
  });
  const asked = `${seed}: ${query} ${JSON.stringify(variables)}`;
  expect([asked, outcomeOf(answered, drawn)]).toEqual([asked, outcomeOf(expected, drawn)]);
  return true;
}

it(
  "answers like one server when fields, keys and requirements are drawn, and resolvers fail",
  { timeout: 900_000 },
  async () => {
    limitPlanning(30_000);
    const count = rounds(4, 120);
    let compared = 0;
    for (let at = 0; at < count; at += 1) {
      const seed = testSeed() * count + at;
      const drawn = drawGraph(seed);
      const graph = composed(drawn);
      if (graph === undefined) continue;
      for (let operation = 0; operation < OPERATIONS; operation += 1)
        if (await compare(drawn, graph, seed * 1_000 + operation)) compared += 1;
    }
    expect(compared).toBeGreaterThan(count);
  },
);

it("answers what the planner fails at while fragments are nested that can never apply", async () => {
  const drawn = drawGraph(1_445);
  const graph = composed(drawn);
  if (graph === undefined) throw new Error("the subgraphs cannot be composed");
  const { query, variables } = new WideWriter(graph.apiSchema, 1_445_004).operation(true);
  const found = { ...nothingFound(parse(query)), variables };
  await expect(
    graph.planner.plan({
      document: print(withoutConditions(found.document, variables)),
      operationName: undefined,
      overrides: {},
    }),
  ).rejects.toThrow("Cannot add fragment of condition");
  expect(await compare(drawn, graph, 1_445_004)).toBe(true);
});
