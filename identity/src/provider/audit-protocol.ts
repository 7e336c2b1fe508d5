import { currentContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { AuditAction, AuditEntry } from "../audit/audit-event.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { noteClientUse } from "../clients/api-client.ts";
import { findUser, type User } from "../users/user.ts";
import { EVERY_TENANT, type OAuthClients, type OwnClientMetadata } from "./oauth-clients.ts";
import type { UserAccount } from "./token-claims.ts";

const ACTIONS: Readonly<Record<string, AuditAction>> = {
  token: "token.issue",
  revocation: "token.revoke",
  end_session_confirm: "sign-out",
};

/** Writes the trail before the answer leaves: no token is handed out without its line. */
export const auditProtocol =
  (pool: Pool, clients: OAuthClients) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const action = ACTIONS[context.oidc?.route ?? ""];
    if (action === undefined) return;
    const user = await userOf(pool, context);
    // Where nobody is signed in nobody signs out, and strangers could fill the trail.
    if (action === "sign-out" && user === undefined) return;
    const entry = entryOf(context, action, user);
    await recordAudit(pool, entry);
    const clientId = context.oidc.client?.clientId;
    if (action === "token.issue" && entry.outcome === "ALLOWED" && clientId !== undefined) {
      if (clients.isTenantClient(clientId)) {
        await noteClientUse(pool, clientId, currentContext()?.clientAddress);
      }
    }
  };

async function userOf(pool: Pool, { oidc }: KoaContextWithOIDC): Promise<User | undefined> {
  const account = oidc.entities.Account as UserAccount | undefined;
  if (account !== undefined) return account.user;
  const userId = oidc.session?.accountId;
  return userId === undefined ? undefined : findUser(pool, userId);
}

function entryOf(
  context: KoaContextWithOIDC,
  action: AuditAction,
  user: User | undefined,
): AuditEntry {
  const { oidc } = context;
  const client = oidc.client as (OwnClientMetadata & { clientId: string }) | undefined;
  const signIn = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken ?? oidc.session;
  const body = (context.body ?? {}) as Readonly<Record<string, unknown>>;
  const allowed = context.status < 400;
  const tenant = user?.tenantId ?? client?.tenant;
  return {
    action,
    outcome: allowed ? "ALLOWED" : "REFUSED",
    tenantId: tenant === EVERY_TENANT ? undefined : tenant,
    ...actorOf(user?.userId, client?.clientId),
    clientId: client?.clientId,
    factors: signIn?.amr ?? [],
    origin: {
      ip: currentContext()?.clientAddress,
      userAgent: context.get("user-agent"),
      traceId: currentContext()?.traceId,
    },
    detail: {
      grant: oidc.params?.["grant_type"],
      ...(allowed
        ? { scope: body["scope"] }
        : { error: body["error"], why: body["error_description"] }),
    },
  };
}

function actorOf(
  userId: string | undefined,
  clientId: string | undefined,
): Pick<AuditEntry, "actorKind" | "actorId"> {
  if (userId !== undefined) return { actorKind: "USER", actorId: userId };
  if (clientId !== undefined) return { actorKind: "CLIENT", actorId: clientId };
  return { actorKind: "UNKNOWN" };
}
