import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { documentOf, liveMb, register } from "./large-documents.fixture.ts";

/** All caches of documents, their texts and their plans together, and what requests leave for a moment. */
const MOST_MB = 100;

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({ config: { GATEWAY_BODY_LIMIT: 4 * 1024 * 1024 } });
});
afterAll(() => gateway.close());

it("keeps a bounded part of 500 persisted documents of 250 KB", async () => {
  const before = liveMb();
  for (let nth = 1_000; nth < 1_500; nth += 1) {
    const { errors } = await register(gateway, documentOf(250_000, nth));
    expect(errors).toBeUndefined();
  }
  await eventually(() => liveMb() - before).toBeLessThan(MOST_MB);
});

it("keeps a bounded part of 500 documents of 250 KB that come over one socket", async () => {
  const before = liveMb();
  const client = gateway.connect();
  for (let nth = 3_000; nth < 3_500; nth += 1) {
    const { value } = await client.iterate({ query: documentOf(250_000, nth) }).next();
    expect(value).toEqual({ data: { fund: { [`n${nth}`]: "Fund 1" } } });
  }
  await client.dispose();
  await eventually(() => liveMb() - before).toBeLessThan(MOST_MB);
});
