import { ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import { alternativesOf } from "../endpoint/access.ts";
import type { Endpoint, SuccessDocs } from "../endpoint/endpoint.ts";
import { fieldsParameter } from "../endpoint/fields.ts";
import { IF_NONE_MATCH_HEADER, POSITION_HEADER_DOCS, takesKey } from "../endpoint/headers.ts";
import { API_VERSION_HEADER } from "../versions/api-version.ts";
import { linksOf } from "./links.ts";
import { exampleProblem, problem, PROBLEM_TYPE } from "./problem-schema.ts";
import { toJsonSchema, type JsonSchema } from "./schemas.ts";

const ANY_REQUEST: readonly ErrorCode[] = [
  "INVALID_INPUT",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_ACCEPTABLE",
  "RATE_LIMITED",
  "CONSISTENCY_TIMEOUT",
  "INTERNAL_ERROR",
  "UPSTREAM_UNAVAILABLE",
  "SHUTTING_DOWN",
  "UPSTREAM_TIMEOUT",
];
const ANY_BODY: readonly ErrorCode[] = [
  "MALFORMED_BODY",
  "BODY_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
];

const ONLY_FIELDS = z.strictObject({ fields: fieldsParameter });

const RATE_LIMIT = ["RateLimit-Policy", "RateLimit"] as const;
const VALIDATORS = ["ETag", "Cache-Control"] as const;

/** What several answers have in common, as components of the document. */
export const SHARED_HEADERS = {
  "X-Trace-Id": header("Trace id of the request."),
  "Allfunds-Position": header("The newest positions of the books in the answer."),
  "RateLimit-Policy": header(
    "The caller's budget of cost points and the seconds in which it fills (draft-ietf-httpapi-ratelimit-headers).",
  ),
  RateLimit: header("The points that are left, and the seconds to wait when there are too few."),
  "Api-Version": header("The version that the answer has."),
  ETag: header("Strong tag of this answer, for If-None-Match."),
  "Cache-Control": header(
    "`private, no-cache`: keep it, and ask each time whether it still holds.",
  ),
  "Retry-After": header("Seconds to wait before the request is repeated."),
  "WWW-Authenticate": header("The authentication that is required (RFC 6750, RFC 9470)."),
};

function header(description: string): JsonSchema {
  return { description, schema: { type: "string" } };
}

const shared = (...names: readonly (keyof typeof SHARED_HEADERS)[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** One endpoint as an OpenAPI operation object; it links to the others of the same document. */
export function operationObject(endpoint: Endpoint, documented: readonly Endpoint[]): JsonSchema {
  const { docs, body } = endpoint;
  return {
    operationId: docs.operationId,
    tags: [docs.tag],
    summary: docs.summary,
    description: docs.description,
    // Only the scheme that defines scopes lists them; a token from elsewhere needs the same.
    security: [
      ...alternativesOf(endpoint.access).map((scopes) => ({ oauth2: scopes })),
      { bearer: [] },
    ],
    parameters: [
      ...parameters(endpoint.params, "path"),
      ...parameters(endpoint.query, "query"),
      ...(endpoint.method === "GET" ? parameters(ONLY_FIELDS, "query") : []),
      ...headerParameters(endpoint),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(body, endpoint.bodyRequired) }),
    responses: {
      ...successResponses(endpoint, documented),
      ...unchanged(endpoint),
      ...problemResponses(endpoint),
    },
  };
}

function parameters(schema: z.ZodObject | undefined, where: "path" | "query"): JsonSchema[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = toJsonSchema(field as z.ZodType, "output");
    const required = !(field as z.ZodType).safeParse(undefined).success;
    // A list is one parameter with commas, not one parameter for each value.
    const style = rest["type"] === "array" ? { style: "form", explode: false } : {};
    return { name, in: where, description, required, ...style, schema: rest };
  });
}

const headerParameters = ({ docs, method }: Endpoint): JsonSchema[] =>
  [
    ...(docs.requestHeaders ?? []),
    ...(method === "GET" ? [IF_NONE_MATCH_HEADER] : []),
    POSITION_HEADER_DOCS,
    API_VERSION_HEADER,
  ].map(({ name, description, example, schema }) => ({
    name,
    in: "header",
    description,
    required: false,
    schema: { type: "string", ...schema, examples: [example] },
  }));

/** A read that the client has already. */
const unchanged = ({ method }: Endpoint): Record<string, JsonSchema> =>
  method === "GET"
    ? {
        304: {
          description: "The client has this answer already: If-None-Match names its ETag.",
          headers: shared("X-Trace-Id", ...VALIDATORS),
        },
      }
    : {};

const requestBody = (body: z.ZodType, required: boolean): JsonSchema => ({
  required,
  content: { "application/json": { schema: toJsonSchema(body, "input") } },
});

const schemaFor = (mediaType: string, schema: z.ZodType): JsonSchema =>
  mediaType === "application/json" ? toJsonSchema(schema, "output") : { type: "string" };

function successResponses(
  { docs, method, produces }: Endpoint,
  documented: readonly Endpoint[],
): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(docs.success).map(([status, success]) => [
      status,
      {
        description: success.description,
        headers: { ...(method === "GET" ? shared(...VALIDATORS) : {}), ...headersOf(success) },
        ...linksOf(docs.operationId, status, { success, documented }),
        content: Object.fromEntries(
          produces.map((mediaType) => [
            mediaType,
            { schema: schemaFor(mediaType, success.schema) },
          ]),
        ),
      },
    ]),
  );
}

const headersOf = ({ headers = {} }: SuccessDocs): JsonSchema => ({
  ...shared("X-Trace-Id", "Allfunds-Position", ...RATE_LIMIT, "Api-Version"),
  ...Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, header(description)]),
  ),
});

/** One response per status, which lists the codes with that status. */
function problemResponses({ docs, body, path, access }: Endpoint): Record<string, JsonSchema> {
  const codes = [
    ...new Set<ErrorCode>([
      ...ANY_REQUEST,
      ...(access.secondFactor === true ? (["STEP_UP_REQUIRED"] as const) : []),
      ...(body === undefined ? [] : ANY_BODY),
      ...(takesKey(docs) ? (["IDEMPOTENCY_KEY_IN_USE"] as const) : []),
      ...docs.refusals,
    ]),
  ];
  const byStatus = Object.groupBy(codes, (code) => String(ERROR_CODES[code].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, here = []]) => [
      status,
      problemResponse(status, here, path),
    ]),
  );
}

const HEADER_OF_STATUS: Readonly<Record<string, keyof typeof SHARED_HEADERS>> = {
  401: "WWW-Authenticate",
  403: "WWW-Authenticate",
  409: "Retry-After",
  429: "Retry-After",
  503: "Retry-After",
  504: "Retry-After",
};

function refusalHeaders(status: string): JsonSchema {
  const more = HEADER_OF_STATUS[status];
  return shared("X-Trace-Id", ...RATE_LIMIT, ...(more === undefined ? [] : [more]));
}

const problemResponse = (
  status: string,
  codes: readonly ErrorCode[],
  path: string,
): JsonSchema => ({
  description: codes.map((code) => `${code}: ${ERROR_CODES[code].title}.`).join(" "),
  headers: refusalHeaders(status),
  content: {
    [PROBLEM_TYPE]: {
      schema: toJsonSchema(problem, "output"),
      examples: Object.fromEntries(
        codes.map((code) => [code, { value: exampleProblem(code, path) }]),
      ),
    },
  },
});
