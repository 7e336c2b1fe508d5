import type { Pool } from "@allfunds/platform/database";
import type { JWK } from "jose";
import {
  errors,
  type KoaContextWithOIDC,
  type Provider,
  type TokenEndpointGrantContext,
} from "oidc-provider";
import {
  authorityOfToken,
  Delegations,
  narrow,
  requirePrincipal,
  type Authority,
  type Principal,
} from "./authority.ts";
import { TOKEN_EXCHANGE, type OAuthClients, type TenantClientMetadata } from "./oauth-clients.ts";
import { graphResource } from "./token-claims.ts";

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";

/** The parameters of RFC 8693, section 2.1, and `funds`: the ids of the only funds wanted. */
interface Parameters {
  readonly subject_token?: string;
  readonly subject_token_type?: string;
  readonly requested_token_type?: string;
  readonly actor_token?: string;
  readonly actor_token_type?: string;
  readonly resource?: string;
  readonly audience?: string;
  readonly scope?: string;
  readonly funds?: string;
}

const PARAMETERS: readonly (keyof Parameters)[] = [
  "subject_token",
  "subject_token_type",
  "requested_token_type",
  "actor_token",
  "actor_token_type",
  "resource",
  "audience",
  "scope",
  "funds",
];

type Context = TokenEndpointGrantContext<Parameters>;

interface ExchangeParts {
  readonly pool: Pool;
  readonly clients: OAuthClients;
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly JWK[];
}

/** Whose token a request exchanges: known once its subject token was verified. */
interface Exchange {
  readonly authority: Authority;
  readonly principal?: Principal;
}

/** Beside the context, because its entities are the library's. */
const exchanges = new WeakMap<KoaContextWithOIDC, Exchange>();

export const exchangeOf = (context: KoaContextWithOIDC): Exchange | undefined =>
  exchanges.get(context);

/**
 * Token exchange (RFC 8693): a service of the system acts for a caller who is no longer there. It exchanges the caller's
 * access token for a delegation while that token is valid, and the delegation for short-lived access tokens later.
 */
export function allowTokenExchange(provider: Provider, parts: ExchangeParts): void {
  const delegations = new Delegations(parts.pool);
  provider.registerGrantType<Parameters>(
    TOKEN_EXCHANGE,
    async (context) => {
      const { params, client } = context.oidc;
      refuseActorToken(params);
      refuseOtherResource(params, parts.audience);
      const authority = await authorityOf(params, client.clientId, parts, delegations);
      exchanges.set(context, { authority });
      const principal = await requirePrincipal(authority, parts.pool, parts.clients);
      const { exchange_scopes: actorScopes = [] } = client as TenantClientMetadata;
      const wanted = { scopes: words(params.scope), funds: words(params.funds) };
      const narrowed = narrow(authority, principal, actorScopes, wanted);
      exchanges.set(context, { authority: narrowed, principal });
      context.body = await issue(context, provider, parts, delegations);
    },
    PARAMETERS,
  );
}

/** The client authenticates itself, and so it is the actor (RFC 8693, section 1.1). */
function refuseActorToken({ actor_token: token, actor_token_type: type }: Parameters): void {
  if (token !== undefined || type !== undefined) {
    throw new errors.InvalidRequest("no actor token is accepted: the client is the actor");
  }
}

function refuseOtherResource(params: Parameters, own: string): void {
  for (const named of [params.resource, params.audience]) {
    if (named !== undefined && named !== own) {
      throw new errors.InvalidTarget("there is no such resource");
    }
  }
}

function authorityOf(
  { subject_token: token, subject_token_type: type }: Parameters,
  clientId: string,
  parts: ExchangeParts,
  delegations: Delegations,
): Promise<Authority> {
  if (token === undefined || token === "") {
    throw new errors.InvalidRequest("subject_token is missing");
  }
  if (type === ACCESS_TOKEN) return authorityOfToken(token, parts);
  if (type === REFRESH_TOKEN) return delegations.find(token, clientId);
  throw new errors.InvalidRequest("subject_token_type is not supported");
}

const words = (text: string | undefined): string[] | undefined =>
  text?.split(" ").filter((word) => word !== "");

async function issue(
  context: Context,
  provider: Provider,
  parts: ExchangeParts,
  delegations: Delegations,
): Promise<Readonly<Record<string, unknown>>> {
  const { params, client } = context.oidc;
  const { authority } = exchanges.get(context) as Exchange;
  const type = params.requested_token_type ?? ACCESS_TOKEN;
  const scope = authority.scopes.join(" ");
  if (type === REFRESH_TOKEN && params.subject_token_type === ACCESS_TOKEN) {
    const { credential, seconds } = await delegations.keep(client.clientId, authority);
    // RFC 8693, section 2.2.1: whatever is issued is the `access_token` of the response.
    return {
      access_token: credential,
      issued_token_type: type,
      token_type: "N_A",
      expires_in: seconds,
      scope,
    };
  }
  if (type !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest("requested_token_type is not supported for this subject token");
  }
  const token = new provider.AccessToken({
    client,
    accountId: authority.subject,
    grantId: authority.grantId ?? "",
    gty: "token_exchange",
    scope,
    resourceServer: new provider.ResourceServer(
      parts.audience,
      graphResource(parts.audience)(context, parts.audience, client),
    ),
  });
  return {
    access_token: await token.save(),
    issued_token_type: type,
    token_type: "Bearer",
    expires_in: token.expiration,
    scope,
  };
}

/** The claims of an exchanged token; undefined for any other token. */
export function exchangedClaims(context: KoaContextWithOIDC): Record<string, unknown> | undefined {
  const { authority, principal } = exchanges.get(context) ?? {};
  if (authority === undefined || principal === undefined) return undefined;
  const { tenantId: tenant, funds, acr, amr, authTime } = authority;
  const { user, owner } = principal;
  return {
    tenant,
    funds,
    roles: user?.roles ?? [],
    owner,
    acr,
    amr,
    auth_time: authTime,
    act: { sub: context.oidc.client?.clientId },
  };
}
