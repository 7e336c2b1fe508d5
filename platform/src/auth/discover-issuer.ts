import { z } from "zod";
import { AppError } from "@allfunds/contract/errors";

export interface IssuerEndpoints {
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  /** The grants that the document lists. */
  readonly grantTypes: readonly string[];
  /** Where the built-in issuer lists the access tokens that it has ended. */
  readonly revocations: string | undefined;
}

const TIMEOUT_MS = 3_000;

const documentSchema = z.object({
  issuer: z.string(),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  grant_types_supported: z.array(z.string()).default([]),
  revocations_endpoint: z.url({ protocol: /^https?$/ }).optional(),
});

/** Reads the issuer's discovery document on first use, and again only after a failure. */
export function discovered(issuer: string): () => Promise<IssuerEndpoints> {
  let endpoints: Promise<IssuerEndpoints> | undefined;
  return () => {
    endpoints ??= discover(issuer).catch((error: unknown) => {
      endpoints = undefined;
      throw error;
    });
    return endpoints;
  };
}

async function discover(issuer: string): Promise<IssuerEndpoints> {
  try {
    const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
      headers: { accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const document = documentSchema.parse(await response.json());
    // OpenID Connect Discovery, section 4.3: the document must name this issuer.
    if (document.issuer !== issuer)
      throw new Error(`the document names the issuer ${document.issuer}`);
    return {
      jwksUri: document.jwks_uri,
      tokenEndpoint: document.token_endpoint,
      grantTypes: document.grant_types_supported,
      revocations: document.revocations_endpoint,
    };
  } catch (error) {
    throw new AppError("UPSTREAM_UNAVAILABLE", "The issuer of tokens cannot be reached.", {
      cause: error,
      detail: `discovery of ${issuer}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
