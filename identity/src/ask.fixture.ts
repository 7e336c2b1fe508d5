import type { SignInSite } from "./sign-in.fixture.ts";

/** What the graph answers; the fields are those a test asked for. */
interface GraphAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

/** Asks the graph as whoever holds the token; without one, as a stranger. */
export async function ask<Data = Record<string, unknown>>(
  { config }: SignInSite,
  token: string | undefined,
  query: string,
  variables: object = {},
) {
  const response = await fetch(`${config.issuer}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as GraphAnswer<Data>,
  };
}

interface Answered {
  readonly body: GraphAnswer<unknown>;
}

export const refusals = ({ body }: Answered) =>
  body.errors?.map(({ message, extensions: { code } }) => ({ message, code }));

export const codes = ({ body }: Answered) => body.errors?.map(({ extensions }) => extensions.code);
