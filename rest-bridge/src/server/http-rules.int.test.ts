import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASH, FUND } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const READS = [
  `/api/v1/ledger?fundId=${FUND}`,
  `/api/v1/balance?accountId=${CASH}`,
  `/api/v1/metrics?fundId=${FUND}`,
];

describe("a read", () => {
  it.each(READS)("%s answers 304 without a body when the client has it already", async (path) => {
    const first = await service.send(path);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("vary")).toContain("authorization");
    const again = await service.send(path, { headers: { "if-none-match": `"x", ${etag}` } });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    const other = await service.send(path, { headers: { "if-none-match": '"x"' } });
    expect([other.status, other.text]).toEqual([200, first.text]);
  });

  it("has a tag of its own for each media type", async () => {
    const [path = ""] = READS;
    const json = await service.send(path);
    const csv = await service.send(path, { headers: { accept: "text/csv" } });
    expect(csv.headers.get("etag")).not.toBe(json.headers.get("etag"));
  });

  it("takes ids in either case", async () => {
    const [, path = ""] = READS;
    const upper = await service.send(`/api/v1/balance?accountId=${CASH.toUpperCase()}`);
    expect(upper.json()).toEqual((await service.send(path)).json());
  });
});

it("lets no cache keep a write or a refusal, and no browser guess a type", async () => {
  const written = await service.send("/api/v1/transactions", sendJson("POST", posting()));
  const refused = await service.send("/api/v1/balance?accountId=nothing");
  const missing = await service.send("/api/v1/nothing");
  for (const { headers } of [written, refused, missing]) {
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

it("answers OPTIONS with the methods of the path", async () => {
  const options = await service.send("/api/v1/balance", { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([
    204,
    "GET, HEAD, PATCH, OPTIONS",
  ]);
  expect((await service.send("/api/v1/nothing", { method: "OPTIONS" })).status).toBe(404);
});

it("passes the budget that the gateway reports on to the client", async () => {
  const { headers } = await service.send(READS[0] ?? "");
  expect(headers.get("ratelimit-policy")).toBe('"cost";q=1000;w=60');
  expect(headers.get("ratelimit")).toBe('"cost";r=990;t=0');
});

it("names no error to a request without credentials", async () => {
  const bare = await fetch(`${service.url}${READS[0]}`);
  expect([bare.status, bare.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  const wrong = await service.send(READS[0] ?? "", { headers: { authorization: "Bearer x" } });
  expect(wrong.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
});

it("analyses one text as well as a list", async () => {
  const one = { kind: "CATEGORIZE", text: "Management fee", texts: ["Custody fee"] };
  const answer = await service.send("/api/v1/analyze", sendJson("POST", one));
  expect(answer.json()).toMatchObject({
    results: [{ text: "Management fee" }, { text: "Custody fee" }],
  });
});
