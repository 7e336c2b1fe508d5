import type { ServerMetadata } from "openid-client";

/**
 * Inside a container network this server may reach the issuer by another name than browsers do. Both
 * origins lead to the same service, which is told apart only by who asks.
 */
export interface IssuerAddresses {
  /** The issuer as tokens and browsers name it. */
  readonly issuer: string;
  /** Where this server finds the token endpoint, when not where the issuer's document says. */
  readonly tokenEndpoint?: string | undefined;
  readonly jwksUri?: string | undefined;
}

/** The address under which this server asks for something that is named by the issuer's own origin. */
export function insideAddress(url: string, { issuer, tokenEndpoint }: IssuerAddresses): string {
  const asked = new URL(url);
  const outside = new URL(issuer);
  if (tokenEndpoint === undefined || asked.origin !== outside.origin) return url;
  return new URL(asked.pathname + asked.search, new URL(tokenEndpoint).origin).href;
}

/** The issuer's document with every address as the one who uses it needs it. */
export function withAddresses(
  document: ServerMetadata,
  { issuer, tokenEndpoint, jwksUri }: IssuerAddresses,
): ServerMetadata {
  const outside = (url: string | undefined) => {
    if (url === undefined || tokenEndpoint === undefined) return url;
    const { origin, pathname, search } = new URL(url);
    return origin === new URL(tokenEndpoint).origin
      ? new URL(pathname + search, new URL(issuer).origin).href
      : url;
  };
  return definedOnly({
    ...document,
    authorization_endpoint: outside(document.authorization_endpoint),
    end_session_endpoint: outside(document.end_session_endpoint),
    token_endpoint: tokenEndpoint ?? document.token_endpoint,
    jwks_uri: jwksUri ?? document.jwks_uri,
  });
}

function definedOnly(metadata: Record<string, unknown> & { issuer: string }): ServerMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ServerMetadata;
}
