import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService, type Reply } from "../service.fixture.ts";

const WEBHOOKS = "/api/v1/webhooks";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const newWebhook = { url: "https://hooks.example.com/in", eventTypes: ["TransactionPosted"] };
const create = (changes: object = {}, headers = {}): Promise<Reply> =>
  service.send(WEBHOOKS, sendJson("POST", { ...newWebhook, ...changes }, headers));
const act = (path: string, body: object = {}, headers = {}): Promise<Reply> =>
  service.send(path, sendJson("POST", body, headers));

/** The address of a new webhook. */
const created = async (): Promise<string> => (await create()).headers.get("location") ?? "";

it("creates a webhook with 201, its secret and a Location that returns it without", async () => {
  const answer = await create({ fundIds: [FUND.toUpperCase()], description: "Books" });
  expect(answer.status).toBe(201);
  const { secret, ...webhook } = answer.json();
  expect(secret).toBe("whsec_c2VjcmV0");
  expect(webhook).toMatchObject({
    url: newWebhook.url,
    description: "Books",
    eventTypes: ["TransactionPosted"],
    fundIds: [FUND],
    personalData: false,
    state: "ACTIVE",
    disabledReason: null,
  });
  const read = await service.send(answer.headers.get("location") ?? "");
  expect(read.json()).toEqual(webhook);
});

describe("an Idempotency-Key", () => {
  const key = { "idempotency-key": "hook-1" };

  it("makes one webhook of two requests; the second answer is marked and has no secret", async () => {
    const first = await create({}, key);
    const again = await create({}, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json()).toEqual({ ...first.json(), secret: null });
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await service.send(WEBHOOKS)).json()["items"]).toHaveLength(1);
  });

  it("refuses other settings under it", async () => {
    await create({}, key);
    const other = await create({ eventTypes: null }, key);
    expect(other.json()).toMatchObject({ code: "IDEMPOTENCY_CONFLICT", status: 409 });
  });

  it("is that of its caller alone, and no id without one is used twice", async () => {
    const { authorization } = await service.issuer.headers({
      scopes: ["admin", "ledger:read"],
      subject: "other",
    });
    const ids = [
      await create({}, key),
      await create({}, { ...key, authorization }),
      await create(),
      await create(),
    ].map((answer) => answer.json()["id"]);
    expect(new Set(ids).size).toBe(4);
  });
});

it("changes the settings that are given, and no other", async () => {
  const address = await created();
  const before = (await service.send(address)).json();
  const change = (body: object) => service.send(address, sendJson("PATCH", body));
  const changed = await change({ description: "Books" });
  expect(changed.json()).toEqual({ ...before, description: "Books" });
  expect((await change({ eventTypes: null })).json()).toMatchObject({
    description: "Books",
    eventTypes: null,
  });
});

it("answers a change with the tag that the next one needs", async () => {
  const address = await created();
  const changed = await service.send(address, sendJson("PATCH", { description: "Books" }));
  const tag = changed.headers.get("etag") ?? "";
  expect((await service.send(address)).headers.get("etag")).toBe(tag);
  const headers = { "if-match": tag };
  const next = await service.send(address, sendJson("PATCH", { description: "x" }, headers));
  expect(next.status).toBe(200);
  const late = await service.send(address, sendJson("PATCH", { description: "y" }, headers));
  expect(late.json()).toMatchObject({ code: "VERSION_CONFLICT", status: 412 });
});

it("pauses, resumes and removes it", async () => {
  const address = await created();
  expect((await act(`${address}/pause`)).json()).toMatchObject({ state: "PAUSED" });
  expect((await act(`${address}/resume`)).json()).toMatchObject({ state: "ACTIVE" });
  const removed = await service.send(address, { method: "DELETE" });
  expect(removed.json()).toEqual({ id: address.split("/").at(-1), deleted: true });
  expect((await service.send(address)).json()).toMatchObject({ code: "NOT_FOUND", status: 404 });
  expect((await service.send(address, { method: "DELETE" })).status).toBe(404);
});

