import { createPool, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import type { LookupAddress } from "node:dns";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Feed } from "../../feed/feed.ts";
import { Sequencer } from "../../feed/sequencer.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { AllowedNetworks } from "./allowed-networks.ts";
import { accept, answer, Receiver, signedBy, type Received } from "./receiver.fixture.ts";
import { MessageSender, type MessageSenderOptions } from "./send-message.ts";
import { WebhookSender } from "./webhook-sender.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let sequencer: Sequencer;
let pool: Pool;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database, "127.0.0.0/8");
  pool = createPool({ url: database.url, logger: quiet, max: 4 });
  sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(async () => {
  await sequencer.stop();
  await pool.end();
  await graph.close();
  await database.drop();
});

/** Each test has a tenant of its own, so that the senders of the others have nothing to do. */
const newAdmin = () => signedIn("admin", { overrides: { tenantId: newId() } });
type Admin = ReturnType<typeof newAdmin>;

async function openReceiver(): Promise<Receiver> {
  const receiver = await Receiver.open();
  closers.unshift(() => receiver.close());
  return receiver;
}

function startSender(
  options: Partial<MessageSenderOptions> = {},
  messages = new MessageSender({ networks: new AllowedNetworks("127.0.0.0/8"), ...options }),
): WebhookSender {
  const sender = new WebhookSender({
    pool,
    reads: graph.reads,
    messages,
    moved: sequencer.tail.moved,
    logger: quiet,
  });
  sender.start();
  closers.unshift(() => sender.stop());
  return sender;
}

type Made = Readonly<{ id: string; secret: Buffer }>;

const CREATE = `mutation ($input: WebhookSettingsInput!, $id: ID) {
  createWebhook(input: $input, id: $id) { secret webhook { id state pending } } }`;

async function createWebhook(admin: Admin, input: object): Promise<Made> {
  const made = dataOf<{ secret: string; webhook: { id: string } }>(
    await graph.run(admin, CREATE, { input }),
    "createWebhook",
  );
  return { id: made.webhook.id, secret: decode(made.secret) };
}

const decode = (secret: string): Buffer => Buffer.from(secret.replace("whsec_", ""), "base64");

interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly position: number | null;
  readonly state: string;
  readonly attempts: readonly { readonly status: number | null; readonly fault: string | null }[];
}

const DELIVERIES = `query ($id: ID!) { webhookDeliveries(webhookId: $id, first: 200) {
  nodes { id type position state attempts { status fault } } } }`;

/** The log of deliveries, in the order of recording. */
async function deliveriesOf(admin: Admin, { id }: Made): Promise<Delivery[]> {
  const log = await graph.run(admin, DELIVERIES, { id });
  const { nodes } = dataOf<{ nodes: Delivery[] }>(log, "webhookDeliveries");
  return nodes.reduceRight<Delivery[]>((all, each) => [...all, each], []);
}

const statesOf = async (admin: Admin, made: Made): Promise<string[]> =>
  (await deliveriesOf(admin, made)).map(({ state }) => state);

async function webhookOf(admin: Admin, { id }: Made) {
  const text =
    "query ($id: ID!) { webhook(id: $id) { state disabledReason pending failingSince } }";
  type Found = { state: string; disabledReason: string | null; pending: number };
  return dataOf<Found>(await graph.run(admin, text, { id }), "webhook");
}

const openFund = (admin: Admin): Promise<SmallFund> => openSmallFund(graph.books, admin);
const pay = async (admin: Admin, fund: SmallFund, count = 1): Promise<void> => {
  const payments = Array.from({ length: count }, () =>
    graph.books.execute(admin, payIn(fund, "1.00")),
  );
  await Promise.all(payments);
};
const POSTED = { eventTypes: ["TransactionPosted"] };

const positionsOf = (received: readonly Received[]): number[] =>
  received.map(({ event }) => event.data.position);

test("stops only when every delivery of a round has ended, also after one of them failed", async () => {
  const admin = newAdmin();
  const funds = [await openFund(admin), await openFund(admin)];
  await createWebhook(admin, { url: "http://127.0.0.1/", ...POSTED });
  for (const fund of funds) await pay(admin, fund);
  const receiver = new EventEmitter();
  const events: string[] = [];
  const messages = {
    send: () => {
      events.push("sent");
      return events.length === 1 ? Promise.reject(new Error("broken")) : once(receiver, "answered");
    },
    close: () => void events.push("closed"),
  };
  const sender = startSender({}, messages as unknown as MessageSender);
  await expect.poll(() => events, PATIENTLY).toEqual(["sent", "sent"]);
  const stopped = sender.stop();
  await Promise.race([stopped, sleep(200)]);
  expect(events).toEqual(["sent", "sent"]);
  receiver.emit("answered");
  await stopped;
  expect(events).toEqual(["sent", "sent", "closed"]);
});

