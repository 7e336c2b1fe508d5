import { getRequestEvent } from "$app/server";
import { redirect, type RequestEvent } from "@sveltejs/kit";
import {
  Client,
  fetchExchange,
  formatDocument,
  mapExchange,
  type AnyVariables,
  type CombinedError,
  type OperationContext,
  type OperationResult,
  type TypedDocumentNode,
} from "@urql/core";
import type { Translate } from "../../language/messages.ts";
import { BookPositions } from "./book-positions.ts";
import { gatewayUrl } from "./gateway-address.ts";
import type { Problem } from "../../problems.ts";
import { readerLanguage } from "../reader-language.ts";
import { redirectToSignIn, pageOf } from "../sign-in/admit.ts";
import { stepUpPath } from "../sign-in/return-path.ts";
import { toProblem } from "./problem-sentences.ts";
import { IssuerUnavailable, SessionEnded } from "../session/session.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/** A response: the data that could be read, and the problems with the rest. */
export interface GraphResponse<Data> {
  data: Data | undefined;
  problems: Problem[];
  /** When it was read; milliseconds since 1970. */
  readAt: number;
}

type Context = Pick<OperationContext, "fetchOptions">;

const client = new Client({
  url: `${gatewayUrl}/graphql`,
  exchanges: [
    // The cache of the browser needs the names of types.
    mapExchange({
      onOperation: (operation) => ({ ...operation, query: formatDocument(operation.query) }),
    }),
    fetchExchange,
  ],
  requestPolicy: "network-only",
  // As GET, short queries would put their variables into access logs.
  preferGetMethod: false,
  fetch: (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
});

/** Runs a query and keeps partial data: an unavailable subgraph does not empty the page. */
export function query<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<GraphResponse<Data>> {
  return sendAsViewer((context) => client.query(document, variables, context).toPromise());
}

/** Runs a mutation. `data` is absent unless the whole mutation succeeded. Later queries include what it wrote. */
export function mutate<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<GraphResponse<Data>> {
  const event = getRequestEvent();
  return sendAsViewer(async (context) => {
    const result = await client.mutation(document, variables, context).toPromise();
    positionsOf(event)?.keep(result.extensions?.["position"]);
    return result;
  });
}

/** Sends with the viewer's token. Redirects to the sign-in page when the graph requires it. */
async function sendAsViewer<Data, Variables extends AnyVariables>(
  send: (context: Context) => Promise<OperationResult<Data, Variables>>,
): Promise<GraphResponse<Data>> {
  const event = getRequestEvent();
  try {
    const token = await event.locals.session?.accessToken();
    let result = await send(contextOf(event, token));
    if (token !== undefined && isUnauthenticated(result.error)) {
      // Refused before it expired by this server's clock: a renewed one may be accepted.
      const renewed = await event.locals.session?.accessToken({ refused: token });
      result = await send(contextOf(event, renewed));
    }
    return responseOf(event, result);
  } catch (error) {
    if (error instanceof SessionEnded) return redirectToSignIn(event, "ended");
    if (!(error instanceof IssuerUnavailable)) throw error;
    return {
      data: undefined,
      problems: [{ code: "UPSTREAM_UNAVAILABLE", message: event.locals.t("problem.issuerAway") }],
      readAt: Date.now(),
    };
  }
}

function responseOf<Data, Variables extends AnyVariables>(
  event: RequestEvent,
  { data, error }: OperationResult<Data, Variables>,
): GraphResponse<Data> {
  if (isUnauthenticated(error)) return redirectToSignIn(event, "ended");
  const problems = problemsOf(event, error);
  if (!data && problems.length === 0) {
    problems.push({ code: "INTERNAL_ERROR", message: event.locals.t("problem.noAnswer") });
  }
  if (problems.some(({ code }) => code === "STEP_UP_REQUIRED")) {
    redirect(303, stepUpPath(pageOf(event)));
  }
  return { data, problems, readAt: Date.now() };
}

const positionsOf = ({ cookies, locals }: RequestEvent): BookPositions | undefined =>
  locals.session && new BookPositions(cookies, locals.session.subject);

/** The audit log records the viewer's address, not this server's. */
const contextOf = (event: RequestEvent, token: string | undefined): Context => ({
  fetchOptions: {
    headers: {
      "x-forwarded-for": event.getClientAddress(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...positionsOf(event)?.headers,
    },
  },
});

function isUnauthenticated(error: CombinedError | undefined): boolean {
  return (
    error?.graphQLErrors.some(({ extensions }) => extensions["code"] === "UNAUTHENTICATED") ?? false
  );
}

function problemsOf(event: RequestEvent, error: CombinedError | undefined): Problem[] {
  if (!error) return [];
  if (error.networkError) return [unreachable(error.networkError, event.locals.t)];
  const wording = { language: readerLanguage(event), t: event.locals.t };
  return error.graphQLErrors.map((each) => toProblem(each, wording));
}

function unreachable(error: Error, t: Translate): Problem {
  if (error.name === "TimeoutError") {
    return { code: "UPSTREAM_TIMEOUT", message: t("problem.gatewaySlow") };
  }
  return { code: "UPSTREAM_UNAVAILABLE", message: t("problem.gatewayAway") };
}
