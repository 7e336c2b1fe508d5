import { readFile } from "node:fs/promises";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOCAL_TOKEN_URL } from "../config.ts";
import { allEndpoints } from "../endpoints.ts";
import { METRICS_JOB, VERIFICATION_JOB } from "../fake-graph/jobs.fixture.ts";
import { CASH, FEES, FUND, INSTRUMENT, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { ABOVE_THE_LIMIT } from "../fake-graph/transactions.fixture.ts";
import {
  openService,
  posting,
  sendJson,
  type OpenService,
  type Reply,
} from "../service.fixture.ts";
import { closeObjects } from "./close-objects.fixture.ts";
import { openApiDocument } from "./document.ts";

interface Media {
  readonly schema: object;
}
interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly operationId: string;
        readonly requestBody?: { readonly content: Record<string, Media> };
        readonly responses: Record<
          string,
          {
            readonly content?: Record<string, Media>;
            readonly links?: object;
            readonly headers?: object;
          }
        >;
      }
    >
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

const document = structuredClone(
  openApiDocument(allEndpoints, LOCAL_TOKEN_URL),
) as unknown as Document;
// The document permits new fields in answers; here a field that it does not have is a fault.
const closed = closeObjects(document);
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed, "api");

const problemsOf = (schema: object, value: unknown): unknown[] => {
  const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
  const check = ajv.compile(inDocument);
  check(value);
  return check.errors ?? [];
};

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("is a valid OpenAPI 3.1 document", async () => {
  const result = await new Validator().validate({
    ...openApiDocument(allEndpoints, LOCAL_TOKEN_URL),
  });
  expect(result).toMatchObject({ valid: true });
});

it("is committed as it is served", async () => {
  const committed = await readFile(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
  const served = await service.send("/api/v1/openapi.json");
  expect(JSON.parse(committed)).toEqual(served.json());
  expect(served.json()).toEqual(document);
});

it("has an example for every request body that its schema accepts", () => {
  const { schemas } = document.components;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const { requestBody } of Object.values(operations)) {
      if (requestBody === undefined) continue;
      const sent = JSON.stringify(requestBody.content["application/json"]?.schema);
      const ref = /#\/components\/schemas\/(\w+)/.exec(sent)?.[1] ?? path;
      const { examples } = schemas[ref] as { readonly examples?: readonly unknown[] };
      expect([ref, examples]).not.toEqual([ref, undefined]);
      const refused = examples?.flatMap((example) =>
        problemsOf({ $ref: `#/components/schemas/${ref}` }, example),
      );
      expect([ref, refused]).toEqual([ref, []]);
    }
  }
});

it("leads from each page to the next, and from what has an address to that", () => {
  const without: string[] = [];
  for (const operations of Object.values(document.paths)) {
    for (const { operationId, responses } of Object.values(operations)) {
      for (const [status, { links = {}, headers = {}, content = {} }] of Object.entries(
        responses,
      )) {
        const page = JSON.stringify(content["application/json"]?.schema ?? {});
        const isPage = page.endsWith('Page"}') && !Object.hasOwn(links, operationId);
        const isNew = Object.hasOwn(headers, "Location") && Object.keys(links).length === 0;
        if (isPage || isNew) without.push(`${operationId} ${status}`);
      }
    }
  }
  expect(without).toEqual([]);
});

const SIMULATION = { assets: [{}], horizon: 1, initialValue: "1.00", currency: "EUR" };
const PORTFOLIO = { currency: "EUR", holdings: [{ instrumentId: INSTRUMENT, weight: 1 }] };
const news = (more: object = {}) => ({
  instrumentId: INSTRUMENT,
  headline: "Costs fell",
  publishedAt: "2026-06-30T07:00:00.000Z",
  source: "Newswire",
  ...more,
});
const post = (body: unknown) => sendJson("POST", body);
const adjust = (balance: string) =>
  sendJson("PATCH", { accountId: CASH, balance, reason: "Count" });

