import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let gatewayToken: string;
let auditorToken: string;
beforeAll(async () => {
  service = await openService();
  gatewayToken = await systemCredentials(service, "gateway", "audit:write").token();
  auditorToken = await tokenOf(service, await addUser(service, "auditor"));
});
afterAll(() => service.close());

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
  const response = await fetch(`${service.issuer}/audit/events`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface ShownEvent {
  readonly subject: string;
}

const AUDIT_LOG = `query($filter: AuditFilter, $first: Int!, $after: Cursor) {
  auditTrail(filter: $filter, first: $first, after: $after) {
    nodes { action outcome actorKind actorId clientId factors ip traceId subject detail at reportedBy }
    pageInfo { hasNextPage endCursor } } }`;

async function readLog(filter: object, first = 50, after?: string) {
  const { body } = await queryGraph<{
    auditTrail: { nodes: ShownEvent[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }>(service, auditorToken, AUDIT_LOG, { filter, first, after });
  return body.data.auditTrail;
}

const exported = async (token: string, query = ""): Promise<string> => {
  const response = await fetch(`${service.issuer}/audit/export${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.text();
};

describe("a report of the gateway", () => {
  test("becomes events that an auditor reads, with all their fields", async () => {
    const reported = event();
    expect(await report({ events: [reported] })).toEqual({
      status: 200,
      body: { stored: 1, known: 0 },
    });
    const { id: _id, tenantId: _tenantId, ...shown } = reported;
    expect((await readLog({ actorId: reported.actorId })).nodes).toEqual([
      { ...shown, reportedBy: "gateway" },
    ]);
  });

  test("is stored once when it is sent twice, in part or within one request", async () => {
    const actorId = newId();
    const [one, two] = [event({ actorId }), event({ actorId })];
    expect((await report({ events: [one, one] })).body).toEqual({ stored: 1, known: 1 });
    expect((await report({ events: [one, two] })).body).toEqual({ stored: 1, known: 1 });
    const again = await Promise.all([1, 2, 3].map(() => report({ events: [one, two] })));
    expect(again.map(({ body }) => body["stored"])).toEqual([0, 0, 0]);
    expect((await readLog({ actorId })).nodes).toHaveLength(2);
  });

  test("is ordered by its time when it arrives late, page by page", async () => {
    const actorId = newId();
    const minutesAgo = [5, 1, 9, 3, 7];
    for (const minutes of minutesAgo) {
      const at = new Date(Date.now() - minutes * 60_000).toISOString();
      await report({ events: [event({ actorId, at, subject: `field${minutes}` })] });
    }
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await readLog({ actorId }, 2, after);
      seen.push(...page.nodes.map(({ subject }) => subject));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(["field1", "field3", "field5", "field7", "field9"]);
    const recent = { actorId, from: new Date(Date.now() - 4 * 60_000).toISOString() };
    expect((await readLog(recent)).nodes).toHaveLength(2);
  });

  test("carries up to 500 events", async () => {
    const actorId = newId();
    const many = Array.from({ length: 500 }, () => event({ actorId, outcome: "REFUSED" }));
    expect((await report({ events: many })).body).toEqual({ stored: 500, known: 0 });
    const refused = await readLog(
      { actorId, outcome: "REFUSED", actions: ["graph.mutation"] },
      200,
    );
    expect(refused.nodes).toHaveLength(200);
    expect(await report({ events: [...many, event()] })).toMatchObject({
      status: 400,
      body: { code: "INVALID_INPUT" },
    });
  });

  test("without a known actor is stored without a tenant, for the system's own collector", async () => {
    const unknown = event({
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
    expect((await report({ events: [unknown, foreign] })).body).toEqual({ stored: 2, known: 0 });
    const all = await exported(
      await systemCredentials(service, "collector", "audit:export").token(),
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
    ["with an unknown field", () => ({ events: [event({ note: "x" })] })],
    ["without an id", () => ({ events: [event({ id: undefined })] })],
    ["with a malformed id", () => ({ events: [event({ id: "1" })] })],
    ["with an action of another service", () => ({ events: [event({ action: "sign-in" })] })],
    ["with an unknown outcome", () => ({ events: [event({ outcome: "MAYBE" })] })],
    ["with a malformed time", () => ({ events: [event({ at: "yesterday" })] })],
    [
      "from the future",
      () => ({ events: [event({ at: new Date(Date.now() + 3_600_000).toISOString() })] }),
    ],
    ["with a NUL character", () => ({ events: [event({ subject: "a\0b" })] })],
    ["with a NUL character inside", () => ({ events: [event({ detail: { a: ["\0"] } })] })],
    ["with half a character", () => ({ events: [event({ detail: { a: "\ud800" } })] })],
    ["with too much detail", () => ({ events: [event({ detail: { a: "x".repeat(9_000) } })] })],
    [
      "with one invalid event among valid ones",
      () => ({ events: [event(), event({ factors: "pwd" })] }),
    ],
  ])("%s", async (_what, make) => {
    const before = await service.parts.pool.query("SELECT count(*) FROM audit_event");
    expect(await report(make())).toMatchObject({ status: 400, body: { code: "INVALID_INPUT" } });
    const after = await service.parts.pool.query("SELECT count(*) FROM audit_event");
    expect(after.rows).toEqual(before.rows);
  });

  test("when it is not JSON", async () => {
    expect(await report("{")).toMatchObject({ status: 400, body: { code: "MALFORMED_BODY" } });
  });

  test("when its sender is not a service with audit:write", async () => {
    const follower = await systemCredentials(service, "follower", "feed:read").token();
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

test("an auditor reads the audit log and nothing of the users", async () => {
  const auditor = await addUser(service, "auditor");
  const { tokens } = await signIn(service, auditor);
  const page = await queryGraph(
    service,
    tokens.access_token,
    `query($filter: AuditFilter) { auditTrail(first: 2, filter: $filter) {
      nodes { action outcome actorId factors ip } pageInfo { hasNextPage endCursor } } }`,
    { filter: { actorId: auditor.userId } },
  );
  expect(page.body.data["auditTrail"]).toMatchObject({
    nodes: [
      { action: "token.issue", outcome: "ALLOWED", factors: ["pwd"] },
      { action: "sign-in", outcome: "ALLOWED", factors: ["pwd"] },
    ],
    pageInfo: { hasNextPage: true },
  });
  expect(
    codes(await queryGraph(service, tokens.access_token, "{ users { nodes { email } } }")),
  ).toEqual(["FORBIDDEN"]);
  const file = await fetch(`${service.issuer}/audit/export`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(file.headers.get("content-type")).toContain("application/x-ndjson");
  const events = (await file.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { action: string });
  expect(events.length).toBeGreaterThan(5);
  const accountantToken = await tokenOf(service, await addUser(service, "accountant"));
  const refused = await fetch(`${service.issuer}/audit/export`, {
    headers: { authorization: `Bearer ${accountantToken}` },
  });
  expect(refused.status).toBe(403);
});

test("an event of the audit log can be neither changed nor removed", async () => {
  const { pool } = service.parts;
  for (const sql of [
    "UPDATE audit_event SET outcome = 'ALLOWED'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
  ]) {
    await expect(pool.query(sql)).rejects.toThrow("append-only");
  }
});
