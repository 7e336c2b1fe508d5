import { AppError } from "@allfunds/contract/errors";
import { PROOF_ALGORITHMS, requireCaller } from "@allfunds/platform/auth";
import { requestContext, signalWhenGone } from "@allfunds/platform/http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { RestAssistantAccessDocument } from "../graph/graph-types.generated.ts";
import { alternativesOf } from "../endpoint/access.ts";
import type { ToolRequest } from "./tool.ts";
import { TOOLS } from "./tools.ts";

const ASSISTANTS_PATH = "/mcp";

/** Where RFC 9728 has the metadata of the resource at a path. */
const METADATA_PATH = `/.well-known/oauth-protected-resource${ASSISTANTS_PATH}`;

export const ASSISTANT_ROUTES = [
  { method: "POST", path: ASSISTANTS_PATH },
  { method: "GET", path: METADATA_PATH },
] as const;

/** The part of a challenge that leads a program to the issuer (RFC 9728, section 5.1); empty elsewhere. */
export const resourceMetadataOf = (url: string, publicUrl: string): string =>
  url.split("?")[0] === ASSISTANTS_PATH ? `resource_metadata="${publicUrl}${METADATA_PATH}"` : "";

/** What the tools need. A program may request all that is named here: what writes or administers is not. */
const SCOPES_OF_TOOLS = [
  ...new Set(TOOLS.flatMap(({ access }) => alternativesOf(access).flat())),
].toSorted();

interface AssistantOptions {
  readonly gateway: GatewayClient;
  readonly publicUrl: string;
  readonly issuer: string;
  /** Origins whose pages may call it from browsers, beside its own. */
  readonly corsOrigins: readonly string[];
}

/** Assistants: the Model Context Protocol at /mcp, for tenants whose administrator allows it. */
export function serveAssistants(app: FastifyInstance, options: AssistantOptions): void {
  const { gateway, publicUrl, issuer } = options;
  const url = `${publicUrl}${ASSISTANTS_PATH}`;
  app.get(METADATA_PATH, (_request, reply) =>
    reply.header("cache-control", "public, max-age=300").send({
      resource: url,
      resource_name: "AllFunds",
      authorization_servers: [issuer],
      scopes_supported: SCOPES_OF_TOOLS,
      bearer_methods_supported: ["header"],
      dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
      dpop_bound_access_tokens_required: false,
      resource_documentation: `${publicUrl}/docs`,
    }),
  );
  app.route({
    method: "POST",
    url: ASSISTANTS_PATH,
    config: { needsCaller: true },
    handler: async (request, reply) => {
      refuseForeignPages(request.headers.origin, options);
      const toolRequest = toolRequestOf(request, reply);
      await refuseUnlessAllowed(toolRequest, gateway);
      // At the first message only: a bridge without assistants does not load the protocol.
      const { answerAssistant } = await import("./answer-assistants.ts");
      const message = { url, body: request.body };
      const { status, contentType, text } = await answerAssistant(message, toolRequest, gateway);
      if (contentType !== null) void reply.type(contentType);
      return reply.status(status).send(text);
    },
  });
}

/** As the protocol requires against DNS rebinding: a page of another site reaches no tool, whatever its token. */
function refuseForeignPages(
  origin: string | undefined,
  { publicUrl, corsOrigins }: AssistantOptions,
): void {
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  if (corsOrigins.includes(origin)) return;
  throw new AppError("FORBIDDEN", "Pages of this origin may not call assistants' tools.");
}

function toolRequestOf(request: FastifyRequest, reply: FastifyReply) {
  const context = requestContext(request);
  return {
    headers: request.headers,
    context,
    caller: requireCaller(context),
    gone: signalWhenGone(reply.raw),
    passOn: (name: string, value: string): void => void reply.header(name, value),
  };
}

/** Asked for each message, so that what an administrator ends is ended at once. */
async function refuseUnlessAllowed(
  { context, headers, gone, passOn }: ToolRequest,
  gateway: GatewayClient,
): Promise<void> {
  const { authorization } = headers;
  const behalf = { context, authorization, gone, passOn };
  const { assistantAccess } = await gateway.execute(RestAssistantAccessDocument, {}, behalf);
  if (assistantAccess.allowed) return;
  throw new AppError(
    "FORBIDDEN",
    "Assistants are not allowed here. An administrator allows them with setAssistantAccess.",
  );
}
