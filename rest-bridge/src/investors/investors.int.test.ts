import { afterAll, beforeAll, expect, it } from "vitest";
import { INVESTOR } from "../fake-graph/orders.fixture.ts";
import { openService, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("gives the investors with their personal data, of which nothing is left once erased", async () => {
  const answer = await service.send("/api/v1/investors");
  expect(answer.json()).toMatchObject({
    items: [
      { id: INVESTOR, reference: "I-1", kycState: "CLEARED", name: "נועה Ådler" },
      { reference: "I-2", isErased: true, name: null, taxNumber: null },
    ],
    nextCursor: null,
  });
});

it("downloads them as the file that an import reads", async () => {
  const csv = await service.send("/api/v1/investors", { headers: { accept: "text/csv" } });
  const [heading, first] = csv.text.split("\r\n");
  expect(heading).toMatch(/^id,reference,kind,taxCountry,kycState,kycUntil,isErased,name,/);
  expect(first).toContain(`${INVESTOR},I-1,PERSON,DE,CLEARED,,false,נועה Ådler,`);
});

it("refuses a caller who may not see investors", async () => {
  const headers = await service.issuer.headers({ scopes: ["ledger:read"] });
  const answer = await service.send("/api/v1/investors", { headers });
  expect(answer.json()).toMatchObject({ status: 403, code: "FORBIDDEN" });
});
