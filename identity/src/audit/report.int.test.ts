import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../ask.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

let identity: RunningIdentity;
let gatewayToken: string;
let auditorToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  gatewayToken = await systemCredentials(identity, "gateway", "audit:write").token();
  auditorToken = await tokenOf(identity, await addUser(identity.parts, "auditor"));
});
afterAll(() => identity.stop());

const event = (more: object = {}) => ({
  id: newId(),
  action: "graph.mutation",
  outcome: "ALLOWED",
  tenantId: DEMO_TENANT_ID,
  actorId: newId(),
  actorKind: "USER",
  clientId: "web",
  factors: ["pwd", "otp", "mfa"],
  ip: "203.0.113.7",
  traceId: "0123456789abcdef0123456789abcdef",
  at: new Date().toISOString(),
  subject: "postTransaction",
  detail: { operation: "Post" },
  ...more,
});

async function report(body: unknown, token: string | undefined = gatewayToken) {
  const response = await fetch(`${identity.config.issuer}/audit/events`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Line {
  action: string;
  subject: string;
  at: string;
}

const TRAIL = `query($filter: AuditFilter, $first: Int!, $after: Cursor) {
  auditTrail(filter: $filter, first: $first, after: $after) {
    nodes { action outcome actorKind actorId clientId factors ip traceId subject detail at reportedBy }
    pageInfo { hasNextPage endCursor } } }`;

async function trail(filter: object, first = 50, after?: string) {
  const { body } = await ask<{
    auditTrail: { nodes: Line[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }>(identity, auditorToken, TRAIL, { filter, first, after });
  return body.data.auditTrail;
}

const exported = async (token: string, query = ""): Promise<string> => {
  const response = await fetch(`${identity.config.issuer}/audit/export${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.text();
};

describe("a report of the gateway", () => {
  test("becomes lines an auditor finds, with everything that was told", async () => {
    const told = event();
    expect(await report({ events: [told] })).toEqual({
      status: 200,
      body: { stored: 1, known: 0 },
    });
    const { id: _id, tenantId: _tenantId, ...shown } = told;
    expect((await trail({ actorId: told.actorId })).nodes).toEqual([
      { ...shown, reportedBy: "gateway" },
    ]);
  });

  test("that comes twice is stored once, also in part and within itself", async () => {
    const actorId = newId();
    const [one, two] = [event({ actorId }), event({ actorId })];
    expect((await report({ events: [one, one] })).body).toEqual({ stored: 1, known: 1 });
    expect((await report({ events: [one, two] })).body).toEqual({ stored: 1, known: 1 });
    const again = await Promise.all([1, 2, 3].map(() => report({ events: [one, two] })));
    expect(again.map(({ body }) => body["stored"])).toEqual([0, 0, 0]);
    expect((await trail({ actorId })).nodes).toHaveLength(2);
  });

  test("that is late stands where it belongs in time, page by page", async () => {
    const actorId = newId();
    const minutesAgo = [5, 1, 9, 3, 7];
    for (const minutes of minutesAgo) {
      const at = new Date(Date.now() - minutes * 60_000).toISOString();
      await report({ events: [event({ actorId, at, subject: `field${minutes}` })] });
    }
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await trail({ actorId }, 2, after);
      seen.push(...page.nodes.map(({ subject }) => subject));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(["field1", "field3", "field5", "field7", "field9"]);
    const recent = { actorId, from: new Date(Date.now() - 4 * 60_000).toISOString() };
    expect((await trail(recent)).nodes).toHaveLength(2);
  });

  test("carries up to 500 events", async () => {
    const actorId = newId();
    const many = Array.from({ length: 500 }, () => event({ actorId, outcome: "REFUSED" }));
    expect((await report({ events: many })).body).toEqual({ stored: 500, known: 0 });
    const refused = await trail({ actorId, outcome: "REFUSED", actions: ["graph.mutation"] }, 200);
    expect(refused.nodes).toHaveLength(200);
    expect(await report({ events: [...many, event()] })).toMatchObject({
      status: 400,
      body: { code: "INVALID_INPUT" },
    });
  });

  test("of nobody known is kept, without a tenant, for the system's own collector", async () => {
    const nobody = event({
      action: "graph.refused",
      outcome: "REFUSED",
      tenantId: null,
      actorId: null,
      actorKind: null,
      clientId: null,
      factors: [],
      subject: "UNAUTHENTICATED",
    });
    const foreign = event({ tenantId: "acme", subject: "foreignTenant" });
    expect((await report({ events: [nobody, foreign] })).body).toEqual({ stored: 2, known: 0 });
    const all = await exported(
      await systemCredentials(identity, "collector", "audit:export").token(),
    );
    expect(all).toContain('"subject":"UNAUTHENTICATED"');
    expect(all).toContain('"detail":{"tenant":"acme","operation":"Post"}');
    const ofTenant = await exported(auditorToken);
    expect(ofTenant).not.toContain("foreignTenant");
    expect(ofTenant.split("\n").length).toBeGreaterThan(5);
    expect(await exported(auditorToken, "?from=2100-01-01T00:00:00Z")).toBe("");
    expect(await exported(auditorToken, "?from=never")).toContain("INVALID_INPUT");
  });
});

describe("a report is refused", () => {
  test.each<[string, () => unknown]>([
    ["without events", () => ({ events: [] })],
    ["that is a list", () => [event()]],
    ["with a field of its own", () => ({ events: [event({ note: "x" })] })],
    ["without an id", () => ({ events: [event({ id: undefined })] })],
    ["with an id that is none", () => ({ events: [event({ id: "1" })] })],
    ["with an action of another service", () => ({ events: [event({ action: "sign-in" })] })],
    ["with an outcome of its own", () => ({ events: [event({ outcome: "MAYBE" })] })],
    ["with a time that is none", () => ({ events: [event({ at: "yesterday" })] })],
    [
      "from the future",
      () => ({ events: [event({ at: new Date(Date.now() + 3_600_000).toISOString() })] }),
    ],
    ["with a NUL character", () => ({ events: [event({ subject: "a\0b" })] })],
    ["with a NUL character inside", () => ({ events: [event({ detail: { a: ["\0"] } })] })],
    ["with half a character", () => ({ events: [event({ detail: { a: "\ud800" } })] })],
    ["with too much detail", () => ({ events: [event({ detail: { a: "x".repeat(9_000) } })] })],
    [
      "with one bad event among good ones",
      () => ({ events: [event(), event({ factors: "pwd" })] }),
    ],
  ])("%s", async (_what, make) => {
    const before = await identity.parts.pool.query("SELECT count(*) FROM audit_event");
    expect(await report(make())).toMatchObject({ status: 400, body: { code: "INVALID_INPUT" } });
    const after = await identity.parts.pool.query("SELECT count(*) FROM audit_event");
    expect(after.rows).toEqual(before.rows);
  });

  test("when it is no JSON", async () => {
    expect(await report("{")).toMatchObject({ status: 400, body: { code: "MALFORMED_BODY" } });
  });

  test("from anybody but a service that may write it", async () => {
    const follower = await systemCredentials(identity, "follower", "feed:read").token();
    const statuses = [];
    for (const token of ["", "nonsense", auditorToken, follower]) {
      const { status, body } = await report({ events: [event()] }, token);
      statuses.push(`${status} ${String(body["code"])}`);
    }
    expect(statuses).toEqual([
      "401 UNAUTHENTICATED",
      "401 UNAUTHENTICATED",
      "403 FORBIDDEN",
      "403 FORBIDDEN",
    ]);
  });
});
