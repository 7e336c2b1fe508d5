import type { AddressInfo } from "node:net";
import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createHttpServer, requestContext } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";

/** The caller of a request as the resource server has understood the token. */
interface CallerReport {
  readonly status: number;
  readonly code?: string;
  readonly tenantId?: string;
  readonly actor?: string;
  readonly scopes?: readonly string[];
  readonly acr?: string;
  readonly funds?: unknown;
}

export interface ResourceServer {
  readonly callerOf: (token: string) => Promise<CallerReport>;
  readonly close: () => Promise<void>;
}

/** A service that authenticates as every service of the system does: by its environment alone. */
export async function openResourceServer(env: Record<string, string>): Promise<ResourceServer> {
  const logger = createLogger("service", "silent");
  const { contextOf } = createAuthentication(
    loadConfig("service", authenticationShape, env),
    logger,
  );
  const { app } = createHttpServer({
    service: "service",
    logger,
    contextOf: ({ headers }) => contextOf(headers),
  });
  app.get("/caller", (request, reply) => {
    const { tenantId, actor, scopes, caller } = requestContext(request);
    return reply.send({ tenantId, actor, scopes, acr: caller?.acr, funds: caller?.funds });
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    callerOf: async (token) => {
      const response = await fetch(`http://127.0.0.1:${port}/caller`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    close: () => app.close(),
  };
}
