import { Client, fetchExchange, type CombinedError, type TypedDocumentNode } from "@urql/core";
import type { AnyVariables } from "@urql/core";
import { gatewayUrl } from "./gateway-address.ts";
import { toProblem, type Problem } from "../problems.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/** What came back: everything that could be read, and what went wrong with the rest. */
export interface Answer<Data> {
  data: Data | undefined;
  problems: Problem[];
}

const client = new Client({
  url: `${gatewayUrl}/graphql`,
  exchanges: [fetchExchange],
  requestPolicy: "network-only",
  // Short queries would otherwise travel as GET, and their variables would end in access logs.
  preferGetMethod: false,
  fetch: (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
});

/** Runs a query and keeps partial answers: one unavailable subgraph does not empty the page. */
export async function query<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  const result = await client.query(document, variables).toPromise();
  return { data: result.data, problems: problemsOf(result.error) };
}

/** Runs a mutation. `data` is absent unless the whole mutation succeeded. */
export async function mutate<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  const result = await client.mutation(document, variables).toPromise();
  return { data: result.data, problems: problemsOf(result.error) };
}

function problemsOf(error: CombinedError | undefined): Problem[] {
  if (!error) return [];
  if (error.networkError) return [unreachable(error.networkError)];
  return error.graphQLErrors.map(toProblem);
}

function unreachable(error: Error): Problem {
  if (error.name === "TimeoutError") {
    return { code: "UPSTREAM_TIMEOUT", message: "The gateway did not answer in time." };
  }
  return { code: "UPSTREAM_UNAVAILABLE", message: "The gateway cannot be reached." };
}
