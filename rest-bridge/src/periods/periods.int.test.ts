import { afterAll, beforeAll, expect, it } from "vitest";
import { FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const PERIODS = "/api/v1/periods";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const post = (path: string, body: object, headers = {}) =>
  service.send(path, sendJson("POST", body, headers));

it("closes, lists and reopens a period with a reason", async () => {
  const key = { "idempotency-key": "june" };
  const closed = await post(PERIODS, { fundId: FUND, to: "2026-06-30" }, key);
  expect(closed.status).toBe(201);
  expect(closed.json()).toMatchObject({ from: null, to: "2026-06-30", reopenedAt: null });
  expect(service.graph.fields.at(-1)).toMatchObject({ input: { idempotencyKey: "june" } });

  const one = await service.send(closed.headers.get("location") ?? "");
  expect(one.json()).toEqual(closed.json());
  const listed = await service.send(`${PERIODS}?fundId=${FUND}`);
  expect(listed.json()).toEqual({ items: [closed.json()], nextCursor: null });

  const reason = { fundId: FUND, reason: "Late invoice" };
  const reopened = await post(`${PERIODS}/${String(closed.json()["id"])}/reopen`, reason);
  expect(reopened.status).toBe(200);
  expect(reopened.json()).toMatchObject({ to: "2026-06-30", reopenReason: "Late invoice" });
});

it("refuses to reopen a period when the caller has no second factor", async () => {
  const headers = await service.issuer.headers({ acr: "pwd" });
  const reason = { fundId: FUND, reason: "Late" };
  const answer = await post(`${PERIODS}/${UNKNOWN}/reopen`, reason, headers);
  expect(answer.status).toBe(401);
  expect(answer.json()).toMatchObject({ code: "STEP_UP_REQUIRED" });
  expect(answer.headers.get("www-authenticate")).toContain('acr_values="mfa"');
});

it("answers 404 when the period or its fund does not exist", async () => {
  const reopen = await post(`${PERIODS}/${UNKNOWN}/reopen`, { fundId: FUND, reason: "Late" });
  expect(reopen.json()).toMatchObject({ code: "PERIOD_NOT_FOUND", status: 404 });
  expect((await service.send(`${PERIODS}/${UNKNOWN}`)).json()).toMatchObject({
    code: "PERIOD_NOT_FOUND",
  });
  const list = await service.send(`${PERIODS}?fundId=${UNKNOWN}`);
  expect(list.json()).toMatchObject({ code: "FUND_NOT_FOUND", status: 404 });
});
