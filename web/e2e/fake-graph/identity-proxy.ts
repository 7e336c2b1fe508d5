import type * as Graph from "@allfunds/graph-tools/fake-graph";

/** Sends an operation to the issuer, which owns users, API clients and the audit log. */
export async function forwardToIdentity(
  identityUrl: string,
  authorization: string,
  operation: object,
): Promise<object> {
  const response = await fetch(`${identityUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(operation),
  });
  return (await response.json()) as object;
}

const ACTOR = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Actor { id name kind } } }`;

/** The actor with an id, from the issuer. */
export async function fetchActor(
  identityUrl: string,
  authorization: string,
  id: string,
): Promise<Graph.FakeValue<Graph.Actor> | null> {
  const variables = { representations: [{ __typename: "Actor", id }] };
  const response = (await forwardToIdentity(identityUrl, authorization, {
    query: ACTOR,
    variables,
  })) as { data?: { _entities: (Graph.FakeValue<Graph.Actor> | null)[] } };
  return response.data?._entities[0] ?? null;
}
