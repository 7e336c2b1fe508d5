import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect, it } from "vitest";
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
