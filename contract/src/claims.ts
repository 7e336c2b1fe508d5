import { z } from "zod";
import { ALL_GRANTED, EVERY_TENANT, GRANT_CLAIM, MFA, type Caller } from "./caller.ts";
import { AppError } from "./errors.ts";
import { SYSTEM_SCOPES } from "./scopes.ts";

/**
 * The names of an issuer's claims. A name may be a path: `realm_access.roles`.
 * The defaults are the built-in issuer's names.
 */
export interface ClaimMapping {
  readonly tenant: string;
  readonly roles: string;
  readonly scopes: string;
  readonly funds: string;
  readonly clientId: string;
  /** The user who created the client; only in a client's own tokens. */
  readonly owner?: string;
  /** Whether the tenant has two administrators or more: a boolean. */
  readonly secondAdministrator?: string;
  /** The dated version of the REST API that the client is pinned to. */
  readonly apiVersion?: string;
  /** The tenant of every token, for an issuer with one tenant. */
  readonly fixedTenant?: string;
  /** AllFunds roles by the issuer's role names; a role that is not listed is dropped. */
  readonly roleNames?: Readonly<Record<string, string>>;
  /** Scopes of each AllFunds role, for an issuer whose tokens carry roles but no AllFunds scopes. */
  readonly scopesOfRole?: Readonly<Record<string, readonly string[]>>;
  /** The issuer's acr values that mean two factors. */
  readonly mfaValues: readonly string[];
}

/** The same as configuration states it. */
export const claimMappingSchema = z.strictObject({
  tenant: z.string().min(1),
  roles: z.string().min(1),
  scopes: z.string().min(1),
  funds: z.string().min(1),
  clientId: z.string().min(1),
  owner: z.string().min(1),
  secondAdministrator: z.string().min(1),
  apiVersion: z.string().min(1),
  fixedTenant: z.string().min(1),
  roleNames: z.record(z.string(), z.string()),
  scopesOfRole: z.record(z.string(), z.array(z.string())),
  mfaValues: z.array(z.string()),
} satisfies Record<keyof ClaimMapping, z.ZodType>);

export const OWN_CLAIMS: ClaimMapping = {
  tenant: "tenant",
  roles: "roles",
  scopes: "scope",
  funds: GRANT_CLAIM,
  clientId: "client_id",
  owner: "owner",
  secondAdministrator: "second_administrator",
  apiVersion: "api_version",
  mfaValues: [MFA],
};

export type Claims = Readonly<Record<string, unknown>>;

/** Reads the caller from verified claims. Throws UNAUTHENTICATED when a required claim is absent or malformed. */
export function callerFromClaims(claims: Claims, mapping: ClaimMapping = OWN_CLAIMS): Caller {
  const subject = requireText(claims, "sub");
  const clientId = requireText(claims, mapping.clientId);
  const tenantId = mapping.fixedTenant ?? requireText(claims, mapping.tenant);
  const roles = readRoles(claims, mapping);
  const scopes = readScopes(claims, mapping, roles);
  const optional = (name: string | undefined) =>
    name === undefined ? undefined : read(claims, name);
  const owner = optional(mapping.owner);
  const secondAdministrator = optional(mapping.secondAdministrator);
  const apiVersion = optional(mapping.apiVersion);
  return {
    // A client's own token names its owner, also when a service has exchanged it and holds it.
    kind: subject === clientId || typeof owner === "string" ? "client" : "user",
    tenantId,
    subject,
    clientId,
    ...(typeof owner === "string" ? { owner } : {}),
    ...(typeof secondAdministrator === "boolean" ? { secondAdministrator } : {}),
    roles,
    scopes: tenantId === EVERY_TENANT ? scopes.filter(isSystemScope) : scopes,
    funds: readFunds(claims, mapping),
    acr: readAcr(claims, mapping),
    amr: words(claims["amr"]),
    expiresAt: readExpiry(claims),
    ...readKeyThumbprint(claims),
    ...(typeof apiVersion === "string" ? { apiVersion } : {}),
  };
}

/** A client of every tenant may follow and report, but not read or write a tenant's data. */
const isSystemScope = (scope: string): boolean =>
  (SYSTEM_SCOPES as readonly string[]).includes(scope);

/** Tries the whole name first, because a name such as `https://example.com/tenant` contains dots. */
function read(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Claims)[step];
  }
  return value;
}

function requireText(claims: Claims, name: string): string {
  const value = read(claims, name);
  if (typeof value === "string" && value !== "") return value;
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: `claim ${name} is missing`,
  });
}

/** A list is an array or, like OAuth scopes, one text of words. */
function words(value: unknown): string[] {
  if (typeof value === "string") return value.split(" ").filter((word) => word !== "");
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}

function readRoles(claims: Claims, { roles, roleNames }: ClaimMapping): string[] {
  const named = words(read(claims, roles));
  if (roleNames === undefined) return named;
  return named.flatMap((name) =>
    Object.hasOwn(roleNames, name) ? [roleNames[name] as string] : [],
  );
}

function readScopes(claims: Claims, mapping: ClaimMapping, roles: readonly string[]): string[] {
  const { scopesOfRole } = mapping;
  if (scopesOfRole === undefined) return words(read(claims, mapping.scopes));
  return [...new Set(roles.flatMap((role) => scopesOfRole[role] ?? []))];
}

/** Without the claim the caller sees no fund, so it never sees more than the issuer granted. */
function readFunds(claims: Claims, mapping: ClaimMapping): Caller["funds"] {
  const value = read(claims, mapping.funds);
  return value === ALL_GRANTED ? ALL_GRANTED : words(value);
}

function readAcr(claims: Claims, { mfaValues }: ClaimMapping): string | undefined {
  const acr = claims["acr"];
  if (typeof acr !== "string") return undefined;
  return mfaValues.includes(acr) ? MFA : acr;
}

/** A token that is bound in another way than DPoP could be used without what it is bound to, so it is refused. */
function readKeyThumbprint({ cnf }: Claims): Pick<Caller, "keyThumbprint"> {
  if (cnf === undefined) return {};
  const thumbprint = typeof cnf === "object" && cnf !== null ? (cnf as Claims)["jkt"] : undefined;
  if (typeof thumbprint === "string") return { keyThumbprint: thumbprint };
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: "claim cnf has no jkt",
  });
}

function readExpiry(claims: Claims): Date {
  const seconds = claims["exp"];
  if (typeof seconds === "number" && Number.isFinite(seconds)) return new Date(seconds * 1000);
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: "claim exp is missing",
  });
}
