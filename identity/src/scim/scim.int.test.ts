import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { grant, makeClient } from "../clients/api-client.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { URNS } from "./scim-message.ts";

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & {
    readonly id: string;
    readonly Resources: readonly { readonly id: string; readonly userName: string }[];
    readonly meta: { readonly version: string; readonly location: string };
  };
}

let service: RunningService;
let directory: string;
beforeAll(async () => {
  service = await openService();
  const admin = await tokenOf(service, await addUser(service, "admin", { totp: true }));
  const client = await makeClient(service, admin, "Directory", "users:provision");
  directory = (await grant(service, client, { scope: "users:provision" })).access_token;
});
afterAll(() => service.close());

async function send(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${service.issuer}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${directory}`,
      ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const { status } = response;
  return { status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
}

let made = 0;
const newUser = (more: object = {}) => ({
  schemas: [URNS.user],
  userName: `Person-${(made += 1)}@directory.example`,
  externalId: `ext-${made}`,
  name: { givenName: "Barbara", familyName: "Jensen" },
  active: true,
  ...more,
});
const patch = (...Operations: object[]) => ({ schemas: [URNS.patch], Operations });
const create = async (more: object = {}): Promise<Reply["body"]> =>
  (await send("POST", "/Users", newUser(more))).body;

describe("SCIM metadata", () => {
  test.each(["/ServiceProviderConfig", "/ResourceTypes/User", `/Schemas/${URNS.user}`])(
    "has %s with its own address",
    async (path) => {
      const { status, headers, body } = await send("GET", path);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toContain("application/scim+json");
      expect(body.meta.location).toBe(`${service.issuer}/scim/v2${path}`);
    },
  );

  test("lists resource types and schemas", async () => {
    expect((await send("GET", "/ResourceTypes")).body["totalResults"]).toBe(2);
    expect((await send("GET", "/Schemas")).body["totalResults"]).toBe(3);
    expect((await send("GET", "/Schemas/urn:none")).status).toBe(404);
  });
});

describe("a directory", () => {
  test("adds a user, who gets an invitation and has no role yet", async () => {
    const sent = newUser();
    const { status, headers, body } = await send("POST", "/Users", sent);
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(body.meta.location);
    expect(headers.get("etag")).toBe(body.meta.version);
    const email = sent.userName.toLowerCase();
    expect(body).toMatchObject({
      userName: email,
      externalId: sent.externalId,
      displayName: "Barbara Jensen",
      active: true,
      roles: [],
      emails: [{ value: email, primary: true }],
      [URNS.funds]: { allFunds: false, fundIds: [] },
    });
    expect((await service.emails()).at(-1)).toContain(email);
    const again = await send("POST", "/Users", sent);
    expect([again.status, again.body["scimType"]]).toEqual([409, "uniqueness"]);
    expect(again.body["schemas"]).toEqual([URNS.error]);
  });

  test("finds users by filter and pages, and selects attributes", async () => {
    const { userName, externalId } = (await create({ displayName: "Findable" })) as unknown as {
      userName: string;
      externalId: string;
    };
    const find = async (query: Record<string, string>) =>
      (await send("GET", `/Users?${new URLSearchParams(query).toString()}`)).body;
    const filters = [
      `userName eq "${userName.toUpperCase()}"`,
      `externalId eq "${externalId}"`,
      'displayName sw "find" and active eq true',
    ];
    for (const filter of filters) {
      const found = await find({ filter, attributes: "userName" });
      expect(found).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 });
      expect(found.Resources[0]).toMatchObject({ userName });
      expect(found.Resources[0]).not.toHaveProperty("active");
    }
    await create();
    const all = await find({});
    const second = await find({ startIndex: "2", count: "1" });
    expect(second).toMatchObject({ startIndex: 2, itemsPerPage: 1 });
    expect(second.Resources).toEqual(all.Resources.slice(1, 2));
    expect((await find({ count: "0" })).Resources).toEqual([]);
    const bad = await send("GET", "/Users?filter=userName");
    expect([bad.status, bad.body["scimType"]]).toEqual([400, "invalidFilter"]);
  });

  test("changes a user by PATCH and PUT, with tags that name a version", async () => {
    const user = await create();
    const path = `/Users/${user.id}`;
    const tag = { "if-match": user.meta.version };
    const renamed = await send(
      "PATCH",
      path,
      patch({ op: "replace", path: "displayName", value: "Babs" }),
      tag,
    );
    expect(renamed.body).toMatchObject({ displayName: "Babs", name: { formatted: "Babs" } });
    const formatted = { op: "replace", path: "name.formatted", value: "Barbara J." };
    expect((await send("PATCH", path, patch(formatted))).body["displayName"]).toBe("Barbara J.");
    const moves = patch({
      op: "replace",
      path: 'emails[type eq "work"].value',
      value: "b@x.example",
    });
    expect((await send("PATCH", path, moves)).body["scimType"]).toBe("mutability");
    const stale = await send("PATCH", path, patch({ op: "remove", path: "externalId" }), tag);
    expect(stale.status).toBe(412);
    const { version } = (await send("GET", path)).body.meta;
    const current = { "if-none-match": version };
    expect((await send("GET", path, undefined, current)).status).toBe(304);
    const put = await send("PUT", path, {
      ...newUser(),
      userName: user["userName"],
      active: false,
    });
    expect(put.body).toMatchObject({ active: false, displayName: "Barbara Jensen" });
    const moved = await send("PUT", path, newUser());
    expect([moved.status, moved.body["scimType"]]).toEqual([400, "mutability"]);
  });

  test("gives and takes roles through users and groups", async () => {
    const user = await create({ roles: [{ value: "accountant" }] });
    const rolesOf = async () => (await send("GET", `/Users/${user.id}`)).body["roles"];
    const group = "/Groups/auditor";
    const member = { op: "add", path: "members", value: [{ value: user.id }] };
    const added = await send("PATCH", group, patch(member));
    expect(added.body["members"]).toContainEqual(expect.objectContaining({ value: user.id }));
    expect(await rolesOf()).toMatchObject([{ value: "accountant" }, { value: "auditor" }]);
    await send("PATCH", group, patch({ op: "remove", path: `members[value eq "${user.id}"]` }));
    expect(await rolesOf()).toMatchObject([{ value: "accountant" }]);
    const unknown = await send("PATCH", group, patch({ ...member, value: [{ value: "unknown" }] }));
    expect(unknown.status).toBe(404);
    const role = await send(
      "PATCH",
      `/Users/${user.id}`,
      patch({ op: "add", path: "roles", value: [{ value: "king" }] }),
    );
    expect([role.status, role.body["scimType"]]).toEqual([400, "invalidValue"]);
    expect((await send("GET", '/Groups?filter=displayName eq "viewer"')).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: "viewer" }],
    });
    expect((await send("GET", "/Groups/kings")).status).toBe(404);
  });

  test("ends a user's access everywhere by active false", async () => {
    const person = await addUser(service, "viewer");
    const token = await tokenOf(service, person);
    const me = () =>
      fetch(`${service.issuer}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: "{ me { subject } }" }),
      }).then(({ status }) => status);
    expect(await me()).toBe(200);
    await send(
      "PATCH",
      `/Users/${person.userId}`,
      patch({ op: "Replace", value: { active: "False" } }),
    );
    expect(await me()).toBe(401);
    // The services of the system read this list each ten seconds.
    const { rows } = await service.parts.pool.query("SELECT FROM revocation WHERE key = $1", [
      `sub:${person.userId}`,
    ]);
    expect(rows).toHaveLength(1);
    await expect(tokenOf(service, person)).rejects.toThrow("stuck at");
  });

  test("removes a user, who then is not found, and may add the same address again", async () => {
    const sent = newUser();
    const { body } = await send("POST", "/Users", sent);
    // As directories send it: with a type, and an empty body.
    const removed = await fetch(`${service.issuer}/scim/v2/Users/${body.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${directory}`, "content-type": "application/scim+json" },
      body: "",
    });
    expect(removed.status).toBe(204);
    for (const method of ["GET", "DELETE"]) {
      expect((await send(method, `/Users/${body.id}`)).status).toBe(404);
    }
    const back = await send("POST", "/Users", sent);
    expect([back.status, back.body.id, back.body["active"]]).toEqual([201, body.id, true]);
  });
});

