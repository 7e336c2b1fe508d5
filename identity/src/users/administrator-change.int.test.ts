import { ALL_GRANTED } from "@allfunds/platform/auth";
import { createPool } from "@allfunds/platform/database";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Manager } from "../access/manager.ts";
import { makeClient, grant } from "../clients/api-client.fixture.ts";
import { queryGraph } from "../graph.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import type { TestUser } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { approveChange } from "./decide-change.ts";
import { removeAdministrator } from "./create-tenant.ts";

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const isWaiting = async (): Promise<boolean> => {
  const { rowCount } = await service.parts.pool.query("SELECT FROM pg_locks WHERE NOT granted");
  return rowCount !== 0;
};

/** Two administrators and a viewer of a tenant of their own. */
let tenantId: string;
let ada: TestUser;
let bob: TestUser;
let viewer: TestUser;
let adaToken: string;
let bobToken: string;
beforeEach(async () => {
  tenantId = await addTenant(service);
  ada = await addUser(service, "admin", { totp: true, tenantId });
  bob = await addUser(service, "admin", { totp: true, tenantId });
  viewer = await addUser(service, "viewer", { tenantId });
  [adaToken, bobToken] = [await tokenOf(service, ada), await tokenOf(service, bob)];
});

interface Outcome {
  readonly code: string | undefined;
  readonly proposalId: string | undefined;
}

async function run(token: string, mutation: string): Promise<Outcome> {
  const { body } = await queryGraph(service, token, `mutation { ${mutation} { __typename } }`);
  const { code, proposalId } = (body.errors?.[0]?.extensions ?? {}) as Partial<Outcome>;
  return { code, proposalId };
}

const promote = (userId: string) =>
  `changeAccess(input: {userId: "${userId}", roles: ["admin"], allFunds: true})`;
const approve = (id: string | undefined) => `approveAdministratorChange(id: "${id}")`;
const reject = (id: string | undefined) => `rejectAdministratorChange(id: "${id}")`;
const propose = async (mutation: string, token = adaToken): Promise<string> => {
  const { code, proposalId } = await run(token, mutation);
  expect(code).toBe("APPROVAL_REQUIRED");
  return proposalId ?? "";
};
/** Why a caller may not approve a change: what the graph shows, and what an attempt is answered. */
async function mayNot(token: string, id: string): Promise<string | undefined> {
  const list = "{ administratorChanges { nodes { id mayNotApprove { code error } } } }";
  const { body } = await queryGraph(service, token, list);
  const { nodes } = body.data["administratorChanges"] as {
    nodes: { id: string; mayNotApprove: { code: string; error: string } | null }[];
  };
  const shown = nodes.find((node) => node.id === id)?.mayNotApprove;
  if (shown === null) return undefined;
  // The attempt is answered with what was shown.
  expect((await run(token, approve(id))).code).toBe(shown?.error);
  return shown?.code;
}
const storedOf = async (userId: string): Promise<{ roles: string[]; status: string }> => {
  const { rows } = await service.parts.pool.query<{ roles: string[]; status: string }>(
    "SELECT roles, status FROM app_user WHERE user_id = $1",
    [userId],
  );
  return rows[0] ?? { roles: [], status: "" };
};

