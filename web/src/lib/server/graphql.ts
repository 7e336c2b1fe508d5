import { getRequestEvent } from "$app/server";
import { redirect, type RequestEvent } from "@sveltejs/kit";
import {
  Client,
  fetchExchange,
  type AnyVariables,
  type CombinedError,
  type OperationContext,
  type OperationResult,
  type TypedDocumentNode,
} from "@urql/core";
import { gatewayUrl } from "./gateway-address.ts";
import { toProblem, type Problem } from "../problems.ts";
import { leaveToSignIn, pageOf } from "./session/admit.ts";
import { stepUpPath } from "./session/return-path.ts";
import { IssuerUnavailable, SessionEnded } from "./session/session.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/** What came back: everything that could be read, and what went wrong with the rest. */
export interface Answer<Data> {
  data: Data | undefined;
  problems: Problem[];
}

type Context = Pick<OperationContext, "fetchOptions">;

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
export function query<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  return ask((context) => client.query(document, variables, context).toPromise());
}

/** Runs a mutation. `data` is absent unless the whole mutation succeeded. */
export function mutate<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Answer<Data>> {
  return ask((context) => client.mutation(document, variables, context).toPromise());
}

/** Asks as whoever the present request comes from; leads them to sign in where the graph demands it. */
async function ask<Data, Variables extends AnyVariables>(
  send: (context: Context) => Promise<OperationResult<Data, Variables>>,
): Promise<Answer<Data>> {
  const event = getRequestEvent();
  try {
    const token = await event.locals.session?.accessToken();
    let result = await send(inTheNameOf(event, token));
    if (token !== undefined && isUnauthenticated(result.error)) {
      // Refused although it had not ended by our clock: a new one may be taken.
      const other = await event.locals.session?.accessToken({ refused: token });
      result = await send(inTheNameOf(event, other));
    }
    return answerOf(event, result);
  } catch (error) {
    if (error instanceof SessionEnded) return leaveToSignIn(event, "ended");
    if (!(error instanceof IssuerUnavailable)) throw error;
    return {
      data: undefined,
      problems: [{ code: "UPSTREAM_UNAVAILABLE", message: error.message }],
    };
  }
}

function answerOf<Data, Variables extends AnyVariables>(
  event: RequestEvent,
  { data, error }: OperationResult<Data, Variables>,
): Answer<Data> {
  if (isUnauthenticated(error)) return leaveToSignIn(event, "ended");
  const problems = problemsOf(error);
  if (problems.some(({ code }) => code === "STEP_UP_REQUIRED")) {
    redirect(303, stepUpPath(pageOf(event)));
  }
  return { data, problems };
}

/** The token says who asks, and the address from where: the audit trail is to name the person's. */
const inTheNameOf = (event: RequestEvent, token: string | undefined): Context => ({
  fetchOptions: {
    headers: {
      "x-forwarded-for": event.getClientAddress(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  },
});

function isUnauthenticated(error: CombinedError | undefined): boolean {
  return (
    error?.graphQLErrors.some(({ extensions }) => extensions["code"] === "UNAUTHENTICATED") ?? false
  );
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
