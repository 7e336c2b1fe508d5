import { currentContext } from "@allfunds/platform/context";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { ProtocolLimits } from "../limits/protocol-limits.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import { renderTooMany } from "../pages/protocol-pages.ts";
import type { OAuthClients } from "./oauth-clients.ts";

const WITH_SECRET: ReadonlySet<string> = new Set(["/oauth/token", "/oauth/revoke", "/oauth/par"]);

/** Keeps the protocol's addresses from being flooded, and secrets from being guessed. */
export const limitRequests =
  (limits: ProtocolLimits, clients: OAuthClients) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const ip = currentContext()?.clientAddress ?? "";
    const { path } = context;
    let answered = false;
    try {
      if (path === "/oauth/authorize") await limits.countSignIn(ip);
      if (!WITH_SECRET.has(path)) return await next();
      const clientId = namedClient(context.get("authorization"));
      await limits.refuseGuesser(clientId, ip);
      // Our own services' clients speak for many people; their number is known.
      if (clients.isTenantClient(clientId)) await limits.countToken(clientId, ip);
      await next();
      answered = true;
      if (isStrangers(context)) await limits.noteWrongSecret(clientId, ip);
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error;
      // The attempt that spends the last one has its answer already.
      if (answered) return;
      refuse(context, error.retryAfterSeconds);
    }
  };

/** A wrong secret, or nonsense that no client of ours has sent: each leaves a line in the trail. */
const isStrangers = ({ status, oidc }: KoaContextWithOIDC): boolean =>
  status === 401 || (status === 400 && oidc?.client === undefined);

function refuse(context: KoaContextWithOIDC, retryAfterSeconds: number): void {
  context.status = 429;
  context.set({ "retry-after": String(retryAfterSeconds), "cache-control": "no-store" });
  if (context.path === "/oauth/authorize") {
    renderTooMany(context, retryAfterSeconds);
    return;
  }
  context.body = {
    error: "temporarily_unavailable",
    error_description: `too many requests, try again in ${retryAfterSeconds} seconds`,
  };
}

/** The client the header names, whoever sends it; empty when it is named elsewhere or not at all. */
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
