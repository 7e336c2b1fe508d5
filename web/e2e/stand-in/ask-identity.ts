const ITS_FIELDS =
  /\b(me|users|apiClients|auditTrail|inviteUser|changeAccess|setUserDisabled|endUserSessions|resetSignIn|endMySessions|createApiClient|rotateApiClientSecret|revokeApiClient)\b/;

/** Whether an operation belongs to the issuer's part of the graph. Ours never mix the two. */
export const isForIdentity = (query: string): boolean => ITS_FIELDS.test(query);

export async function askIdentity(
  identityUrl: string,
  authorization: string,
  asked: object,
): Promise<object> {
  const response = await fetch(`${identityUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(asked),
  });
  return (await response.json()) as object;
}

const ACTOR = `query ($them: [_Any!]!) {
  _entities(representations: $them) { ... on Actor { name kind } } }`;

/** The name behind an id, which the books leave to the issuer. */
export async function askActor(
  identityUrl: string,
  authorization: string,
  id: string,
): Promise<object | null> {
  const variables = { them: [{ __typename: "Actor", id }] };
  const answer = (await askIdentity(identityUrl, authorization, { query: ACTOR, variables })) as {
    data?: { _entities: (object | null)[] };
  };
  return answer.data?._entities[0] ?? null;
}
