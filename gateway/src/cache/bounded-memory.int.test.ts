import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import { digestOf } from "../operation/operation-request.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is alive, without garbage. */
function liveMb(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1024 ** 2;
}

/** All caches of documents, their texts and their plans together, and what requests leave for a moment. */
const MOST_MB = 100;

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({ config: { GATEWAY_BODY_LIMIT: 4 * 1024 * 1024 } });
});
afterAll(() => gateway.close());

/** A valid document of so many characters, unlike any other. */
const documentOf = (characters: number, nth: number): string => {
  const query = `{ fund(id: "1") { n${nth}: name } }`;
  return `${query}#${"x".repeat(characters - query.length - 1)}`;
};

const register = async (query: string) =>
  gateway.post({
    query,
    extensions: { persistedQuery: { version: 1, sha256Hash: digestOf(query) } },
  });

it("keeps nothing of 100 persisted documents of 3.9 MB, which it refuses", async () => {
  await register(documentOf(1_000, 0));
  const before = liveMb();
  for (let nth = 1; nth <= 100; nth += 1) {
    const { errors } = await register(documentOf(3_900_000, nth));
    expect(errors?.[0]?.extensions["code"]).toBe("OPERATION_LIMIT_EXCEEDED");
  }
  await eventually(() => liveMb() - before).toBeLessThan(20);
});

it("keeps a bounded part of 500 persisted documents of 250 KB", async () => {
  const before = liveMb();
  for (let nth = 1_000; nth < 1_500; nth += 1) {
    const { errors } = await register(documentOf(250_000, nth));
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
