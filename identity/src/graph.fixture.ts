import type { Issuer } from "./sign-in.fixture.ts";

/** A response of the graph; its fields are those of the test's query. */
interface GraphResponse<Data> {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

/** Sends an operation to the graph, with a token or anonymously. */
export async function queryGraph<Data = Record<string, unknown>>(
  { issuer }: Pick<Issuer, "issuer">,
  token: string | undefined,
  query: string,
  variables: object = {},
) {
  const response = await fetch(`${issuer}/graphql`, {
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
    body: (await response.json()) as GraphResponse<Data>,
  };
}

interface Received {
  readonly body: GraphResponse<unknown>;
}

export const refusals = ({ body }: Received) =>
  body.errors?.map(({ message, extensions: { code } }) => ({ message, code }));

export const codes = ({ body }: Received) => body.errors?.map(({ extensions }) => extensions.code);
