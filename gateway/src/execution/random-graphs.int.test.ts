import { rounds } from "@allfunds/platform/testing";
import fc from "fast-check";
import { composeServices } from "@apollo/composition";
import { execute, type ExecutionResult, parse, validate } from "graphql";
import { expect, it } from "vitest";
import { type Findings, nothingFound } from "../operation/findings.ts";
import { type PlannedOperation, planOperation } from "../planning/plan-operation.ts";
import { buildGraph, type Graph } from "../supergraph/graph.ts";
import { limitPlanning } from "../supergraph/planner.ts";
import {
  OperationWriter,
  type RandomGraph,
  randomGraph,
  resolverOf,
  sourcesOf,
  VARIABLES,
} from "./random-graphs.fixture.ts";
import { runPlan } from "./run-plan.ts";

/** Undefined when the subgraphs cannot be composed. */
function composed({ sdl }: RandomGraph): Graph | undefined {
  const { supergraphSdl } = composeServices(
    Object.entries(sdl).map(([name, text]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(text),
    })),
  );
  return supergraphSdl === undefined
    ? undefined
    : buildGraph(supergraphSdl, () => ({ baseUrls: {}, portOffset: 0 }));
}

/** Undefined when the operation is refused: not every one can be planned. */
const planned = async (
  graph: Graph,
  found: Findings,
  source: string,
): Promise<PlannedOperation | undefined> => {
  try {
    return await planOperation(graph, found, source, undefined);
  } catch (error) {
    expect(error).toMatchObject({ message: "The operation cannot be planned." });
    return undefined;
  }
};

const outcomeOf = ({ data, errors }: ExecutionResult): string =>
  JSON.stringify({ data, failed: errors !== undefined });

const dice = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 60 });

it(
  "answers like one server when graphs and operations are random",
  { timeout: 600_000 },
  async () => {
    limitPlanning(120_000);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        randomGraph,
        fc.array(dice, { minLength: 10, maxLength: 10 }),
        async (random, all) => {
          const graph = composed(random);
          if (graph === undefined) return;
          const services = sourcesOf(random);
          for (const one of all) {
            const source = new OperationWriter(graph.apiSchema, one).query();
            const document = parse(source);
            const problems = validate(graph.apiSchema, document).filter(
              ({ message }) => !message.includes("is never used"),
            );
            if (problems.length > 0) continue;
            const found = { ...nothingFound(document), variables: VARIABLES };
            const operation = await planned(graph, found, source);
            if (operation === undefined) continue;
            const call = { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 };
            const run = { graph, operation, plan: operation.plan, variables: VARIABLES, call };
            const answered = await runPlan({ ...run, found, services });
            const expected = await execute({
              schema: graph.apiSchema,
              document,
              variableValues: VARIABLES,
              fieldResolver: resolverOf(random, false),
            });
            compared += 1;
            expect([source, outcomeOf(answered)]).toEqual([source, outcomeOf(expected)]);
          }
        },
      ),
      // Each simpler graph would be composed anew.
      { numRuns: rounds(4, 150), endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(10);
  },
);
