import { z } from "zod";
import type { Access } from "../endpoint/access.ts";
import type { Endpoint, Execute, RawRequest } from "../endpoint/endpoint.ts";
import { readBody } from "../endpoint/read-input.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import type { GraphOperation } from "../graph/graph-types.generated.ts";
import type { JsonSchema } from "../openapi/schemas.ts";

/** The request that a call of a tool belongs to. */
export type ToolRequest = Omit<RawRequest, "params" | "query" | "body" | "url" | "mediaType">;

/** What an assistant may do: a read, or a proposal that a person decides on. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly access: Access;
  /** The GraphQL operations that it may run. */
  readonly operations: readonly GraphOperation[];
  readonly isRead: boolean;
  readonly run: (
    sent: Readonly<Record<string, unknown>>,
    request: ToolRequest,
    gateway: GatewayClient,
  ) => Promise<unknown>;
}

interface ToolDefinition<Input extends z.ZodObject> extends Omit<Tool, "input" | "run"> {
  readonly input: Input;
  readonly answer: (input: z.output<Input>, execute: Execute) => Promise<unknown>;
}

/** A tool with operations of its own. */
export function defineTool<Input extends z.ZodObject>({
  answer,
  ...shape
}: ToolDefinition<Input>): Tool {
  return {
    ...shape,
    run: async (sent, { context, headers, gone, passOn }, gateway) =>
      answer(readBody(shape.input, sent), (operation, variables) =>
        gateway.execute(operation, variables, {
          context,
          authorization: headers.authorization,
          gone,
          passOn,
        }),
      ),
  };
}

/** A read of the REST API as a tool: the same parameters, rules and answer. */
export function toolOf({ docs, params, query, access, operations, handle }: Endpoint): Tool {
  const ofPath = params?.shape ?? {};
  const ofQuery = query?.shape ?? {};
  const input = z.strictObject({ ...ofPath, ...ofQuery });
  return {
    name: docs.operationId,
    title: docs.summary,
    description: docs.description,
    input,
    access,
    operations,
    isRead: true,
    run: async (sent, request, gateway) => {
      readBody(input, sent);
      const part = (shape: object) =>
        Object.fromEntries(
          Object.entries(sent)
            .filter(([name]) => Object.hasOwn(shape, name))
            .map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
        );
      const raw = { ...request, body: undefined, url: "", mediaType: "application/json" };
      const answer = await handle({ ...raw, params: part(ofPath), query: part(ofQuery) }, gateway);
      return answer.body;
    },
  };
}

/** The parameters of a tool as JSON Schema. */
export function inputSchemaOf({ input }: Pick<Tool, "input">): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "output" });
  const required = Object.entries(input.shape)
    .filter(([, field]) => !(field as z.ZodType).safeParse(undefined).success)
    .map(([name]) => name);
  return { ...schema, required, additionalProperties: false };
}
