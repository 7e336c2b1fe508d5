import { afterAll, beforeAll, expect, it } from "vitest";
import { sendJson, startHouse } from "./bridge.fixture.ts";
import { FUND, UNKNOWN } from "./stand-in/sample-values.fixture.ts";

const PERIODS = "/api/v1/periods";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const post = (path: string, body: object, headers = {}) =>
  house.ask(path, sendJson("POST", body, headers));

it("is closed, listed and reopened with a reason", async () => {
  const key = { "idempotency-key": "june" };
  const closed = await post(PERIODS, { fundId: FUND, to: "2026-06-30" }, key);
  expect(closed.status).toBe(201);
  expect(closed.json()).toMatchObject({ from: null, to: "2026-06-30", reopenedAt: null });
  expect(house.graph.seen.at(-1)).toMatchObject({ input: { idempotencyKey: "june" } });

  const listed = await house.ask(`${PERIODS}?fundId=${FUND}`);
  expect(listed.json()).toEqual({ items: [closed.json()], nextCursor: null });

  const order = { fundId: FUND, reason: "Late invoice" };
  const reopened = await post(`${PERIODS}/${String(closed.json()["id"])}/reopen`, order);
  expect(reopened.status).toBe(200);
  expect(reopened.json()).toMatchObject({ to: "2026-06-30", reopenReason: "Late invoice" });
});

it("is reopened by nobody who has not shown a second factor", async () => {
  const headers = await house.issuer.headers({ acr: "pwd" });
  const answer = await post(
    `${PERIODS}/${UNKNOWN}/reopen`,
    { fundId: FUND, reason: "Late" },
    headers,
  );
  expect(answer.status).toBe(401);
  expect(answer.json()).toMatchObject({ code: "STEP_UP_REQUIRED" });
  expect(answer.headers.get("www-authenticate")).toContain('acr_values="mfa"');
});

it("that does not exist is 404, as is its fund", async () => {
  const reopen = await post(`${PERIODS}/${UNKNOWN}/reopen`, { fundId: FUND, reason: "Late" });
  expect(reopen.json()).toMatchObject({ code: "PERIOD_NOT_FOUND", status: 404 });
  const list = await house.ask(`${PERIODS}?fundId=${UNKNOWN}`);
  expect(list.json()).toMatchObject({ code: "FUND_NOT_FOUND", status: 404 });
});
