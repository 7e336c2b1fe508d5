import { AppError, invalidInput } from "@allfunds/contract/errors";
import { withoutEncoding } from "@allfunds/platform/http";
import type { Endpoint, RawRequest, RequestHeaderDocs } from "./endpoint.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { tagOf } from "./entity-tag.ts";

const ONE_TAG = '(?:W/)?"[!#-~]*"';
const TAGS = `^(?:\\*|${ONE_TAG}(?: *, *${ONE_TAG})*)$`;

const ifMatchOf = (path: string): RequestHeaderDocs => ({
  name: "If-Match",
  description: `The ETag that GET ${path.replaceAll(/:(\w+)/g, "{$1}")} answered in JSON, without \`fields\` and \`expand\`. Refused with VERSION_CONFLICT when it answers another by now; it is read right before the change. Repeat a request that may have taken effect under its Idempotency-Key and without this header.`,
  example: '"Xr5vS1bq0yH3mJk2dPfW9A"',
  schema: { pattern: TAGS },
});

/**
 * The endpoints, those that change one resource with If-Match: below the address of a GET (`/holds/:id`), an action
 * (`/holds/:id/void`) is refused unless the GET still has the tag.
 */
export const withPreconditions = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.map((endpoint) => {
    const read = endpoints.find((candidate) => isReadOf(candidate, endpoint));
    return read === undefined ? endpoint : conditional(endpoint, read);
  });

/** Whether a GET of one resource has this endpoint below it. */
export const isReadOf = (read: Endpoint, { method, path }: Endpoint): boolean =>
  method !== "GET" &&
  read.method === "GET" &&
  read.path.endsWith("/:id") &&
  path.startsWith(`${read.path}/`);

function conditional(endpoint: Endpoint, read: Endpoint): Endpoint {
  const { docs, handle } = endpoint;
  return {
    ...endpoint,
    docs: {
      ...docs,
      requestHeaders: [ifMatchOf(read.path), ...(docs.requestHeaders ?? [])],
      refusals: [...docs.refusals, "VERSION_CONFLICT"],
    },
    handle: (request, gateway) => {
      const { "if-match": ifMatch } = request.headers;
      if (ifMatch === undefined) return handle(request, gateway);
      const precondition = () => requireTag(ifMatch, read, request, gateway);
      return handle({ ...request, precondition }, gateway);
    },
  };
}

/** Throws VERSION_CONFLICT unless the resource has one of these tags; If-Match compares strongly (RFC 9110, 13.1.1). */
async function requireTag(
  ifMatch: string,
  read: Endpoint,
  request: RawRequest,
  gateway: GatewayClient,
): Promise<void> {
  if (!new RegExp(TAGS).test(ifMatch.trim())) {
    throw invalidInput("If-Match", 'must be * or entity tags such as "Xr5vS1bq0yH3mJk2dPfW9A"');
  }
  const { id } = request.params as { readonly id: string };
  const asRead = { ...request, params: { id }, query: {}, body: undefined };
  const { headers, body } = await read.handle(
    { ...asRead, mediaType: "application/json" },
    gateway,
  );
  if (ifMatch.trim() === "*") return;
  const tag = tagOf(headers, JSON.stringify(body));
  const sent = ifMatch.match(new RegExp(ONE_TAG, "g")) ?? [];
  if (sent.some((one) => withoutEncoding(one) === tag)) return;
  throw new AppError("VERSION_CONFLICT", `It has changed since it was read: its tag is ${tag}.`);
}
