import type { IncomingHttpHeaders } from "node:http";
import type { ErrorCode } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import type { z } from "zod";
import type { Access } from "./access/scopes.ts";
import type { GatewayClient } from "./gateway/gateway-client.ts";
import type { Operation } from "./gateway/operation.ts";
import { readBody, readParameters } from "./http/read-input.ts";

/** What goes out. A string body travels as it is, an object as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose route, method and media types are settled. */
interface Arrived {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Path and query as sent. */
  readonly url: string;
  /** The media type to answer in, one of `produces`. */
  readonly mediaType: string;
  readonly context: RequestContext;
}

interface Call<Params, Query, Body> extends Arrived {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly execute: <Data>(
    operation: Operation,
    variables: Readonly<Record<string, unknown>>,
  ) => Promise<Data>;
}

export interface SuccessDocs {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RequestHeaderDocs {
  readonly name: string;
  readonly description: string;
  readonly example: string;
}

/** What the OpenAPI document says of an endpoint beyond its schemas. */
interface EndpointDocs {
  readonly operationId: string;
  readonly tag: "Ledger" | "Analytics" | "Metrics";
  readonly summary: string;
  readonly description: string;
  readonly requestHeaders?: readonly RequestHeaderDocs[];
  readonly success: Readonly<Record<number, SuccessDocs>>;
  /** Codes beyond those every endpoint can answer. */
  readonly refusals: readonly ErrorCode[];
}

interface EndpointShape {
  readonly method: "GET" | "POST" | "PATCH";
  /** Fastify's pattern: `/api/v1/transactions/:id`. */
  readonly path: string;
  /** The GraphQL operations, of which one request runs one. */
  readonly operations: readonly Operation[];
  /** Who is let in. */
  readonly access: Access;
  /** Media types it can answer in, the preferred one first. */
  readonly produces: readonly string[];
  readonly docs: EndpointDocs;
}

interface EndpointDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
> extends EndpointShape {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Narrows `body` where it allows several shapes, so that the violations speak of the one meant. */
  readonly bodyMeant?: (sent: unknown) => z.ZodType<z.output<Body>>;
  /** Taken for the body when none was sent; without it there must be one. */
  readonly bodyIfAbsent?: z.input<Body>;
  readonly respond: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Answer>;
}

export interface Endpoint extends EndpointShape {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyRequired: boolean;
  readonly handle: (arrived: Arrived, gateway: GatewayClient) => Promise<Answer>;
}

/** One documented endpoint: reads its input, runs its operation, shapes the answer. */
export function defineEndpoint<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(definition: EndpointDefinition<Params, Query, Body>): Endpoint {
  const { params, query, body, bodyMeant, bodyIfAbsent, respond, ...shape } = definition;
  return {
    ...shape,
    params,
    query,
    body,
    bodyRequired: bodyIfAbsent === undefined,
    handle: async (arrived, gateway) =>
      respond({
        ...arrived,
        params: readParameters(params, arrived.params),
        query: readParameters(query, arrived.query),
        body: readBody(bodyMeant?.(arrived.body) ?? body, sentOr(bodyIfAbsent, arrived.body)),
        execute: (operation, variables) =>
          gateway.execute(operation, variables, {
            context: arrived.context,
            authorization: arrived.headers.authorization,
          }),
      }),
  };
}

/** What was sent; null is something that was sent. */
const sentOr = (absent: unknown, sent: unknown): unknown => (sent === undefined ? absent : sent);
