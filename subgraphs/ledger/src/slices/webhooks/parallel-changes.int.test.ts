import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

const UNUSED_URL = "https://hooks.example/in";

let database: TestDatabase;
let graph: LedgerGraph;
beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const newAdmin = () => signedIn("admin", { overrides: { tenantId: newId() } });

async function createWebhook(admin: ReturnType<typeof newAdmin>): Promise<string> {
  const text =
    "mutation ($input: WebhookSettingsInput!) { createWebhook(input: $input) { webhook { id } } }";
  const made = await graph.run(admin, text, { input: { url: UNUSED_URL } });
  return dataOf<{ webhook: { id: string } }>(made, "createWebhook").webhook.id;
}

test("lets one of two changes of what both have read take effect", async () => {
  const admin = newAdmin();
  const id = await createWebhook(admin);
  const update = `mutation ($id: ID!, $input: WebhookSettingsInput!, $replacing: WebhookSettingsInput) {
    updateWebhook(id: $id, input: $input, replacing: $replacing) { description eventTypes } }`;
  const change = (description: string, replacing?: object) =>
    graph.run(admin, update, { id, input: { url: UNUSED_URL, description }, replacing });
  const before = { url: UNUSED_URL };
  const both = await Promise.all([change("one", before), change("other", before)]);
  expect(both.map(codeOf).sort()).toEqual(["VERSION_CONFLICT", "ok"]);
  expect(codeOf(await change("last"))).toBe("ok");
});

test("lets one of two conditional requests pause, give up, send again or remove it", async () => {
  const admin = newAdmin();
  const id = await createWebhook(admin);
  const twice = async (field: string, selection = "{ state }", of = id) => {
    const conditional = { ...admin, unchanged: { subject: of } };
    const text = `mutation ($id: ID!) { ${field.replaceAll("$", "$id")} ${selection} }`;
    const answers = await Promise.all([1, 2].map(() => graph.run(conditional, text, { id: of })));
    return answers.map(codeOf).sort();
  };
  const ONE = ["VERSION_CONFLICT", "ok"];
  expect(await twice("setWebhookActive(id: $, active: false)")).toEqual(ONE);
  const test = "mutation ($id: ID!) { testWebhook(id: $id) { id } }";
  const message = dataOf<{ id: string }>(await graph.run(admin, test, { id }), "testWebhook").id;
  expect(await twice("giveUpWebhookDelivery(deliveryId: $)", "{ state }", message)).toEqual(ONE);
  const read = "query ($id: ID!) { webhookDelivery(id: $id) { state type } }";
  const given = dataOf(await graph.run(admin, read, { id: message }), "webhookDelivery");
  expect(given).toEqual({ state: "FAILED", type: "WebhookTest" });
  expect(await twice("redeliverWebhook(deliveryId: $)", "{ state }", message)).toEqual(ONE);
  expect(await twice("deleteWebhook(id: $)", "")).toEqual(["NOT_FOUND", "ok"]);
  const removed = await graph.run(admin, read, { id: message });
  expect(() => dataOf(removed, "webhookDelivery")).toThrow("no webhookDelivery");
});
