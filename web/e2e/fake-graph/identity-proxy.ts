const ITS_FIELDS =
  /\b(me|users|apiClients|auditTrail|inviteUser|changeAccess|setUserDisabled|endUserSessions|resetSignIn|endMySessions|createApiClient|rotateApiClientSecret|revokeApiClient)\b/;

/** Whether the issuer owns an operation. No operation of the web app mixes the two. */
export const isForIdentity = (query: string): boolean => ITS_FIELDS.test(query);

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

const ACTOR = `query ($them: [_Any!]!) {
  _entities(representations: $them) { ... on Actor { name kind } } }`;

/** The actor with an id, from the issuer. */
export async function fetchActor(
  identityUrl: string,
  authorization: string,
  id: string,
): Promise<object | null> {
  const variables = { them: [{ __typename: "Actor", id }] };
  const answer = (await forwardToIdentity(identityUrl, authorization, {
    query: ACTOR,
    variables,
  })) as {
    data?: { _entities: (object | null)[] };
  };
  return answer.data?._entities[0] ?? null;
}