describe("answers are as the document describes them:", () => {
  const analyze = (kind: string) => post({ kind, texts: ["Fee"], transactionIds: [CASH] });
  const bad = posting({ fundId: UNKNOWN });

  it.each<[status: number, path: string, query: string, init?: RequestInit]>([
    [201, "/api/v1/transactions", "", post(posting())],
    [201, "/api/v1/transactions", "", post({ transactions: [posting()] })],
    [
      207,
      "/api/v1/transactions",
      "",
      post({ transactions: [posting(), bad], mode: "INDEPENDENT" }),
    ],
    [400, "/api/v1/transactions", "", post(posting({}, 1))],
    [404, "/api/v1/transactions", "", post(bad)],
    [422, "/api/v1/transactions", "", post(posting({ entries: unbalanced() }))],
    [415, "/api/v1/transactions", "", { method: "POST", body: "text" }],
    [200, "/api/v1/ledger", `?fundId=${FUND}&first=1`],
    [406, "/api/v1/ledger", "", { headers: { accept: "image/png" } }],
    [200, "/api/v1/balance", `?accountId=${CASH}`],
    [200, "/api/v1/balance", "", adjust("11.00")],
    [200, "/api/v1/balance", "", adjust("10.00")],
    [200, "/api/v1/analyze", "", analyze("CATEGORIZE")],
    [200, "/api/v1/predictions", `?fundId=${FUND}`],
    [200, "/api/v1/metrics", `?fundId=${FUND}`],
    [200, "/api/v1/metrics", `?accountId=${CASH}`],
    [200, "/api/v1/metrics", `?instrumentId=${INSTRUMENT}`],
    [200, "/api/v1/forecasts", `?fundId=${FUND}`],
    [200, "/api/v1/forecasts", `?accountId=${CASH}`],
    [200, "/api/v1/forecasts", `?instrumentId=${INSTRUMENT}`],
    [200, "/api/v1/portfolio-risk", "", post(PORTFOLIO)],
    [400, "/api/v1/portfolio-risk", "", post({ ...PORTFOLIO, level: 0 })],
    [201, "/api/v1/news", "", post(news())],
    [200, "/api/v1/news", "", post(news({ headline: "Profit rose" }))],
    [400, "/api/v1/news", "", post(news({ fundId: FUND }))],
    [200, "/api/v1/news", `?fundId=${FUND}`],
    [200, "/api/v1/news-sentiment", `?instrumentId=${INSTRUMENT}&from=2026-06-01&to=2026-06-30`],
    [202, "/api/v1/simulations", "", post(SIMULATION)],
    [400, "/api/v1/simulations", "", post({ ...SIMULATION, goal: "0" })],
  ])("%i %s%s", async (status, path, query, init) => {
    const answer = await service.send(path + query, init);
    expect(answer.status).toBe(status);

    expect(faultsOf(path, init?.method ?? "GET", answer)).toEqual([]);
  });

  it("a transaction, its reversal and both read again", async () => {
    const faults: unknown[] = [];
    const posted = await service.send("/api/v1/transactions", post(posting()));
    const location = posted.headers.get("location") ?? "";
    const reversed = await service.send(`${location}/reversal`, post({}));
    faults.push(...faultsOf("/api/v1/transactions/{id}/reversal", "POST", reversed));
    faults.push(...faultsOf("/api/v1/transactions/{id}", "GET", await service.send(location)));
    expect(faults).toEqual([]);
  });

  it("a hold, its list, capture and release", async () => {
    const faults: unknown[] = [];
    const holds = "/api/v1/holds";
    const newHold = { accountId: CASH, amount: "5.00", contraAccountId: FEES, description: "Fee" };
    const placed = await service.send(holds, post(newHold));
    const location = placed.headers.get("location") ?? "";
    faults.push(...faultsOf(holds, "POST", placed));
    faults.push(...faultsOf(holds, "GET", await service.send(`${holds}?accountId=${CASH}`)));
    faults.push(...faultsOf(`${holds}/{id}`, "GET", await service.send(location)));
    const captured = await service.send(`${location}/capture`, post({ amount: "1.00" }));
    faults.push(...faultsOf(`${holds}/{id}/capture`, "POST", captured));
    faults.push(
      ...faultsOf(`${holds}/{id}/void`, "POST", await service.send(`${location}/void`, post({}))),
    );
    faults.push(
      ...faultsOf(`${holds}/{id}/void`, "POST", await service.send(`${location}/void`, post({}))),
    );
    expect(faults).toEqual([]);
  });

  it("a proposal, its list and decisions", async () => {
    const faults: unknown[] = [];
    const proposals = "/api/v1/proposals";
    const large = posting({ description: ABOVE_THE_LIMIT });
    const decisions = [
      ["approve", {}],
      ["reject", { reason: "Wrong fund" }],
      ["withdraw", {}],
    ] as const;
    for (const [decision, body] of decisions) {
      const waiting = await service.send("/api/v1/transactions", post(large));
      faults.push(...faultsOf("/api/v1/transactions", "POST", waiting));
      const location = waiting.headers.get("location") ?? "";
      faults.push(...faultsOf(`${proposals}/{id}`, "GET", await service.send(location)));
      const decided = await service.send(`${location}/${decision}`, post(body));
      faults.push(...faultsOf(`${proposals}/{id}/${decision}`, "POST", decided));
    }
    const bulk = { transactions: [posting(), large], mode: "INDEPENDENT" };
    const mixed = await service.send("/api/v1/transactions", post(bulk));
    faults.push(...faultsOf("/api/v1/transactions", "POST", mixed));
    faults.push(...faultsOf(proposals, "GET", await service.send(proposals)));
    expect(faults).toEqual([]);
  });

  it("a job, its end and one that is not there", async () => {
    const faults: unknown[] = [];
    const path = "/api/v1/jobs/{id}";
    for (const jobId of [METRICS_JOB, VERIFICATION_JOB, UNKNOWN]) {
      const url = `/api/v1/jobs/${jobId}`;
      faults.push(...faultsOf(path, "GET", await service.send(url)));
      const cancelled = await service.send(`${url}/cancel`, post({}));
      faults.push(...faultsOf(`${path}/cancel`, "POST", cancelled));
    }
    expect(faults).toEqual([]);
  });

  it("a period, its list and reopening", async () => {
    const faults: unknown[] = [];
    const periods = "/api/v1/periods";
    const closedPeriod = await service.send(periods, post({ fundId: FUND, to: "2020-06-30" }));
    faults.push(...faultsOf(periods, "POST", closedPeriod));
    faults.push(...faultsOf(periods, "GET", await service.send(`${periods}?fundId=${FUND}`)));
    const path = `${periods}/${String(closedPeriod.json()["id"])}/reopen`;
    const reopened = await service.send(path, post({ fundId: FUND, reason: "Late" }));
    faults.push(...faultsOf(`${periods}/{id}/reopen`, "POST", reopened));
    expect(faults).toEqual([]);
  });
});

/** Where an answer differs from the document: in status, media type, or a field too many or too few. */
function faultsOf(path: string, method: string, answer: Reply): unknown[] {
  const operation = closed.paths[path]?.[method.toLowerCase()];
  const content = operation?.responses[String(answer.status)]?.content ?? {};
  const mediaType = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const schema = content[mediaType]?.schema;
  return schema === undefined
    ? [`${answer.status} ${mediaType} is not documented`]
    : problemsOf(schema, answer.json());
}

function unbalanced() {
  return posting().entries.map((entry, index) => ({ ...entry, amount: `${index + 1}.00` }));
}
