import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASH, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
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

  it.each([
    ["application/json; charset=utf-8", "application/json"],
    ['text/csv;charset="UTF-8";q=0.9, text/html', "text/csv"],
    ["", "application/json"],
  ])("answers to Accept: %s in %s", async (accept, type) => {
    const { status, headers } = await service.send(READS[0] ?? "", { headers: { accept } });
    expect([status, headers.get("content-type")]).toEqual([200, `${type}; charset=utf-8`]);
  });

  it("is refused in another character set or media type", async () => {
    for (const accept of ["application/json; charset=latin1", "text/html"]) {
      expect((await service.send(READS[0] ?? "", { headers: { accept } })).status).toBe(406);
    }
  });

  it("takes ids in either case", async () => {
    const [, path = ""] = READS;
    const upper = await service.send(`/api/v1/balance?accountId=${CASH.toUpperCase()}`);
    expect(upper.json()).toEqual((await service.send(path)).json());
  });
});

it("lets no cache keep a write or a refusal, and no browser guess a type", async () => {
  const written = await service.send("/api/v1/transactions", sendJson("POST", posting()));
  const malformed = await service.send("/api/v1/balance?accountId=nothing");
  const missing = await service.send("/api/v1/nothing");
  for (const { headers } of [written, malformed, missing]) {
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

it("refuses a wrong method before it reads headers or a token", async () => {
  const headers = { "allfunds-position": "0", "idempotency-key": "", authorization: "Bearer x" };
  const answer = await service.send("/api/v1/balance", { method: "DELETE", headers });
  expect([answer.status, answer.json()["code"]]).toEqual([405, "METHOD_NOT_ALLOWED"]);
});

it("names where transactions are listed to who reads them where they are posted", async () => {
  const answer = await service.send("/api/v1/transactions?fundId=x", { method: "GET" });
  expect([answer.status, answer.json()["detail"]]).toEqual([
    405,
    "Use POST here. GET /api/v1/ledger lists what it makes.",
  ]);
});

it("takes a fixed path for no id when the method is wrong", async () => {
  for (const method of ["GET", "DELETE", "OPTIONS"]) {
    const answer = await service.send("/api/v1/statements/preview", { method });
    expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
    expect(answer.status).toBe(method === "OPTIONS" ? 204 : 405);
  }
});

it("has a tag of its own for each encoding, which stands for the same answer", async () => {
  const path = "/api/v1/openapi.json";
  const inEncoding = (encoding: string, more: Record<string, string> = {}) =>
    service.send(path, { headers: { "accept-encoding": encoding, ...more } });
  const plain = await inEncoding("identity");
  const packed = await inEncoding("gzip");
  const tag = plain.headers.get("etag") ?? "";
  expect(packed.headers.get("etag")).toBe(tag.replace(/"$/, '-gzip"'));
  for (const { headers } of [plain, packed]) {
    expect(headers.get("vary")).toContain("accept-encoding");
  }
  const held = packed.headers.get("etag") ?? "";
  const again = await inEncoding("gzip", { "if-none-match": held });
  expect([again.status, again.headers.get("etag"), again.headers.get("content-length")]).toEqual([
    304,
    held,
    null,
  ]);
});

it("answers HEAD with the headers of GET, and no length that GET has not", async () => {
  for (const path of READS) {
    const head = await service.send(path, { method: "HEAD" });
    expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", null]);
    const get = await service.send(path, { headers: { "accept-encoding": "identity" } });
    expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
    const current = { "if-none-match": get.headers.get("etag") ?? "" };
    const held = await service.send(path, { method: "HEAD", headers: current });
    expect([held.status, held.headers.get("content-length")]).toEqual([304, null]);
  }
});

it("passes the budget that the gateway reports on to the client", async () => {
  const { headers } = await service.send(READS[0] ?? "");
  expect(headers.get("ratelimit-policy")).toBe('"cost";q=1000;w=60');
  expect(headers.get("ratelimit")).toBe('"cost";r=990;t=0');
});

it("states the budget of a known caller with refusals that are made without the gateway", async () => {
  const scopes = ["ledger:read", "ledger:write"];
  const headers = await service.issuer.headers({ scopes, subject: "refused" });
  const write = () => service.send("/api/v1/transactions", sendJson("POST", {}, headers));
  expect((await write()).headers.get("ratelimit")).toBeNull();
  await service.send(READS[0] ?? "", { headers });
  const refused = await write();
  expect([refused.status, refused.headers.get("ratelimit-policy")]).toEqual([
    400,
    '"cost";q=1000;w=60',
  ]);
  expect(refused.headers.get("ratelimit")).toMatch(/^"cost";r=(?:99\d|1000);t=0$/);
  const forbidden = await service.send("/api/v1/news", sendJson("POST", {}, headers));
  expect([forbidden.status, forbidden.headers.has("ratelimit")]).toEqual([403, true]);
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

const refused = (version?: string) =>
  service.send("/api/v1/balance?accountId=x", {
    headers: version === undefined ? {} : { "api-version": version },
  });

const versionOf = async (pinned: string, headers: object = {}): Promise<string | null> => {
  const token = await service.issuer.tokenWith({ api_version: pinned });
  const answer = await service.send("/api/v1/balance?accountId=x", {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  return answer.headers.get("api-version");
};

describe("versions", () => {
  it("answer two clients side by side, each as its version was", async () => {
    const [old, present, none] = await Promise.all([
      refused("2026-11-01"),
      refused("2026-11-29"),
      refused(),
    ]);
    expect(old.json()).toMatchObject({ type: "urn:allfunds:problem:INVALID_INPUT" });
    expect(old.headers.get("api-version")).toBe("2026-11-01");
    expect(old.headers.get("deprecation")).toBe("@1795910400");
    expect(old.headers.get("sunset")).toBe("Mon, 29 Nov 2027 00:00:00 GMT");
    for (const answer of [present, none]) {
      expect(answer.json()["type"]).toMatch(/^http:\/\/localhost:\d+\/problems\/INVALID_INPUT$/);
      expect(answer.headers.get("api-version")).toBe("2026-11-29");
      expect(answer.headers.get("deprecation")).toBeNull();
    }
  });

  it("are of the client's registration when the request names none", async () => {
    const versions = await Promise.all([
      versionOf("2026-11-01"),
      versionOf("2026-11-29"),
      versionOf("2026-11-01", { "api-version": "2026-11-29" }),
      versionOf("2031-01-01"),
    ]);
    expect(versions).toEqual(["2026-11-01", "2026-11-29", "2026-11-29", "2026-11-29"]);
  });

  it("that do not exist are refused", async () => {
    expect((await refused("2025-01-01")).json()).toMatchObject({
      code: "INVALID_INPUT",
      violations: [{ path: "Api-Version" }],
    });
  });
});

it("has a page for the type of every problem", async () => {
  const path = "/problems/LEDGER_UNBALANCED";
  const page = await fetch(service.url + path);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  expect(await page.text()).toContain("POST /api/v1/transactions");
  expect((await fetch(`${service.url}/problems/NOTHING`)).status).toBe(404);
  const list = await (await fetch(`${service.url}/problems`)).text();
  expect(list).toContain(`href="${path}"`);
});

it("answers the root and the explorer, which loads from this address only", async () => {
  const links = {
    documentation: "/docs",
    openapi: "/api/v1/openapi.json",
    problems: "/problems",
    health: "/health/ready",
  };
  for (const path of ["", "/api/v1", "/api/v1/"]) {
    const index = await fetch(service.url + path);
    expect(await index.json()).toEqual({ service: "AllFunds REST API", links });
  }
  const docs = await fetch(`${service.url}/docs/`);
  expect(docs.headers.get("content-security-policy")).toContain("script-src 'self'");
  for (const [, file = ""] of (await docs.text()).matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) {
    expect([file, (await fetch(service.url + file)).status]).toEqual([file, 200]);
  }
  const back = await fetch(`${service.url}/docs/oauth2-redirect.html`);
  expect(await back.text()).toContain("/docs/oauth2-redirect.js");
  expect((await fetch(`${service.url}/docs/oauth2-redirect.js`)).status).toBe(200);
});

describe("a read of some fields", () => {
  it("leaves the others out, with a tag of its own", async () => {
    const path = `/api/v1/balance?accountId=${CASH}`;
    const part = await service.send(`${path}&fields=id,balance.amount`);
    expect(Object.keys(part.json())).toEqual(["id", "balance"]);
    expect(Object.keys(part.json()["balance"] as object)).toEqual(["amount"]);
    expect(part.headers.get("etag")).not.toBe((await service.send(path)).headers.get("etag"));
  });

  it.each([
    [`/api/v1/balance?accountId=${CASH}&fields=colour`, {}],
    [`/api/v1/ledger?fundId=${FUND}&fields=items.id`, { accept: "text/csv" }],
  ])("is refused at %s, where there is no such part", async (path, headers) => {
    expect((await service.send(path, { headers })).json()).toMatchObject({
      code: "INVALID_INPUT",
      violations: [{ path: "fields" }],
    });
  });
});

const all = (accept: string) =>
  service.send(`/api/v1/ledger?fundId=${FUND}&all=true`, { headers: { accept } });

describe("an export of the ledger", () => {
  it("streams the entries of every page once", async () => {
    const pages = await service.send(`/api/v1/ledger?fundId=${FUND}&first=200`);
    const items = pages.json()["items"] as { id: string }[];
    const lines = (await all("application/x-ndjson")).text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(items);
    const csv = (await all("text/csv")).text.trim().split("\r\n");
    expect(csv).toHaveLength(items.length + 1);
  });

  it("has headers for HEAD, and no length", async () => {
    const path = `/api/v1/ledger?fundId=${FUND}&all=true`;
    const init = { method: "HEAD", headers: { accept: "text/csv" } };
    const { status, text, headers } = await service.send(path, init);
    expect([status, text]).toEqual([200, ""]);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-length")).toBeNull();
  });

  it("needs a format that can be streamed, and is refused before it begins", async () => {
    expect((await all("application/json")).json()).toMatchObject({ code: "INVALID_INPUT" });
    const missing = `/api/v1/ledger?fundId=${UNKNOWN}&all=true`;
    const answer = await service.send(missing, { headers: { accept: "text/csv" } });
    expect([answer.status, answer.json()["code"]]).toEqual([404, "FUND_NOT_FOUND"]);
  });
});
