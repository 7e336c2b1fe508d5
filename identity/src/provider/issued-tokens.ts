import { EVERY_TENANT } from "@allfunds/platform/auth";
import { revocationKeys } from "@allfunds/platform/auth/tokens";
import type { Pool } from "@allfunds/platform/database";
import type { JWTPayload } from "jose";
import type { Client, KoaContextWithOIDC } from "oidc-provider";
import { isRevoked, recordRevocations } from "../revocations/revocation.ts";
import { authorityOfClaims, requirePrincipal, verifiedClaims, type Issued } from "./authority.ts";
import type { OAuthClients, TenantClientMetadata } from "./oauth-clients.ts";
import { CLAIMS_OF_SCOPES, findAccount } from "./token-claims.ts";

interface Parts extends Issued {
  readonly pool: Pool;
  readonly clients: OAuthClients;
}

/**
 * Introspection (RFC 7662), revocation (RFC 7009) and userinfo of access tokens for the graph. They are signed and not
 * stored, so the library refuses them; of the first two it has authenticated the client by then.
 */
export const answerForSignedTokens =
  (parts: Parts) =>
  async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { route, params, client } = context.oidc ?? {};
    if (route === "userinfo" && context.status === 401) return describeUser(parts, context);
    const token = params?.["token"];
    if (!isOfSignedToken(context.body) || client === undefined) return;
    context.status = 200;
    if (route === "revocation") {
      await revoke(parts, client.clientId, String(token));
      // The same answer as for any other token: without a type of a body that it has not.
      context.remove("content-type");
      context.body = "";
    } else {
      context.body = await introspect(parts, client, String(token));
    }
  };

/** A token of a sign-in that requested identity and scopes of the graph is for both, as clients expect. */
async function describeUser(parts: Parts, context: KoaContextWithOIDC): Promise<void> {
  const bearer = /^Bearer +(\S+)$/i.exec(context.get("authorization"))?.[1];
  const token = bearer ?? context.oidc.params?.["access_token"];
  if (typeof token !== "string") return;
  const claims = await verifiedClaims(token, parts).catch(() => undefined);
  const grantId = claims?.["grant"];
  // One that is bound to a key needs a proof, and an exchanged one is not the user's client's.
  const isPlain = claims?.["cnf"] === undefined && claims?.["act"] === undefined;
  if (claims === undefined || typeof grantId !== "string" || !isPlain) return;
  if (!(await counts(parts, claims))) return;
  const { provider } = context.oidc;
  const grant = await provider.Grant.find(grantId);
  const allowed = grant?.getOIDCScope().split(" ") ?? [];
  const account = await findAccount(parts.pool)(context, claims.sub ?? "");
  if (!allowed.includes("openid") || account === undefined) return;
  const all: Readonly<Record<string, unknown>> = await account.claims("userinfo", "", {}, []);
  const names = allowed.flatMap((scope) => CLAIMS_OF_SCOPES[scope] ?? []);
  context.remove("www-authenticate");
  context.status = 200;
  context.body = Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]),
  );
}

const isOfSignedToken = (body: unknown): boolean =>
  (body as { error?: string } | undefined)?.error === "unsupported_token_type";

/** Tokens that are stored, such as refresh tokens, concern their client alone and the system's own services. */
export const mayIntrospect = (
  _context: KoaContextWithOIDC,
  client: Client,
  token: { readonly clientId?: string | undefined },
): boolean =>
  token.clientId === client.clientId || (client as TenantClientMetadata).tenant === EVERY_TENANT;

/** A client ends its own tokens only. */
async function revoke(parts: Parts, clientId: string, token: string): Promise<void> {
  const claims = await verifiedClaims(token, parts).catch(() => undefined);
  if (claims?.["client_id"] !== clientId || claims.jti === undefined) return;
  await recordRevocations(parts.pool, [`jti:${claims.jti}`]);
}

/**
 * The token as it counts now, to a service of the system or a client of the same tenant. Anyone may pose as a client
 * without a secret, so that one is shown its own tokens only.
 */
async function introspect(
  parts: Parts,
  client: Client,
  token: string,
): Promise<Readonly<Record<string, unknown>>> {
  const claims = await verifiedClaims(token, parts).catch(() => undefined);
  const { tenant } = client as TenantClientMetadata;
  const isProven = client.clientAuthMethod !== "none" || claims?.["client_id"] === client.clientId;
  const mayRead = isProven && (tenant === EVERY_TENANT || tenant === claims?.["tenant"]);
  if (claims === undefined || !mayRead || !(await counts(parts, claims))) return { active: false };
  const { iss, aud, sub, exp, iat, jti, scope, client_id: clientId, acr, amr, cnf } = claims;
  return {
    active: true,
    token_type: cnf === undefined ? "Bearer" : "DPoP",
    cnf,
    iss,
    aud,
    sub,
    exp,
    iat,
    jti,
    scope,
    client_id: clientId,
    acr,
    amr,
    tenant: claims["tenant"],
    roles: claims["roles"],
    funds: claims["funds"],
  };
}

/** Whether who is behind the token is still there, and nothing has ended it. */
async function counts({ pool, clients }: Parts, claims: JWTPayload): Promise<boolean> {
  if (await isRevoked(pool, revocationKeys(claims), claims.iat ?? 0)) return false;
  try {
    await requirePrincipal(authorityOfClaims(claims), pool, clients);
    return true;
  } catch {
    return false;
  }
}