const BLOCKED = `
  SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe("what a directory may not do", () => {
  test("is make, unmake or enable an administrator; it disables one", async () => {
    const admin = await addUser(service, "admin", { totp: true });
    const user = await create();
    const promote = patch({ op: "add", path: "roles", value: [{ value: "admin" }] });
    expect((await send("PATCH", `/Users/${user.id}`, promote)).status).toBe(403);
    const made = await send("POST", "/Users", newUser({ roles: ["admin"] }));
    expect(made.status).toBe(403);
    const path = `/Users/${admin.userId}`;
    const demote = patch({ op: "replace", path: "roles", value: [{ value: "viewer" }] });
    expect((await send("PATCH", path, demote)).status).toBe(403);
    const set = (active: boolean) =>
      send("PATCH", path, patch({ op: "replace", value: { active } }));
    expect((await set(false)).status).toBe(200);
    expect((await set(true)).status).toBe(403);
  });

  test("is give a user the address of another, or an administrator another address", async () => {
    const [user, other] = [await create(), await addUser(service, "viewer")];
    const rename = (id: string, userName: string) =>
      send("PATCH", `/Users/${id}`, patch({ op: "replace", value: { userName } }));
    const taken = await rename(user.id, other.email.toUpperCase());
    expect([taken.status, taken.body["scimType"]]).toEqual([400, "mutability"]);
    const admin = await addUser(service, "admin", { totp: true });
    const mine = "mine@elsewhere.example";
    expect((await rename(admin.userId, mine)).status).toBe(400);
    const emails = patch({
      op: "replace",
      path: "emails",
      value: [{ value: mine, primary: true }],
    });
    await send("PATCH", `/Users/${admin.userId}`, emails);
    const { rows } = await service.parts.pool.query<{ email: string }>(
      "SELECT email FROM app_user WHERE user_id = $1",
      [admin.userId],
    );
    expect(rows[0]?.email).toBe(admin.email);
  });

  test("is make another person of a user by another name: who made something is known by the same id", async () => {
    const person = await addUser(service, "viewer");
    const before = decodeJwt(await tokenOf(service, person));
    const path = `/Users/${person.userId}`;
    const userName = `renamed-${person.userId}@directory.example`;
    const other = await send("PATCH", path, patch({ op: "replace", value: { userName } }));
    expect([other.status, other.body["scimType"]]).toEqual([400, "mutability"]);
    const value = { displayName: "Another Person", externalId: "another" };
    const renamed = await send("PATCH", path, patch({ op: "replace", value }));
    expect(renamed.body).toMatchObject({ id: person.userId, ...value });
    const after = decodeJwt(await tokenOf(service, person));
    expect([before.sub, after.sub]).toEqual([person.userId, person.userId]);
  });

  test("is disable the last administrator, also where two disable each other", async () => {
    const tenantId = await addTenant(service);
    const administrate = async () => {
      const user = await addUser(service, "admin", { totp: true, tenantId });
      const made = await tokenOf(service, user);
      const client = await makeClient(service, made, "Directory", "users:provision");
      const { access_token: token } = await grant(service, client, { scope: "users:provision" });
      return { ...user, authorization: `Bearer ${token}` };
    };
    const [ann, bob] = [await administrate(), await administrate()];
    const inactive = patch({ op: "replace", value: { active: false } });
    const disable = (of: typeof ann, { authorization }: typeof ann) =>
      send("PATCH", `/Users/${of.userId}`, inactive, { authorization });
    const { pool } = service.parts;
    const blocked = (count: number) =>
      vi.waitFor(async () => {
        const { rowCount } = await pool.query(BLOCKED);
        expect(rowCount).toBeGreaterThanOrEqual(count);
      }, 60_000);
    // Both are let in before one of them takes effect.
    const holding = await pool.connect();
    await holding.query("BEGIN");
    await holding.query("SELECT FROM app_user WHERE user_id = $1 FOR UPDATE", [ann.userId]);
    const first = disable(ann, bob);
    await blocked(1);
    const second = disable(bob, ann);
    await Promise.race([second, blocked(2)]);
    await holding.query("ROLLBACK");
    holding.release();
    const statuses = (await Promise.all([first, second])).map(({ status }) => status);
    expect(statuses).toEqual([200, 403]);
    const { rowCount } = await pool.query(
      "SELECT FROM app_user WHERE tenant_id = $1 AND status = 'ACTIVE'",
      [tenantId],
    );
    expect(rowCount).toBe(1);
  });

  test("is give approval where there are two administrators, by whatever way", async () => {
    await addUser(service, "admin", { totp: true });
    const made = await send("POST", "/Users", newUser({ roles: ["approver"] }));
    expect(made.status).toBe(403);
    const user = await create();
    const member = patch({ op: "add", path: "members", value: [{ value: user.id }] });
    expect((await send("PATCH", "/Groups/approver", member)).status).toBe(403);
    const role = patch({ op: "add", path: "roles", value: [{ value: "approver" }] });
    expect((await send("PATCH", `/Users/${user.id}`, role)).status).toBe(403);
    const approver = await addUser(service, "approver", { totp: true });
    const path = `/Users/${approver.userId}`;
    const set = (active: boolean) =>
      send("PATCH", path, patch({ op: "replace", value: { active } }));
    expect((await set(false)).status).toBe(200);
    expect((await set(true)).status).toBe(403);
    const demote = patch({ op: "replace", path: "roles", value: [{ value: "viewer" }] });
    expect((await send("PATCH", path, demote)).status).toBe(200);
    expect((await set(true)).status).toBe(200);
  });

  let viewer: string;
  beforeEach(async () => {
    viewer = await tokenOf(service, await addUser(service, "viewer"));
  });
  test("needs its scope, and ends at its tenant", async () => {
    expect((await send("GET", "/Users", undefined, { authorization: "" })).status).toBe(401);
    const without = await send("GET", "/Users", undefined, { authorization: `Bearer ${viewer}` });
    expect([without.status, without.body["schemas"]]).toEqual([403, [URNS.error]]);
    const tenantId = await addTenant(service);
    const other = await addUser(service, "viewer", { tenantId });
    expect((await send("GET", `/Users/${other.userId}`)).status).toBe(404);
    const taken = await send("POST", "/Users", newUser({ userName: other.email }));
    expect(taken.status).toBe(409);
  });

  test("is send what cannot be read", async () => {
    const cases: [object, string][] = [
      [{ ...newUser(), schemas: [] }, "invalidSyntax"],
      [{ ...newUser(), userName: "no address" }, "invalidValue"],
      [{ ...newUser(), active: "maybe" }, "invalidValue"],
      [{ ...newUser(), password: "secret" }, "invalidValue"],
      [{ ...newUser(), [URNS.funds]: { fundIds: ["x"] } }, "invalidValue"],
      [{ ...newUser(), displayName: "a\0b" }, "invalidValue"],
      [{ ...newUser(), displayName: "half of a pair \ud800" }, "invalidValue"],
      [{ ...newUser(), externalId: "half of a pair \udfff" }, "invalidValue"],
    ];
    for (const [body, scimType] of cases) {
      const answer = await send("POST", "/Users", body);
      expect([answer.status, answer.body["scimType"]]).toEqual([400, scimType]);
    }
  });
});
