import { createHash } from "node:crypto";
import { AppError } from "@allfunds/contract/errors";
import { ALL_ROLES, isRole, type Role } from "../access/roles.ts";
import type { Access } from "../users/apply-access.ts";
import { checkAccess } from "../users/manage-users.ts";
import type { UserStatus } from "../users/user-entity.ts";
import { isObject, ScimRefusal, URNS, type Json, type JsonObject } from "./scim-message.ts";

/** A user as provisioning sees it. */
export interface ProvisionedUser {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly allFunds: boolean;
  readonly fundIds: readonly string[];
  readonly status: UserStatus;
  readonly externalId: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** What a client wants of a user. */
export interface WantedUser extends Access {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly active: boolean;
  readonly externalId: string | null;
}

export const userLocation = (base: string, userId: string): string => `${base}/Users/${userId}`;
export const groupLocation = (base: string, role: string): string => `${base}/Groups/${role}`;

/** The user as a resource of RFC 7643, section 4.1. */
export function userResource(user: ProvisionedUser, base: string): JsonObject {
  const { userId, email, name, roles, allFunds, fundIds, externalId } = user;
  const shown: JsonObject = {
    schemas: [URNS.user, URNS.funds],
    id: userId,
    ...(externalId === null ? {} : { externalId }),
    userName: email,
    name: { formatted: name },
    displayName: name,
    emails: [{ value: email, type: "work", primary: true }],
    active: user.status !== "DISABLED",
    roles: roles.map((value) => ({ value, display: value })),
    groups: roles.map((value) => ({
      value,
      display: value,
      type: "direct",
      $ref: groupLocation(base, value),
    })),
    [URNS.funds]: { allFunds, fundIds: [...fundIds] },
  };
  return {
    ...shown,
    meta: {
      resourceType: "User",
      created: user.createdAt.toISOString(),
      lastModified: user.changedAt.toISOString(),
      location: userLocation(base, userId),
      version: versionOf(shown),
    },
  };
}

/** A weak tag of what a resource shows. */
export const versionOf = (resource: JsonObject): string =>
  `W/"${createHash("sha256").update(JSON.stringify(resource)).digest("base64url").slice(0, 22)}"`;

/** Reads a user that a client sends; what it leaves out stays as it is before, where there is a before. */
export function readUser(sent: unknown, before?: ProvisionedUser): WantedUser {
  if (!isObject(sent)) throw new ScimRefusal("invalidSyntax", "The body must be an object.");
  const user = lowerCased(sent);
  const schemas = user["schemas"];
  if (!Array.isArray(schemas) || !schemas.includes(URNS.user)) {
    throw new ScimRefusal("invalidSyntax", `schemas must name ${URNS.user}.`);
  }
  if (user["password"] !== undefined) {
    throw new ScimRefusal("invalidValue", "password: users choose it themselves.");
  }
  const email = textOf(user, "userName");
  if (email === undefined) throw new ScimRefusal("invalidValue", "userName is missing.");
  const wanted = {
    email,
    name: nameOf(user, before?.name) ?? before?.name ?? email,
    active: flagOf(user["active"]) ?? (before === undefined || before.status !== "DISABLED"),
    externalId: textOf(user, "externalId") ?? null,
    roles: rolesOf(user["roles"]) ?? before?.roles ?? [],
    ...fundsOf(user[URNS.funds.toLowerCase()], before),
  };
  // A directory often gives roles later; until then a user may do nothing.
  checkAccess({ ...wanted, roles: wanted.roles.length === 0 ? ["viewer"] : wanted.roles });
  return wanted;
}

/** Names of attributes are compared without regard to case. */
const lowerCased = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));

function textOf(user: JsonObject, name: string): string | undefined {
  const value = user[name.toLowerCase()];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && value.length <= 300) return value;
  throw new ScimRefusal("invalidValue", `${name} must be a text of 300 characters at most.`);
}

/** The display name, the name as it is written, or its parts: of these the first that is another than before. */
function nameOf(user: JsonObject, before: string | undefined): string | undefined {
  const parts = isObject(user["name"]) ? lowerCased(user["name"]) : {};
  const joined = [textOf(parts, "givenName"), textOf(parts, "familyName")].filter(Boolean);
  const names = [textOf(user, "displayName"), textOf(parts, "formatted"), joined.join(" ")];
  const given = names.filter((name) => name !== undefined && name !== "");
  return given.find((name) => name !== before) ?? given[0];
}

const READ_ONLY = ["id", "emails", "groups", "meta"];

/** Throws mutability when a PATCH changed what cannot be changed: nothing is left out silently. */
export function refuseReadOnly(before: JsonObject, after: JsonObject): JsonObject {
  const changed = READ_ONLY.find(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed === undefined) return after;
  throw new ScimRefusal("mutability", `${changed} cannot be changed.`);
}

/** Some providers write "True". */
function flagOf(value: Json | undefined): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === "true";
  }
  throw new ScimRefusal("invalidValue", "It must be true or false.");
}

function rolesOf(value: Json | undefined): Role[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = (Array.isArray(value) ? value : [value]) as readonly Json[];
  const names = list.map((one) => (isObject(one) ? one["value"] : one));
  return [...new Set(names.map(roleOf))];
}

function roleOf(name: Json | undefined): Role {
  if (typeof name === "string" && isRole(name)) return name;
  throw new ScimRefusal("invalidValue", `The roles are ${ALL_ROLES.join(", ")}.`);
}

function fundsOf(
  value: Json | undefined,
  before: ProvisionedUser | undefined,
): Pick<Access, "allFunds" | "fundIds"> {
  const { allFunds = false, fundIds = [] } = before ?? {};
  if (value === undefined || value === null) return { allFunds, fundIds };
  if (!isObject(value)) throw new ScimRefusal("invalidValue", `${URNS.funds} must be an object.`);
  const sent = lowerCased(value);
  const ids = sent["fundids"] ?? (sent["allfunds"] === undefined ? [...fundIds] : []);
  if (!Array.isArray(ids) || !ids.every((one: Json) => typeof one === "string")) {
    throw new ScimRefusal("invalidValue", "fundIds must be a list of UUIDs.");
  }
  return { allFunds: flagOf(sent["allfunds"]) ?? false, fundIds: [...new Set(ids)] };
}

/** Throws VERSION_CONFLICT unless If-Match, when it is sent, names the resource as it is. */
export function requireVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch === undefined || namesTag(ifMatch, version)) return;
  throw new AppError("VERSION_CONFLICT", "The resource has changed since it was read.");
}

/** SCIM's tags are weak, and compared so by both conditions. */
export const namesTag = (header: string, version: string): boolean =>
  header.split(",").some((tag) => tag.trim() === "*" || strong(tag) === strong(version));

const strong = (tag: string): string => tag.trim().replace(/^W\//, "");
