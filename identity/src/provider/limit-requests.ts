import { currentContext } from "@allfunds/platform/context";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { ProtocolLimits } from "../limits/protocol-limits.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import type { OAuthClients } from "./oauth-clients.ts";
import { renderTooMany } from "./protocol-pages.ts";

const WITH_SECRET: ReadonlySet<string> = new Set([
  "/oauth/token",
  "/oauth/revoke",
  "/oauth/introspect",
  "/oauth/par",
  "/oauth/device-authorization",
]);

/** Protects the protocol's endpoints from floods, and secrets from being guessed. */
export const limitRequests =
  (limits: ProtocolLimits, clients: OAuthClients) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const ip = currentContext()?.clientAddress ?? "";
    const { path } = context;
    let answered = false;
    try {
      if (path === "/oauth/authorize" || isTypedCode(context)) await limits.countSignIn(ip);
      if (!WITH_SECRET.has(path)) return await next();
      const clientId = namedClient(context.get("authorization"));
      await limits.refuseAfterWrongSecrets(clientId, ip);
      // The system's own clients act for many users and are few.
      if (clients.isTenantClient(clientId)) await limits.countToken(clientId, ip);
      await next();
      answered = true;
      if (isUnauthenticated(context)) await limits.countWrongSecret(clientId, ip);
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error;
      // The attempt that reaches the limit has its response already.
      if (answered) return;
      refuse(context, error.retryAfterSeconds);
    }
  };

/** A guess of the code that a device shows. */
const isTypedCode = ({ path, method }: KoaContextWithOIDC): boolean =>
  path === "/oauth/device" && method === "POST";

/** A wrong secret, or a malformed request without a client: each adds an event to the audit log. */
const isUnauthenticated = ({ status, oidc }: KoaContextWithOIDC): boolean =>
  status === 401 || (status === 400 && oidc?.client === undefined);

function refuse(context: KoaContextWithOIDC, retryAfterSeconds: number): void {
  context.status = 429;
  context.set({ "retry-after": String(retryAfterSeconds), "cache-control": "no-store" });
  if (context.path === "/oauth/authorize" || context.path === "/oauth/device") {
    renderTooMany(context, retryAfterSeconds);
    return;
  }
  context.body = {
    error: "temporarily_unavailable",
    error_description: `too many requests, try again in ${retryAfterSeconds} seconds`,
  };
}

/** The client that the header names, unverified; empty when it is named elsewhere or not at all. */
function namedClient(authorization: string): string {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return "";
  const [name = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