describe("a change of administrators", () => {
  test("takes effect when a second administrator approves it, once", async () => {
    const id = await propose(promote(viewer.userId));
    expect((await storedOf(viewer.userId)).roles).toEqual(["viewer"]);
    const waiting = `{ administratorChanges(waiting: true) { nodes {
      id kind email roles state proposedBy { id } } } }`;
    const { body } = await queryGraph(service, bobToken, waiting);
    expect(body.data["administratorChanges"]).toMatchObject({
      nodes: [{ id, kind: "ACCESS", email: viewer.email, roles: ["admin"], state: "WAITING" }],
    });
    expect(await run(bobToken, approve(id))).toMatchObject({ code: undefined });
    expect((await storedOf(viewer.userId)).roles).toEqual(["admin"]);
    expect((await run(bobToken, approve(id))).code).toBe("PROPOSAL_NOT_WAITING");
    const { rows } = await service.parts.pool.query<{ action: string; actor_id: string }>(
      `SELECT action, actor_id FROM audit_event WHERE tenant_id = $1 AND action LIKE 'user.%'
       ORDER BY sequence`,
      [tenantId],
    );
    expect(rows).toEqual([
      { action: "user.propose", actor_id: ada.userId },
      { action: "user.change", actor_id: bob.userId },
      { action: "user.approve", actor_id: bob.userId },
    ]);
  });

  test("is an invitation, a loss of the role, and disabling or enabling, too", async () => {
    const email = `new-${viewer.userId}@test.example`;
    const invited = await propose(
      `inviteUser(input: {email: "${email}", name: "New", roles: ["admin"], allFunds: true})`,
    );
    const before = (await service.emails()).length;
    await run(bobToken, approve(invited));
    expect((await service.emails()).slice(before).join()).toContain(email);
    const third = await addUser(service, "admin", { totp: true, tenantId });
    const disabled = await propose(`setUserDisabled(userId: "${third.userId}", disabled: true)`);
    await run(bobToken, approve(disabled));
    expect((await storedOf(third.userId)).status).toBe("DISABLED");
    const demoted = await propose(
      `changeAccess(input: {userId: "${third.userId}", roles: ["viewer"], allFunds: true})`,
      bobToken,
    );
    await run(adaToken, approve(demoted));
    expect((await storedOf(third.userId)).roles).toEqual(["viewer"]);
    const other = `changeAccess(input: {userId: "${viewer.userId}", roles: ["auditor"], allFunds: true})`;
    expect((await run(adaToken, other)).code).toBeUndefined();
  });

  test("is not approved by who proposed it, whom it concerns, or through a client of theirs", async () => {
    const id = await propose(promote(viewer.userId));
    expect((await run(adaToken, approve(id))).code).toBe("FORBIDDEN");
    expect(await mayNot(adaToken, id)).toBe("IS_MAKER");
    expect(await mayNot(bobToken, id)).toBeUndefined();
    const own = await makeClient(service, adaToken, "Own", "admin");
    const clientToken = (await grant(service, own, { scope: "admin" })).access_token;
    expect((await run(clientToken, approve(id))).code).toBe("FORBIDDEN");
    const throughClient = await propose(promote(viewer.userId), clientToken);
    expect((await run(adaToken, approve(throughClient))).code).toBe("FORBIDDEN");
    const wider = await propose(
      `changeAccess(input: {userId: "${bob.userId}", roles: ["admin", "auditor"], allFunds: true})`,
    );
    expect(await mayNot(clientToken, throughClient)).toBe("IS_MAKER");
    expect((await run(bobToken, approve(wider))).code).toBe("FORBIDDEN");
    expect(await mayNot(bobToken, wider)).toBe("IS_SUBJECT");
    expect((await storedOf(viewer.userId)).roles).toEqual(["viewer"]);
  });

  test("is not approved after the user has changed, its proposer lost the role, or its time is over", async () => {
    const stale = await propose(promote(viewer.userId));
    await run(adaToken, `setUserDisabled(userId: "${viewer.userId}", disabled: true)`);
    expect((await run(bobToken, approve(stale))).code).toBe("VERSION_CONFLICT");
    expect(await mayNot(bobToken, stale)).toBe("CHANGED_SINCE");
    const old = await propose(promote(viewer.userId));
    const { pool } = service.parts;
    await pool.query("UPDATE administrator_change SET expires_at = now() WHERE change_id = $1", [
      old,
    ]);
    expect((await run(bobToken, approve(old))).code).toBe("PROPOSAL_NOT_WAITING");
    expect(await mayNot(bobToken, old)).toBe("DECIDED");
    const orphaned = await propose(promote(viewer.userId));
    await pool.query("UPDATE app_user SET roles = '{viewer}' WHERE user_id = $1", [ada.userId]);
    expect((await run(bobToken, approve(orphaned))).code).toBe("FORBIDDEN");
    expect(await mayNot(bobToken, orphaned)).toBe("RULES");
  });

  test("is approved within one connection, however many are approved at once", async () => {
    const id = await propose(promote(viewer.userId));
    const url = service.parts.pool.options.connectionString ?? "";
    const single = createPool({ url, logger: service.parts.logger, max: 1 });
    const manager: Manager = {
      tenantId,
      actorId: bob.userId,
      actorKind: "USER",
      factors: ["pwd", "otp"],
      scopes: ["admin"],
      funds: ALL_GRANTED,
      origin: {},
      now: new Date(),
    };
    const approved = await approveChange({ ...service.parts, pool: single }, manager, id);
    await single.end();
    expect(approved.state).toBe("APPROVED");
    expect((await storedOf(viewer.userId)).roles).toEqual(["admin"]);
  });

  test("waits for a change of its proposer, and is refused when that one loses the role", async () => {
    const id = await propose(promote(viewer.userId));
    const { pool } = service.parts;
    const other = await pool.connect();
    await other.query("BEGIN");
    await other.query("UPDATE app_user SET roles = '{viewer}' WHERE user_id = $1", [ada.userId]);
    const attempt = run(bobToken, approve(id));
    await expect.poll(isWaiting).toBe(true);
    await other.query("COMMIT");
    other.release();
    expect((await attempt).code).toBe("FORBIDDEN");
    expect((await storedOf(viewer.userId)).roles).toEqual(["viewer"]);
  });

  test("is rejected by another, and withdrawn by who proposed it", async () => {
    for (const token of [adaToken, bobToken]) {
      const id = await propose(promote(viewer.userId));
      expect((await run(token, reject(id))).code).toBeUndefined();
      expect((await run(bobToken, approve(id))).code).toBe("PROPOSAL_NOT_WAITING");
    }
    expect((await run(bobToken, approve("none"))).code).toBe("PROPOSAL_NOT_FOUND");
  });

  test("belongs to its tenant", async () => {
    const id = await propose(promote(viewer.userId));
    const elsewhere = await addTenant(service);
    const foreign = await addUser(service, "admin", { totp: true, tenantId: elsewhere });
    const token = await tokenOf(service, foreign);
    expect((await run(token, approve(id))).code).toBe("PROPOSAL_NOT_FOUND");
  });
});

