import { currentContext } from "@allfunds/platform/context";
import { errors, Provider, type KoaContextWithOIDC } from "oidc-provider";
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

/** The client that a request named first, by whatever method it authenticates. */
const named = new WeakMap<KoaContextWithOIDC, string>();

/** Protects the protocol's endpoints from floods, and secrets from being guessed. */
export const limitRequests =
  (limits: ProtocolLimits) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const ip = currentContext()?.clientAddress ?? "";
    const { path } = context;
    let answered = false;
    try {
      if (path === "/oauth/authorize" || isTypedCode(context)) await limits.countSignIn(ip);
      if (!WITH_SECRET.has(path)) return await next();
      await limits.refuseAddress(ip);
      await next();
      answered = true;
      if (isUnauthenticated(context)) {
        await limits.countWrongSecret(named.get(context) ?? "", ip);
      }
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error;
      // The attempt that reaches the limit has its response already.
      if (answered) return;
      refuse(context, error.retryAfterSeconds);
    }
  };

/**
 * Refuses a client at its address when it is looked up, before what it authenticates with is checked: only then it is
 * known, because most methods name it in the body.
 */
export const limitClients =
  (limits: ProtocolLimits, clients: OAuthClients) =>
  async (clientId: string): Promise<void> => {
    const context = Provider.ctx;
    if (context === undefined || !WITH_SECRET.has(context.path) || named.has(context)) return;
    named.set(context, clientId);
    const ip = currentContext()?.clientAddress ?? "";
    try {
      await limits.refuseClient(clientId, ip);
      // The system's own clients act for many users and are few.
      if (clients.isTenantClient(clientId)) await limits.countToken(clientId, ip);
    } catch (error) {
      throw refusalOf(error, context);
    }
  };

/** A limit's refusal as one of the protocol; any other error as it is. */
function refusalOf(error: unknown, context: KoaContextWithOIDC): unknown {
  if (!(error instanceof TooManyAttempts)) return error;
  const { retryAfterSeconds } = error;
  context.set("retry-after", String(retryAfterSeconds));
  const refusal = new errors.OIDCProviderError(429, "temporarily_unavailable");
  return Object.assign(refusal, { error_description: tryAgainIn(retryAfterSeconds) });
}

/** Refuses the guesses of codes that devices show: they are short, because people type them (RFC 8628, section 5.1). */
export const limitTypedCodes =
  (limits: ProtocolLimits) =>
  async <Found>(find: () => Promise<Found | undefined>): Promise<Found | undefined> => {
    const context = Provider.ctx;
    if (context === undefined) return find();
    const ip = currentContext()?.clientAddress ?? "";
    try {
      await limits.countUserCode(ip);
    } catch (error) {
      throw refusalOf(error, context);
    }
    const found = await find();
    if (found !== undefined) await limits.acceptUserCode(ip);
    return found;
  };

/** Refuses a device that requests its tokens again before its interval is over (RFC 8628, section 3.5). */
export const limitDevicePolls =
  (limits: ProtocolLimits) =>
  async (deviceCode: string): Promise<void> => {
    // The browser in which its user signs in looks the code up as well.
    if (Provider.ctx?.path !== "/oauth/token") return;
    try {
      await limits.countDevicePoll(deviceCode);
    } catch (error) {
      if (!(error instanceof TooManyAttempts)) throw error;
      throw new errors.SlowDown("wait five seconds longer between requests");
    }
  };

const tryAgainIn = (seconds: number): string =>
  `too many requests, try again in ${seconds} seconds`;

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
    error_description: tryAgainIn(retryAfterSeconds),
  };
}
