import { ROUTES, type Operations, type Problem } from "./operations.generated.ts";

export type * from "./operations.generated.ts";

export interface ClientOptions {
  /** The address of the bridge, such as `http://localhost:8000`. */
  readonly baseUrl: string;
  /** An access token for the graph, or what gives the present one. */
  readonly token: string | (() => string | Promise<string>);
  /** The version that every answer is to have; the one that the client is pinned to when absent. */
  readonly apiVersion?: string;
  /** Sends the requests; `fetch` of the runtime when absent. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface CallOptions {
  /** Of a write: a repeat under the same key takes effect once. */
  readonly idempotencyKey?: string;
  /** Further headers, such as `If-Match` or `Prefer`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal;
}

/** A refusal of the bridge, as RFC 9457 has it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

type Name = keyof Operations;

/** One method for each operation of the OpenAPI document. */
export type RestClient = {
  readonly [Operation in Name]: (
    input: Operations[Operation]["input"],
    options?: CallOptions,
  ) => Promise<Operations[Operation]["answer"]>;
};

/** A client of the bridge at an address. Each method throws ProblemError when the bridge refuses. */
export function createClient(options: ClientOptions): RestClient {
  const methods = Object.entries(ROUTES).map(([name, route]) => [
    name,
    (input: Input, call: CallOptions = {}) => send(options, route, input, call),
  ]);
  return Object.fromEntries(methods) as RestClient;
}

type Route = (typeof ROUTES)[Name];
type Input = Readonly<Record<string, unknown>>;
type Scalar = string | number | boolean;

async function send(
  { baseUrl, token, apiVersion, fetch = globalThis.fetch }: ClientOptions,
  route: Route,
  input: Input,
  { idempotencyKey, headers, signal }: CallOptions,
): Promise<object> {
  const { body } = input;
  const response = await fetch(addressOf(baseUrl, route, input), {
    method: route.method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${typeof token === "function" ? await token() : token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(apiVersion === undefined ? {} : { "api-version": apiVersion }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new ProblemError(answer as Problem);
  return { status: response.status, body: answer, headers: response.headers };
}

function addressOf(baseUrl: string, { path, query }: Route, input: Input): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(input[name])),
  );
  const url = new URL(baseUrl.replace(/\/$/, "") + filled);
  for (const name of query) {
    const value = input[name] as Scalar | readonly Scalar[] | undefined;
    if (value !== undefined) url.searchParams.set(name, value.toString());
  }
  return url.href;
}
