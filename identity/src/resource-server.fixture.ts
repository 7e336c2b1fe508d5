import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createHttpServer, requestContext } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { freePort } from "@allfunds/platform/testing/free-port";

/** The caller of a request as the resource server has understood the token. */
interface CallerReport {
  readonly status: number;
  readonly code?: string;
  readonly tenantId?: string;
  readonly actor?: string;
  readonly scopes?: readonly string[];
  readonly acr?: string;
  readonly funds?: unknown;
  /** The challenge of a refusal. */
  readonly challenge?: string | null;
}

export interface ResourceServer {
  readonly url: string;
  /** The token with which it forwards requests. */
  readonly forwardingOf: () => Promise<string>;
  readonly callerOf: (token: string) => Promise<CallerReport>;
  readonly close: () => Promise<void>;
}

/** A service that authenticates as every service of the system does: by its environment alone. */
export async function openResourceServer(
  env: Record<string, string>,
  { isEdge = false }: { readonly isEdge?: boolean } = {},
): Promise<ResourceServer> {
  const logger = createLogger("service", "silent");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { contextOf, systemCredentials } = createAuthentication(
    loadConfig("service", authenticationShape, env),
    logger,
    isEdge ? { edge: { origins: [url] } } : {},
  );
  const { app } = createHttpServer({
    service: "service",
    logger,
    contextOf: ({ headers, method, url: path }) => contextOf(headers, { method, path }),
  });
  app.get("/caller", (request, reply) => {
    const { tenantId, actor, scopes, caller } = requestContext(request);
    return reply.send({ tenantId, actor, scopes, acr: caller?.acr, funds: caller?.funds });
  });
  await app.listen({ host: "127.0.0.1", port });
  return {
    url,
    forwardingOf: async () => (await systemCredentials("token:forward")?.token()) ?? "",
    callerOf: async (token) => {
      const response = await fetch(`${url}/caller`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const challenge = response.headers.get("www-authenticate");
      return { status: response.status, challenge, ...((await response.json()) as object) };
    },
    close: () => app.close(),
  };
}
