import { AppError, type ErrorCode } from "@allfunds/contract/errors";

/** JSON as it is sent and stored. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const SCIM_TYPE = "application/scim+json";

export const URNS = {
  user: "urn:ietf:params:scim:schemas:core:2.0:User",
  group: "urn:ietf:params:scim:schemas:core:2.0:Group",
  /** The funds of a user, which no schema of the RFC has. */
  funds: "urn:allfunds:params:scim:schemas:extension:funds:2.0:User",
  list: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
  patch: "urn:ietf:params:scim:api:messages:2.0:PatchOp",
  error: "urn:ietf:params:scim:api:messages:2.0:Error",
  config: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
  resourceType: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
  schema: "urn:ietf:params:scim:schemas:core:2.0:Schema",
} as const;

/** The details of a 400 or 409 (RFC 7644, section 3.12). */
type ScimType =
  | "invalidFilter"
  | "invalidPath"
  | "invalidSyntax"
  | "invalidValue"
  | "mutability"
  | "noTarget"
  | "uniqueness";

/** A refusal with the detail that SCIM has for it. */
export class ScimRefusal extends AppError {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, message: string) {
    super(scimType === "uniqueness" ? "ALREADY_EXISTS" : "INVALID_INPUT", message);
    this.scimType = scimType;
  }
}

const TYPES: Partial<Record<ErrorCode, ScimType>> = {
  INVALID_INPUT: "invalidValue",
  MALFORMED_BODY: "invalidSyntax",
  ALREADY_EXISTS: "uniqueness",
};

/** A refusal in the form of RFC 7644, section 3.12. */
export function errorMessage(error: AppError): JsonObject {
  const scimType = error instanceof ScimRefusal ? error.scimType : TYPES[error.code];
  return {
    schemas: [URNS.error],
    status: String(error.status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: error.message,
  };
}

export interface Page {
  readonly startIndex: number;
  readonly count: number;
}

export const MOST_RESULTS = 200;

/** `startIndex` and `count` of a query; what is out of range is brought into it (RFC 7644, section 3.4.2.4). */
export function readPage(query: Readonly<Record<string, unknown>>): Page {
  const startIndex = integerOf("startIndex", query["startIndex"], 1);
  const count = integerOf("count", query["count"], MOST_RESULTS);
  return {
    startIndex: Math.max(1, startIndex),
    count: Math.min(Math.max(0, count), MOST_RESULTS),
  };
}

function integerOf(name: string, sent: unknown, standard: number): number {
  if (sent === undefined) return standard;
  if (typeof sent === "string" && /^-?\d{1,9}$/.test(sent)) return Number(sent);
  throw new ScimRefusal("invalidValue", `${name} must be an integer.`);
}

/** One page of the resources that were found. */
export function listMessage(found: readonly JsonObject[], { startIndex, count }: Page): JsonObject {
  const resources = found.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: [URNS.list],
    totalResults: found.length,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
