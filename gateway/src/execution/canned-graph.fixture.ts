import { composeServices } from "@apollo/composition";
import { type ExecutionResult, parse } from "graphql";
import { nothingFound } from "../operation/findings.ts";
import type { Variables } from "../operation/operation-request.ts";
import { planOperation } from "../planning/plan-operation.ts";
import { readAnswer } from "../subgraphs/read-answer.ts";
import type { SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import { buildGraph, type Graph } from "../supergraph/graph.ts";
import { runPlan } from "./run-plan.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject", "@override", "@context", "@fromContext", "@inaccessible"])`;

/** A graph of subgraphs given by their SDL, without the link to the federation's specification. */
export function graphOf(subgraphs: Readonly<Record<string, string>>): Graph {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(`${LINK} ${sdl}`),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return buildGraph(supergraphSdl, () => ({ baseUrls: {}, portOffset: 0 }));
}

/** What a subgraph answers: text as it is, anything else as JSON. */
export type Canned = (request: SubgraphRequest, subgraph: string) => unknown;

/** Runs an operation over subgraphs with canned answers. */
export async function runCanned(
  graph: Graph,
  query: string,
  answer: Canned,
  variables: Variables = {},
): Promise<ExecutionResult> {
  const document = parse(query);
  const found = { ...nothingFound(document), variables };
  const operation = await planOperation(graph, found, query, undefined);
  const services = Object.fromEntries(
    graph.subgraphs.map(({ name }) => [
      name,
      {
        fetch: async (request: SubgraphRequest) => {
          const answered = await answer(request, name);
          const text = typeof answered === "string" ? answered : JSON.stringify(answered);
          return readAnswer(name, 200, text);
        },
      },
    ]),
  );
  return runPlan({
    graph,
    operation,
    plan: operation.plan,
    variables,
    call: { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 },
    found,
    services,
  });
}
