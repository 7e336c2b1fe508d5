import type { ServerResponse } from "node:http";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { Postponed } from "@allfunds/platform/jobs";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { readConfig } from "../config.ts";
import { decideConsent } from "../consent/consent-store.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import {
  answer,
  FakeGemini,
  never,
  parts,
  promptBlocked,
  refusal,
  retryInfo,
} from "../gemini/fake-gemini.fixture.ts";
import type { Reply, RequestedItem } from "../gemini/fake-gemini.fixture.ts";
import { readBudget } from "../language-model/budget.ts";
import { Refusals } from "../language-model/refusals.ts";
import { openLanguageModel } from "../open-language-model.ts";
import { NameRegisters } from "../redaction/redactor.ts";
import { openDatabase, silent } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { countQuestions, redriveQuestions } from "./backlog.ts";
import { categorisationKind, type CategorisationResult } from "./categorisation-job.ts";
import { createCategoryProvider } from "./category-provider.ts";

const LIMIT = 200_000;
const QUESTIONS = 4;

let database: OpenDatabase;
let gemini: FakeGemini;
/** A tenant that waits while the questions of another fail. */
let other: string;

beforeAll(async () => {
  database = await openDatabase();
  other = await tenantWithQuestions();
});
afterAll(() => database.drop());
beforeEach(async () => {
  gemini = new FakeGemini();
  await gemini.start();
});
afterEach(() => gemini.stop());

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const good = ({ item }: Pick<RequestedItem, "item">) => ({
  item,
  words: [0],
  category: MARKETING,
  confidence: 0.9,
});
const allGood = answer((items) => items.map(good));
const each = (change: object): Reply =>
  answer((items) => items.map((item) => ({ ...good(item), ...change })));

const body =
  (text: string, status = 200, type = "application/json"): Reply =>
  (_call, response) =>
    void response.writeHead(status, { "content-type": type }).end(text);
const destroy = (response: ServerResponse): void => void response.socket?.destroy();
const finish = (finishReason: string, content: object[] = []): Reply =>
  candidate({ finishReason, content: { role: "model", parts: content } });
const candidate = (fields: object, usageMetadata?: object): Reply =>
  body(JSON.stringify({ candidates: [fields], usageMetadata }));
const withUsage =
  (usageMetadata: object | undefined): Reply =>
  (call, response) =>
    candidate(
      {
        finishReason: "STOP",
        content: { role: "model", parts: [{ text: JSON.stringify(call.items.map(good)) }] },
      },
      usageMetadata,
    )(call, response);
const error400 = (message: string, reason?: string): Reply =>
  body(
    JSON.stringify({
      error: {
        code: 400,
        message,
        status: "INVALID_ARGUMENT",
        details: reason === undefined ? [] : [{ "@type": "ErrorInfo", reason }],
      },
    }),
    400,
  );

/** What comes of four questions: they wait for a later run, are set aside, or are answered. */
type Outcome = "WAIT" | "ASIDE" | "ANSWERED";

/** A body that begins and does not go on. */
const stalled: Reply = (_call, response) =>
  void response.writeHead(200, { "content-type": "application/json" }).write('{"candidates"');

const redirected: Reply = ({ path }, response) =>
  void response.writeHead(307, { location: path }).end();
const encoded: Reply = (_call, response) =>
  void response.writeHead(200, { "content-encoding": "gzip" }).end('{"candidates":[]}');
const shortened: Reply = (_call, response) => {
  response.writeHead(200, { "content-length": "500" }).write('{"candidates":');
  response.socket?.end();
};
const CALL = { functionCall: { name: "transfer", args: { amount: "1.00" } } };
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);

