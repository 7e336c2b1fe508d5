import { describe, expect, it } from "vitest";
import { URNS, type JsonObject } from "./scim-message.ts";
import { patched } from "./scim-patch.ts";

const FUNDS = URNS.funds;
const USER: JsonObject = {
  displayName: "Babs",
  active: true,
  emails: [
    { value: "a@x.example", type: "work" },
    { value: "b@x.example", type: "home" },
  ],
  roles: [{ value: "viewer" }],
  [FUNDS]: { allFunds: false, fundIds: ["f1"] },
};

const patch = (...operations: object[]) =>
  patched(USER, { schemas: [URNS.patch], Operations: operations });

describe("a PATCH", () => {
  it.each<[string, object, object]>([
    [
      "replaces an attribute",
      { op: "replace", path: "displayName", value: "B" },
      { displayName: "B" },
    ],
    ["replaces without a path", { op: "replace", value: { active: false } }, { active: false }],
    [
      "takes the words of other providers",
      { op: "Replace", path: "Active", value: "False" },
      { active: "False" },
    ],
    ["adds an attribute", { op: "add", path: "externalId", value: "7" }, { externalId: "7" }],
    [
      "adds to a list",
      { op: "add", path: "roles", value: [{ value: "auditor" }] },
      { roles: [{ value: "viewer" }, { value: "auditor" }] },
    ],
    [
      "adds what a list has only once",
      { op: "add", path: "roles", value: { value: "viewer" } },
      { roles: [{ value: "viewer" }] },
    ],
    [
      "replaces a list",
      { op: "replace", path: "roles", value: [{ value: "auditor" }] },
      { roles: [{ value: "auditor" }] },
    ],
    [
      "replaces a part of one value",
      { op: "replace", path: 'emails[type eq "work"].value', value: "c@x.example" },
      {
        emails: [
          { value: "c@x.example", type: "work" },
          { value: "b@x.example", type: "home" },
        ],
      },
    ],
    [
      "removes one value",
      { op: "remove", path: 'emails[type eq "home"]' },
      { emails: [{ value: "a@x.example", type: "work" }] },
    ],
    [
      "removes values that it names",
      { op: "remove", path: "roles", value: [{ value: "viewer" }] },
      { roles: [] },
    ],
    [
      "replaces in an extension",
      { op: "replace", path: `${FUNDS}:allFunds`, value: true },
      { [FUNDS]: { allFunds: true, fundIds: ["f1"] } },
    ],
    [
      "replaces an extension by its name",
      { op: "replace", value: { [FUNDS]: { fundIds: ["f2"] } } },
      { [FUNDS]: { fundIds: ["f2"] } },
    ],
    ["removes what is absent", { op: "remove", path: 'emails[type eq "other"]' }, {}],
  ])("%s", (_what, operation, changed) => {
    expect(patch(operation)).toEqual({ ...USER, ...changed });
  });

  it("removes an attribute", () => {
    expect(patch({ op: "remove", path: "displayName" })).not.toHaveProperty("displayName");
  });

  it("applies operations in order", () => {
    const added = { op: "add", path: "roles", value: [{ value: "auditor" }] };
    const removed = { op: "remove", path: 'roles[value eq "viewer"]' };
    expect(patch(added, removed)["roles"]).toEqual([{ value: "auditor" }]);
  });

  it.each<[string, object, string]>([
    ["an unknown operation", { op: "move", path: "a" }, "invalidSyntax"],
    ["no value", { op: "add", path: "displayName" }, "invalidValue"],
    ["remove without a path", { op: "remove" }, "noTarget"],
    ["a path that cannot be read", { op: "add", path: "a b", value: 1 }, "invalidPath"],
    ["a filter that cannot be read", { op: "remove", path: "emails[type]" }, "invalidFilter"],
    [
      "no matching value",
      { op: "replace", path: 'emails[type eq "x"].value', value: "y" },
      "noTarget",
    ],
    ["a name of the language", { op: "add", path: "__proto__.x", value: 1 }, "invalidPath"],
  ])("is refused when it has %s", (_what, operation, scimType) => {
    expect(() => patch(operation)).toThrow(expect.objectContaining({ scimType }) as Error);
  });

  it.each([{}, { schemas: [URNS.patch] }, { schemas: [], Operations: [{}] }, null])(
    "is refused when the message is %j",
    (body) => {
      expect(() => patched(USER, body)).toThrow(/must|schemas|Send/);
    },
  );
});
