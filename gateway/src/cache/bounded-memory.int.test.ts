import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { documentOf, liveMb, register } from "./large-documents.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({ config: { GATEWAY_BODY_LIMIT: 4 * 1024 * 1024 } });
});
afterAll(() => gateway.close());

it("keeps nothing of 12 persisted documents of 3.9 MB, which it refuses", async () => {
  await register(gateway, documentOf(1_000, 0));
  const before = liveMb();
  for (let nth = 1; nth <= 12; nth += 1) {
    const { errors } = await register(gateway, documentOf(3_900_000, nth));
    expect(errors?.[0]?.extensions["code"]).toBe("OPERATION_LIMIT_EXCEEDED");
  }
  await eventually(() => liveMb() - before).toBeLessThan(20);
});
