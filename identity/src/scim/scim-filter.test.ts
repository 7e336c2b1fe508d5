import { describe, expect, it, test } from "vitest";
import { equalityOf, readFilter } from "./scim-filter.ts";
import type { JsonObject } from "./scim-message.ts";
import { selected } from "./scim-selection.ts";

/** After the example of RFC 7643, section 8.2. */
const BARBARA: JsonObject = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  id: "2819c223-7f76-453a-919d-413861904646",
  externalId: "701984",
  userName: "bjensen@example.com",
  name: { formatted: "Ms. Barbara J Jensen, III" },
  displayName: "Babs Jensen",
  emails: [
    { value: "bjensen@example.com", type: "work", primary: true },
    { value: "babs@jensen.org", type: "home" },
  ],
  active: true,
  roles: [{ value: "accountant" }],
  "urn:allfunds:params:scim:schemas:extension:funds:2.0:User": { allFunds: false, fundIds: ["f1"] },
  meta: { resourceType: "User", lastModified: "2011-05-13T04:42:34Z" },
};

/** The filters of RFC 7644, section 3.4.2.2, and what they find of Barbara. */
test.each<[string, boolean]>([
  ['userName eq "bjensen@example.com"', true],
  ['username EQ "BJENSEN@example.com"', true],
  ['name.formatted co "Jensen"', true],
  ['name.familyName co "O\'Malley"', false],
  ['userName sw "J"', false],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', true],
  ["title pr", false],
  ["displayName pr", true],
  ['meta.lastModified gt "2011-05-13T04:42:33Z"', true],
  ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
  ['meta.lastModified lt "2011-05-13T04:42:34Z"', false],
  ['title pr and userType eq "Employee"', false],
  ['title pr or displayName eq "babs jensen"', true],
  ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
  ['userType eq "Employee" or (emails co "example.com" or emails.value co "example.org")', true],
  [
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    false,
  ],
  ['displayName eq "x" and (emails.type eq "work")', false],
  ['emails[type eq "work" and value co "@example.com"]', true],
  ['emails[type eq "home" and value co "@example.com"]', false],
  [
    'emails[type eq "work" and value co "@x"] or ims[type eq "xmpp" and value co "@foo.com"]',
    false,
  ],
  ["active eq true", true],
  ['active eq "true"', false],
  ["active ne false", true],
  ['roles eq "accountant"', true],
  ['urn:allfunds:params:scim:schemas:extension:funds:2.0:User:fundIds eq "f1"', true],
  ['userName ew "example.com" and externalId eq "701984" or id eq "other"', true],
])("%s", (filter, isFound) => {
  expect(readFilter(filter)(BARBARA)).toBe(isFound);
});

it.each([
  "",
  "userName",
  "userName eq",
  'userName is "x"',
  'userName constructor "x"',
  'userName eq "x',
  'userName eq "x" and',
  '(userName eq "x"',
  'userName eq "x")',
  'not userName eq "x"',
  'emails[type eq "work"',
  "active gt true",
  'eq "x"',
  "userName eq x",
  `${"(".repeat(30)}a pr${")".repeat(30)}`,
  `userName eq "${"x".repeat(1_000)}"`,
])("refuses the filter %s", (filter) => {
  expect(() => readFilter(filter)).toThrow("The filter cannot be read");
});

it("finds the value of a filter that the database can look up", () => {
  expect(equalityOf('userName eq "a\\"b@x.example"', "userName")).toBe('a"b@x.example');
  expect(equalityOf('USERNAME eq "a"', "userName")).toBe("a");
  expect(equalityOf('userName eq "a" or id eq "b"', "userName")).toBeUndefined();
  expect(equalityOf('userName ne "a"', "userName")).toBeUndefined();
});

describe("selected attributes", () => {
  it("are those that are named, with what every resource has", () => {
    expect(selected(BARBARA, { attributes: "userName,emails.value,nothing" })).toEqual({
      schemas: BARBARA["schemas"],
      id: BARBARA["id"],
      meta: BARBARA["meta"],
      userName: "bjensen@example.com",
      emails: [{ value: "bjensen@example.com" }, { value: "babs@jensen.org" }],
    });
  });

  it("are all but the excluded ones", () => {
    const left = selected(BARBARA, { excludedAttributes: "emails,name.formatted,id" });
    expect(left).not.toHaveProperty("emails");
    expect(left).toMatchObject({ id: BARBARA["id"], name: {}, displayName: "Babs Jensen" });
  });
});