it("replaces the secret, and keeps the earlier ones for a day when no hours are given", async () => {
  const address = await created();
  const rotated = await service.send(`${address}/rotate-secret`, { method: "POST" });
  expect(rotated.json()).toMatchObject({ secret: "whsec_bmV3", state: "ACTIVE" });
  await act(`${address}/rotate-secret`, { keepHours: 0 });
  const kept = service.graph.fields
    .filter(({ field }) => field === "rotateWebhookSecret")
    .map(({ input }) => (input as { readonly keepHours: number }).keepHours);
  expect(kept).toEqual([24, 0]);
});

it("shows what waits beside the webhook, whose tag it does not change", async () => {
  const progress = await service.send(`${await created()}/progress`);
  const lastSuccessAt = "2026-06-30T12:00:00.000Z";
  expect(progress.json()).toEqual({ pending: 2, failingSince: null, lastSuccessAt });
});

it("sends a test message, which is listed, given up and sent again", async () => {
  const address = await created();
  const sent = await act(`${address}/test`);
  expect(sent.status).toBe(201);
  expect(sent.json()).toMatchObject({
    type: "WebhookTest",
    state: "PENDING",
    attempts: [{ number: 1, status: 500, fault: "STATUS" }],
  });
  const delivery = sent.headers.get("location") ?? "";
  expect((await service.send(delivery)).json()).toEqual(sent.json());
  expect((await act(`${delivery}/give-up`)).json()).toMatchObject({ state: "FAILED" });
  const listed = (state: string) => service.send(`${address}/deliveries?state=${state}`);
  expect((await listed("FAILED")).json()["items"]).toHaveLength(1);
  expect((await listed("PENDING")).json()["items"]).toHaveLength(0);
  expect((await act(`${delivery}/redeliver`)).json()).toMatchObject({ state: "PENDING" });
});

it("lists webhooks page by page", async () => {
  for (const description of ["a", "b", "c"]) await create({ description });
  const first = await service.send(`${WEBHOOKS}?first=2`);
  const next = /^<([^>]+)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  const last = await service.send(next);
  expect(first.json()).toMatchObject({ items: [{ description: "a" }, { description: "b" }] });
  expect(last.json()).toMatchObject({ items: [{ description: "c" }], nextCursor: null });
});

it.each([
  ["GET", `${WEBHOOKS}/${UNKNOWN}`],
  ["PATCH", `${WEBHOOKS}/${UNKNOWN}`],
  ["GET", `${WEBHOOKS}/${UNKNOWN}/progress`],
  ["GET", `${WEBHOOKS}/${UNKNOWN}/deliveries`],
  ["POST", `${WEBHOOKS}/${UNKNOWN}/pause`],
  ["POST", `${WEBHOOKS}/${UNKNOWN}/test`],
  ["POST", `${WEBHOOKS}/${UNKNOWN}/rotate-secret`],
  ["GET", `/api/v1/webhook-deliveries/${UNKNOWN}`],
  ["POST", `/api/v1/webhook-deliveries/${UNKNOWN}/redeliver`],
])("answers %s %s with 404 when it does not exist", async (method, path) => {
  const answer = await service.send(path, method === "GET" ? {} : sendJson(method, {}));
  expect(answer.json()).toMatchObject({ code: "NOT_FOUND", status: 404 });
});

it.each([
  ["an unknown type of event", { eventTypes: ["Nothing"] }, "eventTypes.0"],
  ["no type of event", { eventTypes: [] }, "eventTypes"],
  ["a fund that is no UUID", { fundIds: ["x"] }, "fundIds.0"],
  ["an unknown field", { secret: "x" }, "secret"],
])("refuses a webhook with %s", async (_what, changes, path) => {
  const refused = await create(changes);
  expect(refused.json()).toMatchObject({ code: "INVALID_INPUT", violations: [{ path }] });
});
