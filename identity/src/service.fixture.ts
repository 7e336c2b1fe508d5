import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createHttpServer, requestContext } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { takePort } from "./identity.fixture.ts";

/** What a service tells of whoever asks it. */
interface Answered {
  readonly status: number;
  readonly code?: string;
  readonly tenantId?: string;
  readonly actor?: string;
  readonly scopes?: readonly string[];
  readonly acr?: string;
  readonly funds?: unknown;
}

/** A service that knows its callers as every service of the system does: by its environment alone. */
export interface AskedService {
  readonly ask: (token: string) => Promise<Answered>;
  readonly stop: () => Promise<void>;
}

export async function startService(env: Record<string, string>): Promise<AskedService> {
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
  app.get("/who", (request, reply) => {
    const { tenantId, actor, scopes, caller } = requestContext(request);
    return reply.send({ tenantId, actor, scopes, acr: caller?.acr, funds: caller?.funds });
  });
  const port = await takePort();
  await app.listen({ host: "127.0.0.1", port });
  return {
    ask: async (token) => {
      const response = await fetch(`http://127.0.0.1:${port}/who`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    stop: () => app.close(),
  };
}
