import { ALL_ROLES } from "../access/roles.ts";
import { MOST_RESULTS, URNS, type JsonObject } from "./scim-message.ts";

/** What this service has of SCIM (RFC 7643, section 5). */
export const serviceProviderConfig = (base: string): JsonObject => ({
  schemas: [URNS.config],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "OAuth Bearer Token",
      description: "An access token for the graph with the scope users:provision.",
      specUri: "https://www.rfc-editor.org/rfc/rfc6750",
      primary: true,
    },
  ],
  meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
});

const resourceType = (
  base: string,
  name: "User" | "Group",
  description: string,
  extension?: string,
): JsonObject => ({
  schemas: [URNS.resourceType],
  id: name,
  name,
  description,
  endpoint: `/${name}s`,
  schema: name === "User" ? URNS.user : URNS.group,
  ...(extension === undefined
    ? {}
    : { schemaExtensions: [{ schema: extension, required: false }] }),
  meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${name}` },
});

export const resourceTypes = (base: string): readonly JsonObject[] => [
  resourceType(base, "User", "A user of the tenant.", URNS.funds),
  resourceType(base, "Group", "A role, with the users who have it."),
];

interface AttributeShape {
  readonly type?: "string" | "boolean" | "complex" | "reference";
  readonly many?: boolean;
  readonly mutability?: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly required?: boolean;
  readonly uniqueness?: "none" | "server";
  readonly values?: readonly string[];
  readonly parts?: readonly JsonObject[];
}

const attribute = (name: string, description: string, shape: AttributeShape = {}): JsonObject => ({
  name,
  type: shape.type ?? "string",
  multiValued: shape.many ?? false,
  description,
  required: shape.required ?? false,
  caseExact: false,
  mutability: shape.mutability ?? "readWrite",
  returned: "default",
  uniqueness: shape.uniqueness ?? "none",
  ...(shape.values === undefined ? {} : { canonicalValues: shape.values }),
  ...(shape.parts === undefined ? {} : { subAttributes: shape.parts }),
});

const value = (description: string, shape: AttributeShape = {}): JsonObject =>
  attribute("value", description, shape);

const USER_ATTRIBUTES: readonly JsonObject[] = [
  attribute("userName", "The email address with which the user signs in.", {
    required: true,
    uniqueness: "server",
    mutability: "immutable",
  }),
  attribute("name", "The user's name.", {
    type: "complex",
    parts: [
      attribute("formatted", "The whole name, 1 to 100 characters."),
      attribute("givenName", "Joined with familyName where no whole name is given.", {
        mutability: "writeOnly",
      }),
      attribute("familyName", "Joined with givenName where no whole name is given.", {
        mutability: "writeOnly",
      }),
    ],
  }),
  attribute("displayName", "The same name."),
  attribute("emails", "The address of userName.", {
    type: "complex",
    many: true,
    mutability: "readOnly",
    parts: [
      value("The address."),
      attribute("type", "work."),
      attribute("primary", "True.", { type: "boolean" }),
    ],
  }),
  attribute("active", "Whether the user may sign in.", { type: "boolean" }),
  attribute("roles", "What the user may do.", {
    type: "complex",
    many: true,
    parts: [value("The role.", { values: ALL_ROLES }), attribute("display", "Its name.")],
  }),
  attribute("groups", "The same roles, as groups.", {
    type: "complex",
    many: true,
    mutability: "readOnly",
    parts: [
      value("Id of the group."),
      attribute("display", "Its name."),
      attribute("$ref", "Its address.", { type: "reference" }),
    ],
  }),
];

const GROUP_ATTRIBUTES: readonly JsonObject[] = [
  attribute("displayName", "The name of the role.", { required: true, mutability: "immutable" }),
  attribute("members", "The users who have it.", {
    type: "complex",
    many: true,
    parts: [
      value("Id of the user.", { mutability: "immutable" }),
      attribute("display", "Address of the user.", { mutability: "readOnly" }),
      attribute("$ref", "Address of the resource.", { type: "reference", mutability: "readOnly" }),
    ],
  }),
];

const FUND_ATTRIBUTES: readonly JsonObject[] = [
  attribute("allFunds", "Whether the user sees every fund of the tenant.", { type: "boolean" }),
  attribute("fundIds", "UUIDs of the funds that the user sees, at most 50.", { many: true }),
];

const schema = (
  base: string,
  id: string,
  [name, description]: readonly [string, string],
  attributes: readonly JsonObject[],
): JsonObject => ({
  schemas: [URNS.schema],
  id,
  name,
  description,
  attributes,
  meta: { resourceType: "Schema", location: `${base}/Schemas/${id}` },
});

export const schemas = (base: string): readonly JsonObject[] => [
  schema(base, URNS.user, ["User", "A user of the tenant."], USER_ATTRIBUTES),
  schema(base, URNS.group, ["Group", "A role."], GROUP_ATTRIBUTES),
  schema(base, URNS.funds, ["Funds", "The funds of a user."], FUND_ATTRIBUTES),
];
