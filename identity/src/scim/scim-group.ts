import { AppError } from "@allfunds/contract/errors";
import { ALL_ROLES, isRole, type Role } from "../access/roles.ts";
import { isObject, ScimRefusal, URNS, type Json, type JsonObject } from "./scim-message.ts";
import { groupLocation, userLocation, versionOf, type ProvisionedUser } from "./scim-user.ts";

/** Roles are the groups. There are these and no others. */
export function groupResource(
  role: Role,
  users: readonly ProvisionedUser[],
  base: string,
): JsonObject {
  const members = users
    .filter(({ roles }) => roles.includes(role))
    .map(({ userId, email }) => ({
      value: userId,
      display: email,
      type: "User",
      $ref: userLocation(base, userId),
    }));
  const shown: JsonObject = { schemas: [URNS.group], id: role, displayName: role, members };
  const location = groupLocation(base, role);
  return { ...shown, meta: { resourceType: "Group", location, version: versionOf(shown) } };
}

export const groupResources = (users: readonly ProvisionedUser[], base: string): JsonObject[] =>
  ALL_ROLES.map((role) => groupResource(role, users, base));

export function requireRole(id: string): Role {
  if (isRole(id)) return id;
  throw new AppError("NOT_FOUND", "There is no such group.");
}

/** The ids of the members that a client sends; the name of a role does not change. */
export function readMembers(role: Role, sent: unknown): string[] {
  if (!isObject(sent)) throw new ScimRefusal("invalidSyntax", "The body must be an object.");
  const { displayName = role, members = [] } = sent;
  if (displayName !== role) throw new ScimRefusal("mutability", "displayName cannot change.");
  if (!Array.isArray(members)) throw new ScimRefusal("invalidValue", "members must be a list.");
  return [...new Set(members.map(memberId))];
}

function memberId(member: Json): string {
  const value = isObject(member) ? member["value"] : undefined;
  if (typeof value === "string") return value;
  throw new ScimRefusal("invalidValue", "A member must have the id of a user as its value.");
}
