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