describe("a webhook", () => {
  test("gets the events of its funds and types in order, signed, with no tenant and no text", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const [fund, other] = [await openFund(admin), await openFund(admin)];
    const made = await createWebhook(admin, {
      url: receiver.url,
      fundIds: [fund.fundId],
      ...POSTED,
    });
    startSender();
    await pay(admin, other);
    await pay(admin, fund, 20);
    await expect.poll(() => receiver.received.length, PATIENTLY).toBe(20);
    expect(positionsOf(receiver.received)).toEqual(Array.from({ length: 20 }, (_, at) => at + 4));
    for (const received of receiver.received) {
      const { body, signature, event } = received;
      expect(signature).toBe(signedBy([made.secret], received));
      expect(event.data).toMatchObject({ fundId: fund.fundId });
      expect(body).not.toContain(admin.tenantId);
      expect(body).not.toContain("Paid in");
    }
    await expect
      .poll(() => statesOf(admin, made), PATIENTLY)
      .toEqual(Array.from({ length: 20 }, () => "DELIVERED"));
    expect((await webhookOf(admin, made)).pending).toBe(0);
  });

  test("loses nothing and repeats ids only, while its receiver answers 500, is down, and is back", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const made = await createWebhook(admin, { url: receiver.url, ...POSTED });
    receiver.behaviour = answer(500);
    startSender();
    await pay(admin, fund, 3);
    const first = await waitForFault(admin, made, "STATUS");
    expect(first).toMatchObject({ state: "PENDING", position: 4 });
    const { port } = receiver;
    await receiver.close();
    await retry(admin, first);
    await waitForFault(admin, made, "UNREACHABLE");
    const back = await Receiver.open(port);
    closers.unshift(() => back.close());
    await retry(admin, first);
    await expect
      .poll(() => statesOf(admin, made), PATIENTLY)
      .toEqual(["DELIVERED", "DELIVERED", "DELIVERED"]);
    expect(positionsOf(back.received)).toEqual([4, 5, 6]);
    expect(receiver.received.map(({ id }) => id)).toEqual([back.received[0]?.id]);
  });

  test("is served by one of two instances, and after the end of both by the next, under the same ids", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const made = await createWebhook(admin, { url: receiver.url, ...POSTED });
    const instances = [startSender(), startSender()];
    // It receives the tenth and never answers.
    receiver.behaviour = (received, response) => {
      if (receiver.received.length !== 10) accept(received, response);
    };
    await pay(admin, fund, 30);
    await expect.poll(() => receiver.received.length, PATIENTLY).toBe(10);
    await Promise.all(instances.map((instance) => instance.stop()));
    startSender();
    await expect.poll(() => receiver.received.length, PATIENTLY).toBe(31);
    const ids = receiver.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(30);
    expect(ids[9]).toBe(ids[10]);
    const expected = Array.from({ length: 30 }, (_, at) => at + 4);
    expect([...new Set(positionsOf(receiver.received))]).toEqual(expected);
    await expect.poll(async () => (await webhookOf(admin, made)).pending, PATIENTLY).toBe(0);
  });

  test("is disabled by 410 with a notice to another, and goes on where it stopped", async () => {
    const [admin, receiver, observer] = [newAdmin(), await openReceiver(), await openReceiver()];
    const fund = await openFund(admin);
    const made = await createWebhook(admin, { url: receiver.url, ...POSTED });
    await createWebhook(admin, { url: observer.url, eventTypes: ["WebhookDisabled"] });
    receiver.behaviour = answer(410);
    startSender();
    await pay(admin, fund);
    await expect
      .poll(() => observer.received.map(({ event }) => event.data), PATIENTLY)
      .toEqual([{ webhookId: made.id, reason: "GONE" }]);
    expect(await webhookOf(admin, made)).toMatchObject({
      state: "DISABLED",
      disabledReason: "GONE",
    });
    await pay(admin, fund, 2);
    receiver.behaviour = accept;
    await setActive(admin, made);
    await expect.poll(() => receiver.received.length, PATIENTLY).toBe(4);
    expect(positionsOf(receiver.received)).toEqual([4, 4, 5, 6]);
  });

  test("is never followed to a private address, by its name or by a redirect", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const { port } = receiver;
    const addresses: Record<string, LookupAddress[]> = {
      "metadata.example": [{ address: "169.254.169.254", family: 4 }],
      "both.example": [
        { address: "127.0.0.1", family: 4 },
        { address: "10.0.0.7", family: 4 },
      ],
      "six.example": [{ address: "fd00::7", family: 6 }],
    };
    const made: Made[] = [];
    for (const host of Object.keys(addresses)) {
      made.push(await createWebhook(admin, { url: `https://${host}:${port}/in`, ...POSTED }));
    }
    const redirected = await createWebhook(admin, { url: receiver.url, ...POSTED });
    receiver.behaviour = answer(307, { location: `http://127.0.0.1:${port}/elsewhere` });
    startSender({ resolveHost: (host, done) => done(null, addresses[host] ?? []) });
    await pay(admin, fund);
    for (const each of made) await waitForFault(admin, each, "REFUSED_ADDRESS");
    await waitForFault(admin, redirected, "REDIRECT");
    expect(receiver.received.map(({ path }) => path)).toEqual(["/in"]);
  });

  test("is not called on this machine unless the operator allows it", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const plain = await createWebhook(admin, { url: receiver.url, ...POSTED });
    const url = `https://localhost:${receiver.port}/in`;
    const named = await createWebhook(admin, { url, ...POSTED });
    startSender({ networks: new AllowedNetworks() });
    await pay(admin, fund);
    for (const each of [plain, named]) await waitForFault(admin, each, "REFUSED_ADDRESS");
    expect(receiver.received).toEqual([]);
  });

  test("waits for a slow receiver no longer than its limit, and reads no endless answer", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const made = await createWebhook(admin, { url: receiver.url, ...POSTED });
    receiver.behaviour = () => undefined;
    startSender({ limitMs: 300 });
    await pay(admin, fund);
    const late = await waitForFault(admin, made, "TIMEOUT");
    receiver.behaviour = (_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1_024, "x");
      const write = (): void => {
        if (!response.destroyed) response.write(chunk, () => setImmediate(write));
      };
      write();
    };
    await retry(admin, late);
    await expect.poll(() => statesOf(admin, made), PATIENTLY).toEqual(["DELIVERED"]);
    const [first] = await deliveriesOf(admin, made);
    expect(first?.attempts[0]).toEqual({ status: 200, fault: null });
  });

  test("is signed with two secrets while one replaces the other", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const made = await createWebhook(admin, { url: receiver.url });
    const rotate = async (keepHours: number): Promise<Buffer> => {
      const text = `mutation ($id: ID!, $keep: Int!) {
        rotateWebhookSecret(id: $id, keepHours: $keep) { secret } }`;
      const rotated = await graph.run(admin, text, { id: made.id, keep: keepHours });
      return decode(dataOf<{ secret: string }>(rotated, "rotateWebhookSecret").secret);
    };
    const send = async (): Promise<Received | undefined> => {
      const count = receiver.received.length;
      await graph.run(admin, "mutation ($id: ID!) { testWebhook(id: $id) { id } }", {
        id: made.id,
      });
      await expect.poll(() => receiver.received.length, PATIENTLY).toBe(count + 1);
      return receiver.received.at(-1);
    };
    startSender();
    const second = await rotate(24);
    const both = await send();
    expect(both?.event).toMatchObject({ type: "WebhookTest", data: { webhookId: made.id } });
    expect(both?.signature).toBe(signedBy([second, made.secret], both));
    const third = await rotate(0);
    const one = await send();
    expect(one?.signature).toBe(signedBy([third], one));
  });

  test("has a settled message sent once more under its id, and goes on behind one that was given up", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    const made = await createWebhook(admin, { url: receiver.url, ...POSTED });
    receiver.behaviour = (received, response) =>
      (received.event.data.position === 4 ? answer(400) : accept)(received, response);
    startSender();
    await pay(admin, fund, 2);
    const { id } = await waitForFault(admin, made, "STATUS");
    const text = "mutation ($id: ID!) { giveUpWebhookDelivery(deliveryId: $id) { state } }";
    expect(codeOf(await graph.run(admin, text, { id }))).toBe("ok");
    await expect.poll(() => statesOf(admin, made), PATIENTLY).toEqual(["FAILED", "DELIVERED"]);
    expect(codeOf(await graph.run(admin, text, { id }))).toBe("VERSION_CONFLICT");
    receiver.behaviour = accept;
    await retry(admin, { id });
    await expect.poll(() => statesOf(admin, made), PATIENTLY).toEqual(["DELIVERED", "DELIVERED"]);
    expect(receiver.received.filter((each) => each.id === id).length).toBe(2);
  });
});

