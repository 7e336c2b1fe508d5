import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { EVERY_TENANT } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENTLY } from "../ledger-database.fixture.ts";
import { ask } from "../service.fixture.ts";
import { asTenant, Follower, openFundOf, Writer } from "./moving-tenant.fixture.ts";
import { eventsIn, isSound, queuedIn, TwoDatabases, upTo } from "./two-databases.fixture.ts";

let system: TwoDatabases;
beforeAll(async () => {
  system = await TwoDatabases.open();
});
afterAll(() => system.close());

/** A webhook's receiver, which keeps the positions of a fund that it was sent. */
async function openReceiver(fundId: string) {
  const positions: number[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { data } = JSON.parse(body) as { data: { fundId: string; position: number } };
      if (data.fundId === fundId) positions.push(data.position);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { positions, url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

const CREATE_WEBHOOK =
  "mutation ($input: WebhookSettingsInput!) { createWebhook(input: $input) { secret } }";
const VERIFY = `mutation ($fundId: ID!) { startVerification(input: { fundId: $fundId }) { id } }`;
const VERIFICATION = `query ($id: ID!) { verification(id: $id) { state } }`;

test("a tenant goes on in another database: books, feed, webhooks and jobs", async () => {
  const { main, two, service } = system;
  const tenantId = newId();
  const headers = asTenant(tenantId);
  const fund = await openFundOf(service, tenantId);
  const busy = await openFundOf(service, tenantId);
  const receiver = await openReceiver(fund.fundId);
  const input = { url: receiver.url, eventTypes: ["TransactionPosted"] };
  await ask(service, CREATE_WEBHOOK, { input }, headers);
  const followers = [new Follower(EVERY_TENANT), new Follower(tenantId)];
  for (const follower of followers) follower.start(service);
  const writer = new Writer(() => service, tenantId, busy);
  writer.start();
  const verify = async (): Promise<string> => {
    const { startVerification } = await ask<{ startVerification: { id: string } }>(
      service,
      VERIFY,
      { fundId: fund.fundId },
      headers,
    );
    return startVerification.id;
  };
  const stateOf = async (id: string): Promise<string> =>
    (await ask<{ verification: { state: string } }>(service, VERIFICATION, { id }, headers))
      .verification.state;

  for (let nth = 0; nth < 3; nth += 1) await system.post(tenantId, fund);
  const before = await verify();
  await expect.poll(() => stateOf(before), PATIENTLY).toBe("SUCCEEDED");
  await system.move(tenantId, "two");
  for (let nth = 0; nth < 3; nth += 1) await system.post(tenantId, fund);
  const after = await verify();
  await expect.poll(() => stateOf(after), PATIENTLY).toBe("SUCCEEDED");
  await writer.stop();

  expect(writer.refused).toEqual([]);
  const last = writer.acknowledged.length + 3;
  expect(writer.acknowledged.map(({ position }) => position)).toEqual(upTo(last).slice(3));
  for (const follower of followers) {
    await expect.poll(() => follower.positionsOf(busy.fundId), PATIENTLY).toEqual(upTo(last));
    expect(follower.positionsOf(fund.fundId)).toEqual(upTo(9));
    expect(follower.failure).toBeUndefined();
    follower.stop();
  }
  await expect.poll(() => receiver.positions, PATIENTLY).toEqual(upTo(9).slice(3));
  receiver.close();
  expect(await stateOf(before)).toBe("SUCCEEDED");
  // Each finished job waits for its removal.
  expect([await queuedIn(main, tenantId), await queuedIn(two, tenantId)]).toEqual([0, 2]);
  expect(await eventsIn(two, tenantId)).toBe(last + 9);
  expect(await isSound(two, tenantId)).toBe(true);
});
