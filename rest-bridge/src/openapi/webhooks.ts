import { ledgerEventSchema } from "@allfunds/contract/events";
import { PERSONAL_MEMBERS, WEBHOOK_NOTICES } from "@allfunds/contract/webhooks";
import { z } from "zod";
import type { JsonSchema } from "./schemas.ts";

const HEADERS = {
  "webhook-id": ["UUID of the message, the same in each of its attempts.", { format: "uuid" }],
  "webhook-timestamp": ["Seconds since 1970 at the attempt.", { pattern: "^\\d+$" }],
  "webhook-signature": [
    "`v1,` and the Base64 HMAC-SHA256 of `<id>.<timestamp>.<body>`; one for each valid secret.",
    { pattern: "^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$" },
  ],
} as const;

const PARAMETERS = Object.entries(HEADERS).map(([name, [description, schema]]) => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string", ...schema },
}));

const RESPONSES = {
  "2XX": { description: "Accepted: it is not sent again." },
  "410": { description: "Gone: the webhook is disabled." },
  default: { description: "Not accepted: it is sent again, for about three days." },
} as const;

/** What `POST /api/v1/webhooks` has posted to receivers: one message for each type of event. */
export function webhookObjects(): Record<string, JsonSchema> {
  const events = ledgerEventSchema.options.map(({ shape: { type, payload } }) =>
    messageOf(type.value, eventData(payload)),
  );
  const notices = Object.values(WEBHOOK_NOTICES).map((type) => messageOf(type, NOTICE_DATA));
  return Object.fromEntries([...events, ...notices].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const NOTICE_DATA: JsonSchema = {
  type: "object",
  properties: {
    webhookId: { type: "string", format: "uuid", description: "The webhook it is about." },
    reason: { enum: ["GONE", "FAILING"], description: "Of a disabled one: why." },
  },
  required: ["webhookId"],
};

function messageOf(type: string, data: JsonSchema): readonly [string, JsonSchema] {
  const schema = {
    type: "object",
    properties: {
      id: { type: "string", format: "uuid", description: "Equals the header webhook-id." },
      type: { const: type },
      timestamp: { type: "string", format: "date-time", description: "When it was recorded." },
      data,
    },
    required: ["id", "type", "timestamp", "data"],
  };
  const post = {
    operationId: `receive.${type}`,
    summary: `${type} was recorded`,
    security: [],
    parameters: PARAMETERS,
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: RESPONSES,
  };
  return [type, { post }];
}

/** The payload of an event as messages have it. */
function eventData(payload: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = withoutRequired(z.toJSONSchema(payload, { io: "output" }));
  const { properties, required } = schema as {
    readonly properties?: JsonSchema;
    readonly required?: readonly string[];
  };
  return {
    ...schema,
    properties: {
      ...properties,
      fundId: {
        type: ["string", "null"],
        format: "uuid",
        description: "The fund; null for the tenant's own book.",
      },
      position: { type: "integer", description: "Position in the book: 1, 2, 3 …" },
    },
    required: [...new Set([...(required ?? []), "fundId", "position"])],
  };
}

/** The same schema in which members that may name a person can be absent, at every depth. */
function withoutRequired(schema: unknown): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => {
      if (name === "additionalProperties" && value === false) return undefined;
      return name === "required" && Array.isArray(value)
        ? value.filter((member) => !PERSONAL_MEMBERS.has(String(member)))
        : value;
    }),
  ) as JsonSchema;
}
