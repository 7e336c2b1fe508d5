import { EVERY_TENANT } from "@allfunds/platform/auth";
import { currentContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { AuditAction, AuditEvent } from "../audit/audit-event.ts";
import { recordAudit } from "../audit/audit-log.ts";
import { recordClientUse } from "../clients/api-client.ts";
import { recordSessionUse } from "../sessions/sessions.ts";
import { findUser, type User } from "../users/user.ts";
import type { OAuthClients, TenantClientMetadata } from "./oauth-clients.ts";
import type { UserAccount } from "./token-claims.ts";
import { exchangeOf } from "./token-exchange.ts";

type Middleware = (context: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>;

const ACTIONS: Readonly<Record<string, AuditAction>> = {
  token: "token.issue",
  revocation: "token.revoke",
  end_session_confirm: "sign-out",
};

/** Writes the audit log before the response is sent: no token is issued without its event. */
export const auditRequests =
  (pool: Pool, clients: OAuthClients): Middleware =>
  async (context, next) => {
    await next();
    const action = ACTIONS[context.oidc?.route ?? ""];
    // What was refused for its number must not fill the log.
    if (action === undefined || context.status === 429) return;
    const user = await userOf(pool, context);
    // Without a session there is no sign-out, and anonymous requests must not fill the log.
    if (action === "sign-out" && user === undefined) return;
    const event = eventOf(context, action, user);
    await recordAudit(pool, event);
    const clientId = context.oidc.client?.clientId;
    if (action === "token.issue" && event.outcome === "ALLOWED" && clientId !== undefined) {
      if (clients.isTenantClient(clientId)) {
        await recordClientUse(pool, clientId, currentContext()?.clientAddress);
      }
    }
  };

async function userOf(pool: Pool, context: KoaContextWithOIDC): Promise<User | undefined> {
  const { oidc } = context;
  const account = oidc.entities.Account as UserAccount | undefined;
  if (account !== undefined) return account.user;
  const userId = exchangeOf(context)?.authority.subject ?? oidc.session?.accountId;
  return userId === undefined ? undefined : findUser(pool, userId);
}

function eventOf(
  context: KoaContextWithOIDC,
  action: AuditAction,
  user: User | undefined,
): AuditEvent {
  const { oidc } = context;
  const client = oidc.client as (TenantClientMetadata & { clientId: string }) | undefined;
  const { AuthorizationCode, RefreshToken, DeviceCode } = oidc.entities;
  const signIn = AuthorizationCode ?? RefreshToken ?? DeviceCode ?? oidc.session;
  const body = (context.body ?? {}) as Readonly<Record<string, unknown>>;
  const allowed = context.status < 400;
  const caller = exchangeOf(context)?.authority;
  const tenant = user?.tenantId ?? caller?.tenantId ?? client?.tenant;
  return {
    action,
    outcome: allowed ? "ALLOWED" : "REFUSED",
    tenantId: tenant === EVERY_TENANT ? undefined : tenant,
    ...actorOf(user?.userId, caller?.subject ?? client?.clientId),
    clientId: client?.clientId,
    factors: signIn?.amr ?? caller?.amr ?? [],
    origin: {
      ip: currentContext()?.clientAddress,
      userAgent: context.get("user-agent"),
      traceId: currentContext()?.traceId,
    },
    detail: {
      grant: oidc.params?.["grant_type"],
      ...(allowed
        ? { scope: body["scope"], issued: body["issued_token_type"] }
        : { error: body["error"], why: body["error_description"] }),
    },
  };
}

function actorOf(
  userId: string | undefined,
  clientId: string | undefined,
): Pick<AuditEvent, "actorKind" | "actorId"> {
  if (userId !== undefined) return { actorKind: "USER", actorId: userId };
  if (clientId !== undefined) return { actorKind: "CLIENT", actorId: clientId };
  return { actorKind: "UNKNOWN" };
}

const SIGN_IN_ROUTES: ReadonlySet<string> = new Set(["authorization", "resume", "device_resume"]);

/** Records where a session is used, after the session itself has been stored. */
export const recordSessions =
  (pool: Pool): Middleware =>
  async (context, next) => {
    await next();
    if (!SIGN_IN_ROUTES.has(context.oidc?.route ?? "")) return;
    const { session } = context.oidc;
    if (session?.accountId === undefined) return;
    await recordSessionUse(pool, session.uid, {
      ip: currentContext()?.clientAddress,
      userAgent: context.get("user-agent"),
    });
  };
