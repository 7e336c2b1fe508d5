import type { LookupAddress } from "node:dns";
import { afterEach, expect, test } from "vitest";
import { AllowedNetworks } from "./allowed-networks.ts";
import { answer, Receiver } from "./receiver.fixture.ts";
import { MessageSender } from "./send-message.ts";

// 127.0.0.1 stands for what may be called, 127.0.0.2 for an address of a network within.
const OUTSIDE: LookupAddress = { address: "127.0.0.1", family: 4 };
const INSIDE: LookupAddress = { address: "127.0.0.2", family: 4 };

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A receiver at both addresses of one port, and a sender whose names resolve to what is in `addresses`, one by one. */
async function openPair(addresses: LookupAddress[][]) {
  const outside = await Receiver.open();
  const inside = await Receiver.open(outside.port, INSIDE.address);
  const networks = new AllowedNetworks(`${OUTSIDE.address}/32`);
  const messages = new MessageSender({
    networks,
    resolveHost: (_host, done) => done(null, addresses.shift() ?? []),
  });
  closers.push(
    () => messages.close(),
    () => outside.close(),
    () => inside.close(),
  );
  const stop = new AbortController().signal;
  const url = `http://localhost:${outside.port}/in`;
  const send = async () => (await messages.send(url, {}, '{"data":{}}', stop))?.fault;
  return { outside, inside, send };
}

test("a name that is moved to a private address behind a delivery is not called there", async () => {
  const { outside, inside, send } = await openPair([[OUTSIDE], [INSIDE], [INSIDE], [OUTSIDE]]);
  outside.behaviour = answer(204, { connection: "close" });
  expect(await send()).toBeNull();
  expect([await send(), await send()]).toEqual(["REFUSED_ADDRESS", "REFUSED_ADDRESS"]);
  expect(await send()).toBeNull();
  expect([outside.received.length, inside.received.length]).toEqual([2, 0]);
});

test("a private address is not called beside a public one, in whatever order or family a name has them", async () => {
  const mapped: LookupAddress = { address: "::ffff:127.0.0.2", family: 6 };
  const { outside, inside, send } = await openPair([
    [OUTSIDE, INSIDE],
    [INSIDE, OUTSIDE],
    [mapped],
  ]);
  for (const _each of [1, 2, 3]) expect(await send()).toBe("REFUSED_ADDRESS");
  expect([...outside.received, ...inside.received]).toEqual([]);
});

test("a connection that is kept stays at the address that was looked at", async () => {
  const { outside, inside, send } = await openPair([[OUTSIDE], [INSIDE]]);
  expect([await send(), await send()]).toEqual([null, null]);
  expect([outside.received.length, inside.received.length]).toEqual([2, 0]);
});

test("a redirect to a private address is answered for and not followed", async () => {
  const { outside, inside, send } = await openPair([[OUTSIDE], [INSIDE]]);
  for (const status of [301, 302, 303, 307, 308]) {
    outside.behaviour = answer(status, { location: `http://${INSIDE.address}:${inside.port}/in` });
    expect(await send()).toBe("REDIRECT");
  }
  expect(inside.received).toEqual([]);
});