describe("the operations", () => {
  const UNUSED_URL = "https://hooks.example/in";
  const codeOfNew = async (as: Admin, input: object) =>
    codeOf(await graph.run(as, CREATE, { input: { url: UNUSED_URL, ...input } }));

  test("make one webhook of a repeat, and show the secret in the first answer alone", async () => {
    const admin = newAdmin();
    const create = (url: string, id: string) =>
      graph.run(admin, CREATE, { input: { url, fundIds: null }, id });
    const id = newId();
    const first = dataOf<{ secret: string }>(await create(UNUSED_URL, id), "createWebhook");
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const again = dataOf<object>(await create(UNUSED_URL, id), "createWebhook");
    expect(again).toMatchObject({ secret: null, webhook: { id } });
    expect(codeOf(await create("https://hooks.example/other", id))).toBe("IDEMPOTENCY_CONFLICT");
  });

  test("refuse who may not see every fund, or no personal data, what would send it out", async () => {
    const admin = newAdmin();
    const fund = await openFund(admin);
    const other = await openFund(admin);
    const limited = signedIn("limited", { overrides: admin, funds: [fund.fundId] });
    expect(await codeOfNew(limited, {})).toBe("FORBIDDEN");
    expect(await codeOfNew(limited, { fundIds: [other.fundId] })).toBe("FUND_NOT_FOUND");
    expect(await codeOfNew(limited, { fundIds: [fund.fundId] })).toBe("ok");
    const scopes = admin.scopes.filter((scope) => scope !== "investors:read");
    expect(await codeOfNew({ ...admin, scopes }, { personalData: true })).toBe("FORBIDDEN");
    expect(await codeOfNew(admin, { personalData: true })).toBe("ok");
    const list = "{ webhooks { nodes { personalData } } }";
    const seen = async (as: Admin) =>
      dataOf<{ nodes: object[] }>(await graph.run(as, list), "webhooks").nodes;
    expect(await seen(limited)).toEqual([{ personalData: false }]);
    expect(await seen(admin)).toEqual([{ personalData: false }, { personalData: true }]);
  });

  test("begin behind a cursor of the feed when one is given", async () => {
    const [admin, receiver] = [newAdmin(), await openReceiver()];
    const fund = await openFund(admin);
    await pay(admin, fund);
    const start = Buffer.from("unreadable").toString("base64url");
    const text = `mutation ($input: WebhookSettingsInput!, $after: Cursor) {
      createWebhook(input: $input, after: $after) { webhook { id } } }`;
    const create = (after: string) =>
      graph.run(admin, text, { input: { url: receiver.url, ...POSTED }, after });
    expect(codeOf(await create(start))).toBe("INVALID_INPUT");
    const pages = await new Feed(graph.reads, sequencer.tail).after(
      admin.tenantId,
      fund.fundId,
      null,
    );
    const { value } = await pages.next();
    await pages.return();
    const [opened] = value?.events ?? [];
    expect(codeOf(await create(opened?.cursor ?? ""))).toBe("ok");
    startSender();
    await expect.poll(() => positionsOf(receiver.received), PATIENTLY).toEqual([4]);
  });
});

const retry = async (admin: Admin, { id }: Pick<Delivery, "id">): Promise<void> => {
  const text = "mutation ($id: ID!) { redeliverWebhook(deliveryId: $id) { state } }";
  expect(codeOf(await graph.run(admin, text, { id }))).toBe("ok");
};

const setActive = async (admin: Admin, { id }: Made): Promise<void> => {
  const text = "mutation ($id: ID!) { setWebhookActive(id: $id, active: true) { state } }";
  expect(codeOf(await graph.run(admin, text, { id }))).toBe("ok");
};

/** The first delivery whose last attempt had this fault. */
async function waitForFault(admin: Admin, made: Made, fault: string): Promise<Delivery> {
  const find = async () =>
    (await deliveriesOf(admin, made)).find(({ attempts }) => attempts[0]?.fault === fault);
  await expect.poll(async () => (await find())?.attempts[0]?.fault, PATIENTLY).toBe(fault);
  const found = await find();
  if (found === undefined) throw new Error(`no attempt ended with ${fault}`);
  return found;
}