const inviting = (email: string, more = "allFunds: true") =>
  `inviteUser(input: {email: "${email}", name: "New", roles: ["approver"], ${more}})`;
const giving = (userId: string, roles: string, more = "allFunds: true") =>
  `changeAccess(input: {userId: "${userId}", roles: ${roles}, ${more}})`;

describe("approval", () => {
  const aFund = "0197a000-0000-7000-8000-00000000000a";

  test("is given by two administrators: by an invitation, a role, more funds, or enabling", async () => {
    const email = `approver-${viewer.userId}@test.example`;
    const before = (await service.emails()).length;
    const invited = await propose(inviting(email));
    expect((await service.emails()).slice(before).join()).not.toContain(email);
    expect((await run(adaToken, approve(invited))).code).toBe("FORBIDDEN");
    expect((await run(bobToken, approve(invited))).code).toBeUndefined();
    expect((await service.emails()).slice(before).join()).toContain(email);

    const { userId } = viewer;
    const some = `allFunds: false, fundIds: ["${aFund}"]`;
    const given = await propose(giving(userId, '["viewer", "approver"]', some));
    expect((await storedOf(userId)).roles).toEqual(["viewer"]);
    await run(bobToken, approve(given));
    expect((await storedOf(userId)).roles).toEqual(["viewer", "approver"]);
    const wider = await propose(giving(userId, '["approver"]'));
    await run(bobToken, approve(wider));
    const disabled = await run(adaToken, `setUserDisabled(userId: "${userId}", disabled: true)`);
    expect(disabled.code).toBeUndefined();
    await propose(`setUserDisabled(userId: "${userId}", disabled: false)`);
    expect((await storedOf(userId)).status).toBe("DISABLED");
  });

  test("is kept and taken away by one, who gives every other role", async () => {
    const approver = await addUser(service, "approver", { totp: true, tenantId });
    const { userId } = approver;
    for (const roles of ['["approver", "viewer"]', '["viewer"]', '["accountant"]']) {
      expect((await run(adaToken, giving(userId, roles))).code).toBeUndefined();
    }
    await propose(giving(userId, '["approver"]'));
  });

  test("is given by the only administrator of a tenant, and then by two", async () => {
    const alone = await addTenant(service);
    const first = await addUser(service, "admin", { totp: true, tenantId: alone });
    const token = await tokenOf(service, first);
    const invite = (name: string) => inviting(`${name}-${alone}@test.example`);
    expect((await run(token, invite("one"))).code).toBeUndefined();
    await addUser(service, "admin", { totp: true, tenantId: alone });
    expect((await run(token, invite("two"))).code).toBe("APPROVAL_REQUIRED");
  });
});

test("the only administrator changes others alone, and a disabled second one still counts", async () => {
  const alone = await addTenant(service);
  const first = await addUser(service, "admin", { totp: true, tenantId: alone });
  const second = await addUser(service, "viewer", { tenantId: alone });
  const token = await tokenOf(service, first);
  expect((await run(token, promote(second.userId))).code).toBeUndefined();
  await service.parts.pool.query("UPDATE app_user SET status = 'DISABLED' WHERE user_id = $1", [
    second.userId,
  ]);
  const third = await addUser(service, "viewer", { tenantId: alone });
  expect((await run(token, promote(third.userId))).code).toBe("APPROVAL_REQUIRED");
  // The operator's command.
  const removed = await removeAdministrator(service.parts.pool, second.email, new Date());
  expect(removed?.userId).toBe(second.userId);
  expect((await storedOf(second.userId)).roles).toEqual([]);
  expect((await run(token, promote(third.userId))).code).toBeUndefined();
});

const claimOf = (token: string): unknown => decodeJwt(token)["second_administrator"];

test("tokens have whether a second administrator of every fund can approve", async () => {
  const alone = await addTenant(service);
  const first = await addUser(service, "admin", { totp: true, tenantId: alone });
  const firstToken = await tokenOf(service, first);
  const client = await makeClient(service, firstToken, "Own", "ledger:read");
  const ofClient = async (): Promise<unknown> =>
    claimOf((await grant(service, client, { scope: "ledger:read" })).access_token);
  expect([claimOf(firstToken), await ofClient()]).toEqual([false, false]);
  await addUser(service, "approver", { totp: true, tenantId: alone });
  const second = await addUser(service, "admin", { totp: true, tenantId: alone });
  expect([claimOf(await tokenOf(service, second)), await ofClient()]).toEqual([true, true]);
  const set = (what: string) =>
    service.parts.pool.query(`UPDATE app_user SET ${what} WHERE user_id = $1`, [second.userId]);
  await set("status = 'DISABLED'");
  expect(await ofClient()).toBe(true);
  await set("all_funds = false");
  expect(await ofClient()).toBe(false);
});