const FAILURES: readonly (readonly [string, Reply, Outcome])[] = [
  ["a bad key, which is a 400", error400("API key not valid.", "API_KEY_INVALID"), "WAIT"],
  ["an expired key", error400("API key expired. Renew it.", "API_KEY_INVALID"), "WAIT"],
  ["a country that is not served", error400("User location is not supported."), "WAIT"],
  ["a project without billing", error400("Enable billing on the project."), "WAIT"],
  ["401", refusal(401, "UNAUTHENTICATED"), "WAIT"],
  ["403", refusal(403, "PERMISSION_DENIED"), "WAIT"],
  ["404 for the model", refusal(404, "NOT_FOUND"), "WAIT"],
  ["408", refusal(408, "DEADLINE_EXCEEDED"), "WAIT"],
  ["429", refusal(429, "RESOURCE_EXHAUSTED"), "WAIT"],
  ["429 for a day", refusal(429, "RESOURCE_EXHAUSTED", [retryInfo("86400s")]), "WAIT"],
  ["429 for an odd time", refusal(429, "RESOURCE_EXHAUSTED", [retryInfo("-1s")]), "WAIT"],
  ["500", refusal(500, "INTERNAL"), "WAIT"],
  ["503", refusal(503, "UNAVAILABLE"), "WAIT"],
  ["504 of a proxy", body("<html>Gateway Timeout</html>", 504, "text/html"), "WAIT"],
  ["an HTML page as answer", body("<html>Sign in</html>", 200, "text/html"), "WAIT"],
  ["an empty body", body(""), "WAIT"],
  ["a cut body", body('{"candidates":[{"content":{"par'), "WAIT"],
  ["a body that is a list", body("[]"), "WAIT"],
  ["a service that never answers", never, "WAIT"],
  ["a body that stalls", stalled, "WAIT"],
  ["a reset connection", (_call, response) => destroy(response), "WAIT"],
  [
    "a connection that is reset within the body",
    (_call, response) => {
      response.writeHead(200).write("{");
      setTimeout(() => destroy(response), 5);
    },
    "WAIT",
  ],
  ["an answer without an end", candidate({ content: { parts: [{ text: "[]" }] } }), "WAIT"],
  ["no candidate", body("{}"), "WAIT"],
  ["400 for the content", error400("Request contains an invalid argument."), "ASIDE"],
  ["a blocked prompt", promptBlocked, "ASIDE"],
  ["an answer of the greatest length", finish("MAX_TOKENS", [{ text: '[{"item":0' }]), "ASIDE"],
  ["an answer stopped for safety", finish("SAFETY"), "ASIDE"],
  ["an answer stopped for recitation", finish("RECITATION"), "ASIDE"],
  ["an answer stopped for personal data", finish("SPII"), "ASIDE"],
  ["a malformed call of a function", finish("MALFORMED_FUNCTION_CALL"), "ASIDE"],
  ["an empty answer", finish("STOP"), "ASIDE"],
  ["thoughts alone", parts(() => [{ text: "[]", thought: true }]), "ASIDE"],
  ["prose in place of JSON", parts(() => [{ text: "These are fees." }]), "ASIDE"],
  ["JSON of another form", parts(() => [{ text: '{"answers":[]}' }]), "ASIDE"],
  ["missing items", answer(() => []), "ASIDE"],
  ["invented items", answer(() => [good({ item: 77 }), good({ item: -1 })]), "ASIDE"],
  ["a category out of range", each({ category: 999 }), "ASIDE"],
  ["a category by name", each({ category: "RENT" }), "ASIDE"],
  ["a confidence over one", each({ confidence: 7 }), "ASIDE"],
  ["doubled items", answer((items) => [...items, ...items].map(good)), "ANSWERED"],
  ["places of words that there are not", each({ words: [99, -1, 0.5] }), "ANSWERED"],
  [
    "JSON in a code block",
    parts((items) => [{ text: `\`\`\`json\n${JSON.stringify(items.map(good))}\n\`\`\`` }]),
    "ANSWERED",
  ],
  ["no usage", withUsage(undefined), "ANSWERED"],
  [
    "negative usage",
    withUsage({ promptTokenCount: -9e6, candidatesTokenCount: -1, totalTokenCount: -9e6 }),
    "ANSWERED",
  ],
  [
    "usage that contradicts itself",
    withUsage({ promptTokenCount: 700, candidatesTokenCount: 50, totalTokenCount: 1 }),
    "ANSWERED",
  ],
  [
    "usage beyond all bounds",
    withUsage({ promptTokenCount: 1e15, candidatesTokenCount: 1, totalTokenCount: 1e15 + 1 }),
    "ANSWERED",
  ],
  ["a redirection to itself", redirected, "WAIT"],
  ["204 without a body", body("", 204), "WAIT"],
  ["a conflict", refusal(409, "ABORTED"), "WAIT"],
  ["an overload under a status of its own", refusal(529, "OVERLOADED"), "WAIT"],
  ["a failure in the body of a success", body('{"error":{"code":429,"message":"Slow"}}'), "WAIT"],
  ["compressed data that is none", encoded, "WAIT"],
  ["a body that is shorter than promised", shortened, "WAIT"],
  ["a candidate whose content is null", candidate({ finishReason: "STOP", content: null }), "WAIT"],
  ["429 whose details are no list", body('{"error":{"code":429,"details":{}}}', 429), "WAIT"],
  ["an end for a reason of later years", finish("TOO_MANY_TOOL_CALLS"), "ASIDE"],
  ["an end for a word on a list", finish("BLOCKLIST"), "ASIDE"],
  ["a call of a function that there is not", parts(() => [CALL]), "ASIDE"],
  ["JSON with NaN", parts(() => [{ text: '[{"item":NaN}]' }]), "ASIDE"],
  ["JSON a hundred thousand deep", parts(() => [{ text: DEEP }]), "ASIDE"],
  [
    "items as texts",
    answer((items) => items.map((item) => ({ ...good(item), item: "0" }))),
    "ASIDE",
  ],
  [
    "JSON in pieces, with a thought between",
    parts((items) => {
      const text = JSON.stringify(items.map(good));
      return [{ text: text.slice(0, 9) }, { text: "Hm", thought: true }, { text: text.slice(9) }];
    }),
    "ANSWERED",
  ],
  ["usage as text", withUsage({ promptTokenCount: "many", totalTokenCount: null }), "ANSWERED"],
];

