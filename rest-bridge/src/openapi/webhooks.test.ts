import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect, it } from "vitest";
import { closeObjects } from "./close-objects.fixture.ts";
import { webhookObjects } from "./webhooks.ts";

interface Described {
  readonly post: {
    readonly requestBody: { readonly content: { readonly "application/json": { schema: object } } };
  };
}

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);

const objects = webhookObjects();
const isValid = (type: string, message: object): boolean => {
  const { post } = objects[type] as unknown as Described;
  return ajv.validate(post.requestBody.content["application/json"].schema, message);
};

const ID = "018f6b7e-0000-7000-8000-00000000f001";
const message = (type: string, data: object) => ({
  id: ID,
  type,
  timestamp: "2026-06-30T12:00:00.000Z",
  data,
});

it("describes messages of events with and without what may name a person, and of notices", () => {
  const data = { fundId: ID, accountId: ID, position: 7 };
  expect(isValid("AccountFrozen", message("AccountFrozen", data))).toBe(true);
  expect(isValid("AccountFrozen", message("AccountFrozen", { ...data, reason: "Theft" }))).toBe(
    true,
  );
  expect(isValid("AccountFrozen", message("AccountFrozen", { fundId: ID, position: 7 }))).toBe(
    false,
  );
  expect(isValid("AccountFrozen", message("AccountClosed", data))).toBe(false);
  const notice = message("WebhookDisabled", { webhookId: ID, reason: "GONE" });
  expect(isValid("WebhookDisabled", notice)).toBe(true);
});

/** Messages as the ledger has sent them, without personal data. */
const DELIVERED = [
  `{"id":"c98f2ddd-fb4e-8a12-ad40-710d931dcd4b","type":"TransactionPosted","timestamp":"2026-12-01T04:49:17.669Z","data":{"effectiveDate":"2026-11-30","entries":[{"accountId":"0193a8c0-0001-7000-8000-000000000001","amount":"1.00","balanceAfter":"18666400.12","currency":"EUR","side":"DEBIT"},{"accountId":"0193a8c0-0001-7000-8000-000000000002","amount":"1.00","balanceAfter":"5984341.55","currency":"EUR","side":"CREDIT"}],"fundId":"0193a8c0-0001-7000-8000-000000000000","limitsAt":4,"source":{"kind":"API"},"transactionId":"01a22fef-8b6d-7512-9a89-b30f0a8960a6","position":3009}}`,
  `{"id":"01a22fef-73c6-769d-acc5-7b3f68a2392c","type":"WebhookTest","timestamp":"2026-12-01T04:49:11.622Z","data":{"webhookId":"01a22fef-0ef7-71f1-8bd9-856001ab8e32"}}`,
];

it("describes every member of a message that was delivered", () => {
  for (const body of DELIVERED) {
    const sent = JSON.parse(body) as { type: string; data: object };
    const { post } = objects[sent.type] as unknown as Described;
    const schema = closeObjects(post.requestBody.content["application/json"].schema);
    expect([ajv.validate(schema, sent), ajv.errors]).toEqual([true, null]);
    expect(ajv.validate(schema, { ...sent, more: 1 })).toBe(false);
    expect(ajv.validate(schema, { ...sent, data: { ...sent.data, more: 1 } })).toBe(false);
  }
});
