import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASH, FEES, FUND, INSTRUMENT, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

const TRANSACTIONS = "/api/v1/transactions";
const BALANCE = "/api/v1/balance";
const LEDGER = "/api/v1/ledger";

const post = (body: unknown, headers = {}) => sendJson("POST", body, headers);
const patch = (body: unknown, headers = {}) => sendJson("PATCH", body, headers);
const adjust = (changes: object) =>
  patch({ accountId: CASH, balance: "5.00", reason: "r", ...changes });
const leg = (changes: object) => ({ accountId: CASH, side: "CREDIT", amount: "10.00", ...changes });
const withLeg = (changes: object) =>
  post(posting({ entries: [{ accountId: FEES, side: "DEBIT", amount: "10.00" }, leg(changes)] }));

type Case = readonly [
  what: string,
  path: string,
  init: RequestInit | undefined,
  status: number,
  code: string,
];

const BODIES: readonly Case[] = [
  ["malformed JSON", TRANSACTIONS, post('{"fundId": '), 400, "MALFORMED_BODY"],
  ["an empty JSON body", TRANSACTIONS, post(""), 400, "MALFORMED_BODY"],
  ["no body at all", TRANSACTIONS, { method: "POST" }, 400, "MALFORMED_BODY"],
  ["a body that is a list", TRANSACTIONS, post("[]"), 400, "INVALID_INPUT"],
  ["a body that is null", TRANSACTIONS, post("null"), 400, "INVALID_INPUT"],
  ["a polluting key", TRANSACTIONS, post('{"__proto__": {"fundId": 1}}'), 400, "MALFORMED_BODY"],
  [
    "a number that would lose digits",
    TRANSACTIONS,
    post('{"metadata": {"order": 12345678901234567890}}'),
    400,
    "MALFORMED_BODY",
  ],
  ["a number beyond all doubles", TRANSACTIONS, post('{"fundId": 1e400}'), 400, "MALFORMED_BODY"],
  ["a text body", TRANSACTIONS, { method: "POST", body: "hello" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
  [
    "an XML body",
    TRANSACTIONS,
    post("<a/>", { "content-type": "application/xml" }),
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    "a form body",
    TRANSACTIONS,
    { method: "POST", body: new URLSearchParams("a=1") },
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    "a compressed body",
    TRANSACTIONS,
    post("{}", { "content-encoding": "gzip" }),
    415,
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    "a body over the limit",
    TRANSACTIONS,
    post(posting({ description: "x".repeat(70_000) })),
    413,
    "BODY_TOO_LARGE",
  ],
  ["an unknown field", TRANSACTIONS, post(posting({ tenantId: UNKNOWN })), 400, "INVALID_INPUT"],
  ["an unknown field in an entry", TRANSACTIONS, withLeg({ balance: "1" }), 400, "INVALID_INPUT"],
  ["an amount as a JSON number", TRANSACTIONS, post(posting({}, 10)), 400, "INVALID_INPUT"],
  ["an amount with an exponent", TRANSACTIONS, post(posting({}, "1e3")), 400, "INVALID_AMOUNT"],
  [
    "an amount with too many decimals",
    TRANSACTIONS,
    post(posting({}, "1.001")),
    400,
    "INVALID_AMOUNT",
  ],
  ["an amount that is not a number", TRANSACTIONS, post(posting({}, "NaN")), 400, "INVALID_AMOUNT"],
  [
    "an unbalanced transaction",
    TRANSACTIONS,
    withLeg({ amount: "9.99" }),
    422,
    "LEDGER_UNBALANCED",
  ],
  ["a wrong currency", TRANSACTIONS, withLeg({ currency: "USD" }), 422, "CURRENCY_MISMATCH"],
  ["a currency that is no code", TRANSACTIONS, withLeg({ currency: "euro" }), 400, "INVALID_INPUT"],
  ["an unknown account", TRANSACTIONS, withLeg({ accountId: UNKNOWN }), 404, "ACCOUNT_NOT_FOUND"],
  [
    "an account id that is no UUID",
    TRANSACTIONS,
    withLeg({ accountId: "1" }),
    400,
    "INVALID_INPUT",
  ],
  ["an unknown fund", TRANSACTIONS, post(posting({ fundId: UNKNOWN })), 404, "FUND_NOT_FOUND"],
  [
    "a side that is neither DEBIT nor CREDIT",
    TRANSACTIONS,
    withLeg({ side: "debit" }),
    400,
    "INVALID_INPUT",
  ],
  ["a single entry", TRANSACTIONS, post(posting({ entries: [leg({})] })), 400, "INVALID_INPUT"],
  [
    "a date that does not exist",
    TRANSACTIONS,
    post(posting({ effectiveDate: "2026-02-30" })),
    400,
    "INVALID_INPUT",
  ],
  ["an empty description", TRANSACTIONS, post(posting({ description: "" })), 400, "INVALID_INPUT"],
  ["metadata that is a list", TRANSACTIONS, post(posting({ metadata: [1] })), 400, "INVALID_INPUT"],
  [
    "a bad Idempotency-Key",
    TRANSACTIONS,
    post(posting(), { "idempotency-key": "two words" }),
    400,
    "INVALID_INPUT",
  ],
  ["an empty bulk", TRANSACTIONS, post({ transactions: [] }), 400, "INVALID_INPUT"],
  [
    "a bulk of an unknown mode",
    TRANSACTIONS,
    post({ transactions: [posting()], mode: "SOME" }),
    400,
    "INVALID_INPUT",
  ],
  [
    "a bulk with a bad item",
    TRANSACTIONS,
    post({ transactions: [posting({}, 10)] }),
    400,
    "INVALID_INPUT",
  ],
  ["a balance as a JSON number", BALANCE, adjust({ balance: 5 }), 400, "INVALID_INPUT"],
  ["a balance with an exponent", BALANCE, adjust({ balance: "1e3" }), 400, "INVALID_AMOUNT"],
  ["a balance without a reason", BALANCE, adjust({ reason: "" }), 400, "INVALID_INPUT"],
  [
    "a balance of an unknown account",
    BALANCE,
    adjust({ accountId: UNKNOWN }),
    404,
    "ACCOUNT_NOT_FOUND",
  ],
  [
    "an old If-Match",
    BALANCE,
    { ...adjust({}), headers: { "content-type": "application/json", "if-match": '"99"' } },
    412,
    "VERSION_CONFLICT",
  ],
  [
    "a weak If-Match",
    BALANCE,
    { ...adjust({}), headers: { "content-type": "application/json", "if-match": 'W/"1"' } },
    412,
    "VERSION_CONFLICT",
  ],
  [
    "an If-Match without quotes",
    BALANCE,
    { ...adjust({}), headers: { "content-type": "application/json", "if-match": "1" } },
    400,
    "INVALID_INPUT",
  ],
  [
    "an analysis of an unknown kind",
    "/api/v1/analyze",
    post({ kind: "GUESS", texts: ["a"] }),
    400,
    "INVALID_INPUT",
  ],
  ["an analysis of nothing", "/api/v1/analyze", post({ kind: "EXPLAIN" }), 400, "INVALID_INPUT"],
  [
    "an analysis of 10,001 texts",
    "/api/v1/analyze",
    post({ kind: "EXPLAIN", texts: Array(10_001).fill("a") }),
    400,
    "INVALID_INPUT",
  ],
];

const READS: readonly Case[] = [
  ["an unknown route", "/api/v1/nothing", undefined, 404, "NOT_FOUND"],
  ["an unknown version", "/api/v2/ledger", undefined, 404, "NOT_FOUND"],
  [
    "a method that the ledger does not have",
    LEDGER,
    { method: "DELETE" },
    405,
    "METHOD_NOT_ALLOWED",
  ],
  [
    "a PUT with a body that is not JSON",
    BALANCE,
    { method: "PUT", body: "x" },
    405,
    "METHOD_NOT_ALLOWED",
  ],
  ["a POST to one transaction", `${TRANSACTIONS}/${UNKNOWN}`, post({}), 405, "METHOD_NOT_ALLOWED"],
  ["a POST to the document", "/api/v1/openapi.json", post({}), 405, "METHOD_NOT_ALLOWED"],
  ["an answer in XML", LEDGER, { headers: { accept: "application/xml" } }, 406, "NOT_ACCEPTABLE"],
  [
    "CSV where there is none",
    `/api/v1/metrics?fundId=${FUND}`,
    { headers: { accept: "text/csv" } },
    406,
    "NOT_ACCEPTABLE",
  ],
  ["an unknown parameter", `${LEDGER}?fund=${FUND}`, undefined, 400, "INVALID_INPUT"],
  [
    "a parameter where none is allowed",
    `${TRANSACTIONS}/${UNKNOWN}?a=1`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  ["a parameter named as a built-in", `${LEDGER}?__proto__=1`, undefined, 400, "INVALID_INPUT"],
  [
    "a parameter given twice",
    `${LEDGER}?fundId=${FUND}&fundId=${FUND}`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  ["a fund id that is no UUID", `${LEDGER}?fundId=1`, undefined, 400, "INVALID_INPUT"],
  ["an empty fund id", `${LEDGER}?fundId=`, undefined, 400, "INVALID_INPUT"],
  ["a page of no items", `${LEDGER}?first=0`, undefined, 400, "INVALID_INPUT"],
  ["a page of 201 items", `${LEDGER}?first=201`, undefined, 400, "INVALID_INPUT"],
  ["a page size with an exponent", `${LEDGER}?first=1e2`, undefined, 400, "INVALID_INPUT"],
  ["a page size below zero", `${LEDGER}?first=-1`, undefined, 400, "INVALID_INPUT"],
  [
    "a position beyond integers",
    `${LEDGER}?asOf=99999999999999999999`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  ["a date that does not exist", `${LEDGER}?from=2026-13-01`, undefined, 400, "INVALID_INPUT"],
  ["a cursor with spaces", `${LEDGER}?after=a%20b`, undefined, 400, "INVALID_INPUT"],
  ["entries of an unknown fund", `${LEDGER}?fundId=${UNKNOWN}`, undefined, 404, "FUND_NOT_FOUND"],
  ["a malformed percent sign in the path", `${TRANSACTIONS}/%zz`, undefined, 400, "MALFORMED_BODY"],
  ["an unknown transaction", `${TRANSACTIONS}/${UNKNOWN}`, undefined, 404, "TRANSACTION_NOT_FOUND"],
  ["a transaction id that is no UUID", `${TRANSACTIONS}/1`, undefined, 400, "INVALID_INPUT"],
  [
    "a transaction id of 300 characters",
    `${TRANSACTIONS}/${"a".repeat(300)}`,
    undefined,
    400,
    "MALFORMED_BODY",
  ],
  [
    "the balance of an unknown account",
    `${BALANCE}?accountId=${UNKNOWN}`,
    undefined,
    404,
    "ACCOUNT_NOT_FOUND",
  ],
  ["metrics without a subject", "/api/v1/metrics", undefined, 400, "INVALID_INPUT"],
  [
    "metrics of two subjects",
    `/api/v1/metrics?fundId=${FUND}&accountId=${CASH}`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "metrics of an unknown instrument",
    `/api/v1/metrics?instrumentId=${UNKNOWN}`,
    undefined,
    404,
    "INSTRUMENT_NOT_FOUND",
  ],
  [
    "forecasts of a fund and an instrument",
    `/api/v1/forecasts?fundId=${FUND}&instrumentId=${INSTRUMENT}`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "an unknown forecast metric",
    `/api/v1/forecasts?fundId=${FUND}&metric=LUCK`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "a fund's metric of an account",
    `/api/v1/forecasts?accountId=${CASH}&metric=REVENUE`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "an account's metric of a fund",
    `/api/v1/forecasts?fundId=${FUND}&metric=BALANCE`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "a horizon that no frequency has",
    `/api/v1/forecasts?fundId=${FUND}&horizon=367`,
    undefined,
    400,
    "INVALID_INPUT",
  ],
  [
    "forecasts of an unknown account",
    `/api/v1/forecasts?accountId=${UNKNOWN}`,
    undefined,
    404,
    "ACCOUNT_NOT_FOUND",
  ],
  ["predictions without a fund", "/api/v1/predictions", undefined, 400, "INVALID_INPUT"],
  [
    "predictions of an unknown fund",
    `/api/v1/predictions?fundId=${UNKNOWN}`,
    undefined,
    404,
    "FUND_NOT_FOUND",
  ],
];

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

describe("the bridge", () => {
  it.each([...BODIES, ...READS])(
    "refuses %s with problem+json and stores nothing",
    async (_what, path, init, status, code) => {
      const refused = await service.send(path, init);
      const problem = refused.json();

      expect({ status: refused.status, code: problem["code"] }).toEqual({ status, code });
      expect(refused.headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
      expect(problem).toMatchObject({
        type: `http://localhost:8000/problems/${code}`,
        title: expect.stringMatching(/.{5,}/),
        status,
        detail: expect.stringMatching(/.{5,}/),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        instance: path.split("?")[0],
      });
      expect(service.graph.stored).toBe(0);
    },
  );

  it("answers the next request when it refused all of these", async () => {
    const next = await service.send(`${LEDGER}?fundId=${FUND}`);
    expect(next.status).toBe(200);
  });
});

it("lists every fault of a body, each with its path", async () => {
  const body = posting({ extra: 1, effectiveDate: "soon", entries: [leg({ amount: 1 }), leg({})] });
  const { violations } = (await service.send(TRANSACTIONS, post(body))).json();
  const paths = (violations as { path: string }[]).map(({ path }) => path);

  expect(paths.sort()).toEqual(["effectiveDate", "entries.0.amount", "extra"]);
});

it("lists the allowed methods when the method is wrong", async () => {
  const balance = await service.send(BALANCE, { method: "DELETE" });
  expect(balance.headers.get("allow")).toBe("GET, HEAD, PATCH, OPTIONS");
});
