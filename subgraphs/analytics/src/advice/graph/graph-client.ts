import {
  AppError,
  INTERNAL_ERROR_MESSAGE,
  isErrorCode,
  type ErrorCode,
} from "@allfunds/contract/errors";
import { traceparentFor } from "@allfunds/platform/context";
import type { GraphOperation } from "./graph-types.generated.ts";

/** The caller that an operation of the graph runs for. */
export interface OnBehalf {
  readonly traceId: string;
  /** The caller's own token; absent where the graph requires none. */
  readonly token: () => Promise<string | undefined>;
  /** What goes with a token that is bound to the caller's key. */
  readonly forwarding?: Readonly<Record<string, string>>;
  readonly clientAddress?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs an operation with the caller's own rights. Throws the graph's coded refusal. */
export type RunOperation = <Result, Variables extends object>(
  operation: GraphOperation<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

const TIMEOUT_MS = 10_000;

/** Operations go through the gateway, so the caller's access, grants and limits hold there. */
export const graphOf =
  (gatewayUrl: string, behalf: OnBehalf): RunOperation =>
  async (operation, variables) => {
    const { data, errors } = await post(gatewayUrl, operation, variables, behalf);
    // A field that the caller may not see, or a service that is away: no figure is made of a part.
    if (errors !== undefined && errors.length > 0) throw refusalOf(errors[0]);
    if (data === null || data === undefined) throw internal("the gateway answered without data");
    return data as never;
  };

interface GraphError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown } | null;
}
interface GraphAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphError[];
}

async function post(
  gatewayUrl: string,
  { name, document }: Pick<GraphOperation, "name" | "document">,
  variables: object,
  behalf: OnBehalf,
): Promise<GraphAnswer> {
  const { signal, traceId, clientAddress } = behalf;
  const token = await behalf.token();
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${gatewayUrl}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        traceparent: traceparentFor(traceId),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...behalf.forwarding,
        ...(clientAddress === undefined ? {} : { "x-forwarded-for": clientAddress }),
      },
      body: JSON.stringify({ query: document, variables, operationName: name }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return (await response.json()) as GraphAnswer;
  } catch (error) {
    signal?.throwIfAborted();
    const code: ErrorCode = limit.aborted ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE";
    throw new AppError(code, "The graph cannot answer at the moment.", {
      cause: error,
      detail: `${name}: ${String(error)}`,
    });
  }
}

/** Codes that only this service's own request can cause. */
const OWN_FAULTS: ReadonlySet<ErrorCode> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_NOT_TRUSTED",
  "INTERNAL_ERROR",
]);

function refusalOf(error: GraphError | undefined): AppError {
  const code = error?.extensions?.code;
  const message = String(error?.message);
  if (isErrorCode(code) && !OWN_FAULTS.has(code)) return new AppError(code, message);
  return internal(`the gateway answered ${String(code)}: ${message}`);
}

const internal = (detail: string): AppError =>
  new AppError("INTERNAL_ERROR", INTERNAL_ERROR_MESSAGE, { detail });
