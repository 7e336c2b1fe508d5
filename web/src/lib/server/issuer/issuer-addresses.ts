import type { ServerMetadata } from "openid-client";

/**
 * Inside a container network this server may reach the issuer under another origin than browsers do.
 * Both origins lead to the same service.
 */
export interface IssuerAddresses {
  /** The issuer's origin for tokens and browsers. */
  readonly issuer: string;
  /** The token endpoint for this server, when it differs from the issuer's document. */
  readonly tokenEndpoint?: string | undefined;
  readonly jwksUri?: string | undefined;
}

/** The address at which this server requests a URL of the issuer's public origin. */
export function internalAddress(url: string, { issuer, tokenEndpoint }: IssuerAddresses): string {
  const requested = new URL(url);
  if (tokenEndpoint === undefined || requested.origin !== new URL(issuer).origin) return url;
  return new URL(requested.pathname + requested.search, new URL(tokenEndpoint).origin).href;
}

/** The issuer's document with public addresses for browsers and internal ones for this server. */
export function withAddresses(
  document: ServerMetadata,
  { issuer, tokenEndpoint, jwksUri }: IssuerAddresses,
): ServerMetadata {
  const publicAddress = (url: string | undefined) => {
    if (url === undefined || tokenEndpoint === undefined) return url;
    const { origin, pathname, search } = new URL(url);
    return origin === new URL(tokenEndpoint).origin
      ? new URL(pathname + search, new URL(issuer).origin).href
      : url;
  };
  return definedOnly({
    ...document,
    authorization_endpoint: publicAddress(document.authorization_endpoint),
    end_session_endpoint: publicAddress(document.end_session_endpoint),
    token_endpoint: tokenEndpoint ?? document.token_endpoint,
    jwks_uri: jwksUri ?? document.jwks_uri,
  });
}

function definedOnly(metadata: Record<string, unknown> & { issuer: string }): ServerMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ServerMetadata;
}
