import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grant, makeClient } from "../clients/api-client.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { URNS } from "./scim-message.ts";

interface Body {
  readonly id: string;
  readonly userName: string;
  readonly scimType?: string;
  readonly Resources: readonly Body[];
  readonly [name: string]: unknown;
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

async function send(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${service.issuer}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${directory}`,
      ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
}

let made = 0;
const newUser = (more: object = {}) => ({
  schemas: [URNS.user],
  userName: `one-${(made += 1)}@directory.example`,
  ...more,
});
const rowOf = async (userId: string) => {
  const { rows } = await service.parts.pool.query<Record<string, unknown>>(
    "SELECT * FROM app_user WHERE user_id = $1",
    [userId],
  );
  return rows[0] ?? {};
};

describe("a filter", () => {
  test.each([
    `userName eq "x' OR '1'='1"`,
    `userName eq "x\\" or userName pr or userName eq \\"y"`,
    `userName eq "%"`,
    `externalId eq "x'); DROP TABLE app_user; --"`,
    `externalId eq "' UNION SELECT * FROM app_user --"`,
    `password_hash pr`,
    `passwordHash sw "$argon2"`,
    `__proto__ pr`,
    `constructor.name eq "Object"`,
    `meta.__proto__ pr`,
    `toString pr`,
    `length gt 0`,
  ])("finds no user and runs nothing: %s", async (filter) => {
    await send("POST", "/Users", newUser());
    const query = new URLSearchParams({ filter });
    const { status, body } = await send("GET", `/Users?${query.toString()}`);
    const outcome = status === 200 ? body["totalResults"] : body.scimType;
    expect([0, "invalidFilter"]).toContain(outcome);
    expect((await send("GET", "/Users")).body["totalResults"]).toBeGreaterThan(0);
  });

  test.each([
    `userName eq "\\q"`,
    `userName eq "`,
    `userName eq`,
    `userName xx "a"`,
    `(userName pr`,
    `userName pr)`,
    `emails[`,
    `not userName pr`,
    `${"(".repeat(200)}userName pr${")".repeat(200)}`,
    `userName co "${"a".repeat(2_000)}"`,
    "",
  ])("that cannot be read is refused as such: %s", async (filter) => {
    const query = new URLSearchParams({ filter });
    const { status, body } = await send("GET", `/Users?${query.toString()}`);
    expect([status, body.scimType]).toEqual([400, "invalidFilter"]);
  });

  test("finds no user of another tenant, by whatever it names", async () => {
    const tenantId = await addTenant(service);
    const other = await addUser(service, "viewer", { tenantId });
    for (const filter of [
      `userName eq "${other.email}"`,
      `id eq "${other.userId}"`,
      `tenantId eq "${tenantId}"`,
      `emails.value co "${other.userId}"`,
    ]) {
      const query = new URLSearchParams({ filter });
      expect((await send("GET", `/Users?${query.toString()}`)).body["totalResults"]).toBe(0);
    }
    for (const method of ["GET", "DELETE"]) {
      expect((await send(method, `/Users/${other.userId}`)).status).toBe(404);
    }
    const op = { op: "add", path: "members", value: [{ value: other.userId }] };
    const group = { schemas: [URNS.patch], Operations: [op] };
    expect((await send("PATCH", "/Groups/auditor", group)).status).toBe(404);
    expect(await rowOf(other.userId)).toMatchObject({ status: "ACTIVE", roles: ["viewer"] });
  });
});

/** What a directory must not set, by every name that a column, a claim or a prototype might have. */
const FORBIDDEN = {
  id: newId(),
  user_id: newId(),
  tenant: newId(),
  tenantId: newId(),
  tenant_id: newId(),
  status: "ACTIVE",
  passwordHash: "$argon2id$x",
  password_hash: "$argon2id$x",
  deprovisioned_at: null,
  all_funds: true,
  allFunds: true,
  fundIds: [newId()],
  groups: [{ value: "admin" }],
  emails: [{ value: "other@evil.example", primary: true }],
  meta: { resourceType: "User", created: "2000-01-01T00:00:00Z", version: 'W/"x"' },
  totp: "x",
  [`${URNS.user}:roles`]: [{ value: "admin" }],
};

const expectUnprivileged = async (userId: string, email: string): Promise<void> => {
  expect(await rowOf(userId)).toMatchObject({
    user_id: userId,
    email,
    roles: [],
    all_funds: false,
    status: "INVITED",
    password_hash: null,
  });
};

describe("a member that is not a directory's to set", () => {
  test("is not set when a user is added or replaced", async () => {
    const sent = newUser(FORBIDDEN);
    const { body } = await send("POST", "/Users", sent);
    expect(body.id).not.toBe(FORBIDDEN.id);
    await expectUnprivileged(body.id, sent.userName);
    const put = await send("PUT", `/Users/${body.id}`, { ...FORBIDDEN, ...sent });
    expect(put.status).toBe(200);
    await expectUnprivileged(body.id, sent.userName);
    expect(JSON.stringify(put.body)).not.toMatch(/argon2|evil|totp/);
  });

  test.each(Object.entries(FORBIDDEN).filter(([name]) => !name.startsWith("urn:")))(
    "is not set by a change of it: %s",
    async (path, value) => {
      const sent = newUser();
      const { id } = (await send("POST", "/Users", sent)).body;
      for (const operation of [
        { op: "replace", path, value },
        { op: "add", value: { [path]: value } },
      ]) {
        const patch = { schemas: [URNS.patch], Operations: [operation] };
        const { status } = await send("PATCH", `/Users/${id}`, patch);
        expect([200, 400]).toContain(status);
        await expectUnprivileged(id, sent.userName);
      }
    },
  );

  test.each(["__proto__", "__proto__.roles", "constructor.prototype.roles", "prototype"])(
    "reaches no prototype: %s",
    async (path) => {
      const sent = newUser();
      const { id } = (await send("POST", "/Users", sent)).body;
      const value = { roles: [{ value: "approver" }], polluted: true };
      const named = `{"schemas":["${URNS.patch}"],"Operations":[{"op":"add","value":{"${path}":${JSON.stringify(value)}}}]}`;
      const operation = { op: "add", path, value };
      const patch = { schemas: [URNS.patch], Operations: [operation] };
      for (const body of [named, patch]) {
        expect((await send("PATCH", `/Users/${id}`, body)).status).toBeLessThan(500);
        await expectUnprivileged(id, sent.userName);
        expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      }
    },
  );

  test("an administrator's role is given by no way and spelling", async () => {
    const sent = newUser();
    const { id } = (await send("POST", "/Users", sent)).body;
    const member = { op: "add", path: "members", value: [{ value: id }] };
    expect(
      (await send("PATCH", "/Groups/admin", { schemas: [URNS.patch], Operations: [member] }))
        .status,
    ).toBe(403);
    for (const path of [
      "roles",
      "Roles",
      "ROLES",
      `${URNS.user}:roles`,
      'roles[value eq "admin"]',
    ]) {
      const operation = { op: "add", path, value: [{ value: "admin" }] };
      const patch = { schemas: [URNS.patch], Operations: [operation] };
      expect((await send("PATCH", `/Users/${id}`, patch)).status).toBeGreaterThanOrEqual(400);
      await expectUnprivileged(id, sent.userName);
    }
  });
});