/** A model as after a start of the service. */
function openModel(timeoutMs: number) {
  const { pool, reads, url } = database;
  const config = readConfig({
    DATABASE_URL_ANALYTICS: url,
    IDENTITY_URL: "http://127.0.0.1:1",
    GEMINI_API_KEY: "key",
    GEMINI_MODEL: "some-model",
    GEMINI_BASE_URL: gemini.url,
    GEMINI_TIMEOUT_MS: String(timeoutMs),
    GEMINI_TOKENS_PER_DAY: String(LIMIT),
  });
  const registers = new NameRegisters(reads);
  const retries = { retries: 0, firstPauseMs: 1, longestPauseMs: 1, breakMs: 1 };
  const parts = { pool, reads, logger: silent, refusals: new Refusals(), registers, retries };
  const model = openLanguageModel(config, parts);
  if (model === undefined) throw new Error("a key is configured");
  return createCategoryProvider(model, registers);
}

async function work(
  tenantId: string,
  timeoutMs: number,
): Promise<CategorisationResult | Postponed> {
  const { pool, reads } = database;
  const kind = categorisationKind({ pool, reads, provider: openModel(timeoutMs) });
  const run = {
    payload: {},
    context: testContext({ tenantId }),
    signal: new AbortController().signal,
    report: () => undefined,
    delegation: undefined,
    logger: silent,
  };
  try {
    return (await kind.run(run)) as CategorisationResult;
  } catch (error) {
    if (error instanceof Postponed) return error;
    throw error;
  }
}

async function tenantWithQuestions(): Promise<string> {
  const tenantId = newId();
  await withTransaction(database.pool, { tenantId }, (client) =>
    decideConsent(client, tenantId, { given: true, by: "ann" }),
  );
  const book = new BookFixture(tenantId);
  const events = Array.from({ length: QUESTIONS }, (_, index) =>
    book.post({ amount: "-77.00", description: `Qwx Zzg${"abcd"[index]}` }),
  );
  await database.apply([...book.opening, ...events], true);
  return tenantId;
}

/** Long enough for a busy machine to make the call before it ends. */
const TIMEOUT_MS = 2_000;
/** What ends by the limit alone; all others end by themselves, however slow the machine. */
const ENDLESS: readonly Reply[] = [never, stalled];

test("there are sixty failures and more", () => {
  expect(FAILURES.length).toBeGreaterThanOrEqual(60);
});

test.each(FAILURES)(
  "%s loses no question, mixes no tenants and keeps the budget",
  async (_name, reply, outcome) => {
    const tenantId = await tenantWithQuestions();
    gemini.replies = [reply];
    const limitMs = ENDLESS.includes(reply) ? TIMEOUT_MS : 20_000;
    const ended = await work(tenantId, limitMs);
    const left = {
      WAIT: { waiting: QUESTIONS, setAside: 0 },
      ASIDE: { waiting: 0, setAside: QUESTIONS },
      ANSWERED: { waiting: 0, setAside: 0 },
    }[outcome];
    expect(await countQuestions(database.reads, tenantId)).toEqual(left);
    expect(ended instanceof Postponed).toBe(outcome === "WAIT");
    expect(ended instanceof Postponed ? ended.afterMs : 0).toBeLessThanOrEqual(300_000);
    expect(Math.max(...gemini.calls.map(({ items }) => items.length))).toBe(QUESTIONS);
    expect(await countQuestions(database.reads, other)).toEqual({
      waiting: QUESTIONS,
      setAside: 0,
    });
    const { spent, reserved } = await readBudget(database.reads, tenantId);
    expect(reserved).toBe(0);
    expect(spent).toBeGreaterThanOrEqual(0);
    expect(spent).toBeLessThanOrEqual(LIMIT);
    expect(await readBudget(database.reads, other)).toEqual({ spent: 0, reserved: 0 });

    gemini.calls.length = 0;
    gemini.replies = [allGood];
    await redriveQuestions(database.pool, tenantId, null);
    await work(tenantId, 20_000);
    expect(await countQuestions(database.reads, tenantId)).toEqual({ waiting: 0, setAside: 0 });
  },
);

test("a posting is stored while the service hangs: its transaction makes no call", async () => {
  gemini.replies = [never];
  const tenantId = await tenantWithQuestions();
  const hanging = work(tenantId, 3_000);
  await expect.poll(() => gemini.calls.length, { timeout: 60_000 }).toBe(1);
  const book = new BookFixture(tenantId);
  await database.apply(
    [...book.opening, book.post({ amount: "-77.00", description: "Qwx" })],
    true,
  );
  expect(gemini.calls).toHaveLength(1);
  expect(await countQuestions(database.reads, tenantId)).toMatchObject({ waiting: QUESTIONS + 1 });
  expect(await hanging).toBeInstanceOf(Postponed);
});
