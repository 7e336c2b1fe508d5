import { ClientCredentials } from "@allfunds/platform/auth/tokens";
import type { RunningSystem } from "./running-system.ts";

/** A token of the demo's first client that no service has verified yet. */
export async function newTokenOf(system: RunningSystem): Promise<string> {
  const { tokenEndpoint, resource, clients } = await system.demo();
  const [client] = clients;
  if (client === undefined) throw new Error("the demo has no client");
  return new ClientCredentials({ tokenEndpoint, resource, ...client }).token();
}

const GRAPHS = [4000, 4001, 4002, 4003];
const ANALYSIS = JSON.stringify({ kind: "SENTIMENT", texts: ["fine"] });

/** Sends one request to everything that verifies tokens; returns the statuses of the answers. */
export const callEveryService = (
  system: RunningSystem,
  token: string,
  more: readonly number[] = [],
): Promise<number[]> =>
  Promise.all([
    ...[...GRAPHS, ...more].map((port) =>
      statusOf(system.url(port, "/graphql"), token, JSON.stringify({ query: "{ __typename }" })),
    ),
    statusOf(system.url(8001, "/api/v1/analyze"), token, ANALYSIS),
  ]);

async function statusOf(url: string, token: string, body: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
