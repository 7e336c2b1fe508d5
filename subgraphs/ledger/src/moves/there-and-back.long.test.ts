import { EVERY_TENANT } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENTLY } from "../ledger-database.fixture.ts";
import { Follower, openFundOf, Writer } from "./moving-tenant.fixture.ts";
import { dropMoved } from "./tenant-move.ts";
import { eventsIn, isSound, TwoDatabases, upTo } from "./two-databases.fixture.ts";

let system: TwoDatabases;
beforeAll(async () => {
  system = await TwoDatabases.open();
});
afterAll(() => system.close());

test("moves a tenant there and back while it is written to and followed, and no other tenant", async () => {
  const { main, two, service, databases } = system;
  const [moving, staying] = [newId(), newId()];
  const fund = await openFundOf(service, moving);
  const other = await openFundOf(service, staying);
  const [all, own] = [new Follower(EVERY_TENANT), new Follower(moving)];
  for (const follower of [all, own]) follower.start(service);
  const writer = new Writer(() => service, moving, fund);
  writer.start();

  await system.move(moving, "two");
  await expect.poll(() => eventsIn(two, moving), PATIENTLY).toBeGreaterThan(20);
  own.stop();
  const late = new Follower(moving);
  late.cursor = own.cursor;
  await system.move(moving, "main");
  late.start(service);
  await system.post(staying, other);
  await writer.stop();
  const last = await system.post(moving, fund);

  expect(writer.refused).toEqual([]);
  const positions = writer.acknowledged.map(({ position }) => position);
  // Three events open the fund, and the last posting is not the writer's.
  expect(positions).toEqual(upTo(last - 1).slice(3));
  await expect.poll(() => all.positionsOf(fund.fundId), PATIENTLY).toEqual(upTo(last));
  const seen = () => [...own.positionsOf(fund.fundId), ...late.positionsOf(fund.fundId)];
  await expect.poll(seen, PATIENTLY).toEqual(upTo(last));
  expect(all.positionsOf(other.fundId)).toEqual(upTo(4));
  expect([all.failure, own.failure, late.failure]).toEqual([undefined, undefined, undefined]);
  all.stop();
  late.stop();

  expect(await eventsIn(two, staying)).toBe(0);
  expect(await isSound(main, moving)).toBe(true);
  expect(await isSound(main, staying)).toBe(true);
  expect(await dropMoved({ tenantId: moving, from: "two", databases })).toBeGreaterThan(20);
  expect(await eventsIn(two, moving)).toBe(0);

  // Who begins now, behind a cursor of before the moves or at the start, reads the same.
  const anew = new Follower(EVERY_TENANT);
  anew.start(service);
  await expect.poll(() => anew.positionsOf(fund.fundId), PATIENTLY).toEqual(upTo(last));
  const behind = new Follower(moving);
  behind.cursor = own.cursor;
  behind.start(service);
  const rest = late.positionsOf(fund.fundId);
  await expect.poll(() => behind.positionsOf(fund.fundId), PATIENTLY).toEqual(rest);
  anew.stop();
  behind.stop();
});
