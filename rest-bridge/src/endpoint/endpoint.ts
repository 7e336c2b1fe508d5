import type { IncomingHttpHeaders } from "node:http";
import { invalidInput, type ErrorCode } from "@allfunds/contract/errors";
import type { Unchanged } from "@allfunds/platform/book-positions";
import type { RequestContext } from "@allfunds/platform/context";
import type { z } from "zod";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import type { GraphOperation } from "../graph/graph-types.generated.ts";
import type { Access } from "./access.ts";
import { describe, readFields, selectFields } from "./fields.ts";
import { readBody, readParameters } from "./read-input.ts";

/**
 * The answer to a request. A text or bytes are sent as they are, piece by piece when there are several, and an
 * object as JSON.
 */
export interface Answer {
  readonly status: number;
  readonly body: object | string | Uint8Array | AsyncIterable<string | Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request with a known endpoint and an agreed media type; its input is not read yet. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Path and query as the client sent them. */
  readonly url: string;
  /** The media type of the answer, one of `produces`. */
  readonly mediaType: string;
  readonly context: RequestContext;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  /** Adds a header of the gateway's answer to this one's. */
  readonly passOn: (name: string, value: string) => void;
  /** Refuses a request with valid input, or returns what the graph is to refuse its change without. */
  readonly precondition?: () => Promise<Unchanged | undefined>;
}

/** Runs an operation on the graph as the caller. */
export type Execute = <Result, Variables extends object>(
  operation: GraphOperation<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

interface EndpointRequest<Params, Query, Body> extends RawRequest {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly execute: Execute;
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
  /** What its texts are restricted to, in JSON Schema. */
  readonly schema?: { readonly pattern: string } | { readonly enum: readonly string[] };
}

/** The OpenAPI description of an endpoint, without its schemas. */
interface EndpointDocs {
  readonly operationId: string;
  readonly tag: "Ledger" | "Funds" | "Analytics" | "Metrics" | "Jobs" | "Webhooks";
  readonly summary: string;
  readonly description: string;
  readonly requestHeaders?: readonly RequestHeaderDocs[];
  readonly success: Readonly<Record<number, SuccessDocs>>;
  /** Codes beyond those that every endpoint can answer with. */
  readonly refusals: readonly ErrorCode[];
}

interface EndpointShape {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Fastify's pattern: `/api/v1/transactions/:id`. */
  readonly path: string;
  /** Where what it makes is listed, when that is another path: a client that reads here is shown it. */
  readonly listedAt?: string;
  /** Whether it leaves the resource above it as a GET answers it, so that no tag is compared. */
  readonly keepsResource?: boolean;
  /** Of a read of one resource with a fund: whether its changes are no events of the fund's book. */
  readonly outsideBooks?: boolean;
  /** The GraphQL operations that it may run. */
  readonly operations: readonly GraphOperation[];
  readonly access: Access;
  /** The media types of its answers, the preferred one first. */
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
  /** Chooses one of the shapes that `body` allows, so that violations name the fields of that shape. */
  readonly chooseBody?: (sent: unknown) => z.ZodType<z.output<Body>>;
  /** The body of a request that has none; without it, a body is required. */
  readonly bodyIfAbsent?: z.input<Body>;
  readonly respond: (
    request: EndpointRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<Answer>;
}

export interface Endpoint extends EndpointShape {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyRequired: boolean;
  readonly handle: (request: RawRequest, gateway: GatewayClient) => Promise<Answer>;
}

/** One documented endpoint: reads its input, runs its operation, shapes the answer. */
export function defineEndpoint<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(definition: EndpointDefinition<Params, Query, Body>): Endpoint {
  const { params, query, body, chooseBody, bodyIfAbsent, respond, ...shape } = definition;
  return {
    ...shape,
    params,
    query,
    body,
    bodyRequired: bodyIfAbsent === undefined,
    handle: async (request, gateway) => {
      // Null is a body; only an absent one is replaced.
      const sent = request.body === undefined ? bodyIfAbsent : request.body;
      const isRead = shape.method === "GET";
      const { fields, others } = isRead
        ? readFields(request.query)
        : { fields: undefined, others: request.query };
      const input = {
        params: readParameters(params, request.params),
        query: readParameters(query, others),
        body: readBody(chooseBody?.(request.body) ?? body, sent),
      };
      const unchanged = await request.precondition?.();
      const context = unchanged === undefined ? request.context : { ...request.context, unchanged };
      const answer = await respond({
        ...request,
        ...input,
        execute: (operation, variables) =>
          gateway.execute(operation, variables, {
            context,
            authorization: request.headers.authorization,
            gone: request.gone,
            passOn: request.passOn,
          }),
      });
      return fields === undefined ? answer : onlyFields(answer, fields, shape.docs);
    },
  };
}

/** A part of an answer in JSON. The tag of the whole is not the part's. */
function onlyFields({ status, body, headers }: Answer, fields: string, docs: EndpointDocs): Answer {
  const schema = docs.success[status]?.schema;
  const isJson = typeof body === "object" && !(Symbol.asyncIterator in body);
  if (!isJson || body instanceof Uint8Array || schema === undefined) {
    throw invalidInput("fields", "leaves out parts of an answer in JSON only");
  }
  const { etag: _whole, ...others } = headers ?? {};
  return { status, body: selectFields(body, fields, describe(schema)), headers: others };
}
