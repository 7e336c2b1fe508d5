import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { Postponed } from "@allfunds/platform/jobs";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadCategories } from "../categories/category-store.ts";
import type { StoredCategory } from "../categories/stored-category.ts";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { readConfig } from "../config.ts";
import { decideConsent } from "../consent/consent-store.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { answer, FakeGemini, promptBlocked, refusal } from "../gemini/fake-gemini.fixture.ts";
import type { Reply, RequestedItem } from "../gemini/fake-gemini.fixture.ts";
import { readBudget } from "../language-model/budget.ts";
import { expireCalls, readCalls } from "../language-model/calls.ts";
import { Refusals } from "../language-model/refusals.ts";
import { openLanguageModel } from "../open-language-model.ts";
import { NameRegisters } from "../redaction/redactor.ts";
import { PERSONAL_FORMS } from "../redaction/personal-data.fixture.ts";
import { openDatabase, silent } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { countQuestions, readSetAside, redriveQuestions } from "./backlog.ts";
import { categorisationKind, type CategorisationResult } from "./categorisation-job.ts";
import { createCategoryProvider } from "./category-provider.ts";
import type { CategoryProvider } from "./category-provider.ts";

let database: OpenDatabase;
let gemini: FakeGemini;
let provider: CategoryProvider;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query("TRUNCATE category_question, model_budget, model_call");
  gemini = new FakeGemini();
  await gemini.start();
  provider = openProvider();
});
afterEach(() => gemini.stop());

function openProvider(more: NodeJS.ProcessEnv = {}): CategoryProvider {
  const config = readConfig({
    DATABASE_URL_ANALYTICS: database.url,
    IDENTITY_URL: "http://127.0.0.1:1",
    GEMINI_API_KEY: "key",
    GEMINI_MODEL: "some-model",
    GEMINI_BASE_URL: gemini.url,
    ...more,
  });
  const { pool, reads } = database;
  const retries = { retries: 0, firstPauseMs: 1, longestPauseMs: 1, breakMs: 1 };
  const refusals = new Refusals();
  const registers = new NameRegisters(reads);
  const parts = { pool, reads, logger: silent, refusals, registers, retries };
  const model = openLanguageModel(config, parts);
  if (model === undefined) throw new Error("a key is configured");
  return createCategoryProvider(model, registers);
}

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const marketing = ({ item }: RequestedItem) => ({
  item,
  words: [0],
  category: MARKETING,
  confidence: 0.9,
});
const allMarketing = answer((items) => items.map(marketing));

const blockOne: Reply = (call, response) =>
  (call.items.some(({ words }) => words.includes("P9")) ? promptBlocked : allMarketing)(
    call,
    response,
  );

/** Posts transactions whose text the built-in model has not learned; returns their ids. */
const postUnknown = (...descriptions: string[]) => postFor(DEMO_TENANT_ID, ...descriptions);

async function postFor(tenantId: string, ...descriptions: string[]): Promise<string[]> {
  const book = new BookFixture(tenantId);
  const events = descriptions.map((description) => book.post({ amount: "-77.00", description }));
  await database.apply([...book.opening, ...events], true);
  return events.map(({ payload }) => payload.transactionId);
}

const categories = async (ids: readonly string[]): Promise<(StoredCategory | undefined)[]> => {
  const found = await loadCategories(database.reads, DEMO_TENANT_ID, ids);
  return ids.map((id) => found.get(id));
};

/** Runs the job of a tenant once; a postponed one resolves with the reason and the time. */
async function work(tenantId = DEMO_TENANT_ID): Promise<CategorisationResult | Postponed> {
  const { pool, reads } = database;
  const kind = categorisationKind({ pool, reads, provider });
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

const backlog = (tenantId = DEMO_TENANT_ID) => countQuestions(database.reads, tenantId);
const budget = (tenantId = DEMO_TENANT_ID) => readBudget(database.reads, tenantId);
const calls = (tenantId = DEMO_TENANT_ID) =>
  readCalls(database.reads, tenantId, { first: 10, before: null });
const consent = (tenantId: string, given: boolean) =>
  withTransaction(database.pool, { tenantId }, (client) =>
    decideConsent(client, tenantId, { given, by: "ann" }),
  );

describe("the backlog of questions for the language model", () => {
  test("replaces an uncertain category by the model's, named as such, and is then empty", async () => {
    gemini.replies = [allMarketing];
    const ids = await postUnknown("Zzgq Vorp");
    expect(await categories(ids)).toMatchObject([{ category: "OTHER", source: "MODEL" }]);
    expect(await work()).toEqual({ answered: 1, setAside: 0, problem: null });
    expect(await categories(ids)).toMatchObject([
      {
        category: "MARKETING",
        source: "GEMINI",
        model: "some-model",
        confidence: 0.9,
        needsReview: false,
      },
    ]);
    expect(await backlog()).toEqual({ waiting: 0, setAside: 0 });
  });

  test("sends nothing that the built-in model is certain of", async () => {
    const book = new BookFixture();
    await database.apply(
      [...book.opening, book.post({ amount: "-6500.00", description: "OFFICE RENT" })],
      true,
    );
    expect(await backlog()).toEqual({ waiting: 0, setAside: 0 });
  });

  test("sends again only what was left out", async () => {
    gemini.replies = [answer((items) => items.slice(1).map(marketing)), allMarketing];
    await postUnknown("Qwx Aaa", "Qwx Bbb", "Qwx Ccc");
    expect(await work()).toMatchObject({ answered: 3 });
    expect(gemini.calls.map(({ items }) => items.length)).toEqual([3, 1]);
  });

  test("sets a question aside after three useless answers, until it is driven again", async () => {
    gemini.replies = [answer(() => [])];
    const [id] = await postUnknown("Zzgq Vorp");
    expect(await work()).toMatchObject({ answered: 0, setAside: 1 });
    expect(gemini.calls).toHaveLength(3);
    const [aside] = await readSetAside(database.reads, DEMO_TENANT_ID, { first: 5, after: null });
    expect(aside).toMatchObject({
      transactionId: id,
      attempts: 3,
      problem: "The model gave no usable answer.",
    });
    gemini.replies = [allMarketing];
    expect(await redriveQuestions(database.pool, DEMO_TENANT_ID, null)).toBe(1);
    expect(await work()).toMatchObject({ answered: 1 });
  });

  test("finds the one refused text and stores the answers to the others", async () => {
    gemini.replies = [blockOne];
    const ids = await postUnknown("Qwx Aaa", "Qwx P9", "Qwx Ccc", "Qwx Ddd");
    expect(await work()).toMatchObject({ answered: 3, setAside: 1 });
    expect((await categories(ids)).map((each) => each?.source)).toEqual([
      "GEMINI",
      "MODEL",
      "GEMINI",
      "GEMINI",
    ]);
  });

  test("keeps an uncertain answer as a suggestion for a person", async () => {
    gemini.replies = [
      answer((items) => items.map((item) => ({ ...marketing(item), confidence: 0.5 }))),
    ];
    const ids = await postUnknown("Zzgq Vorp");
    await work();
    expect(await categories(ids)).toMatchObject([{ source: "GEMINI", needsReview: true }]);
  });

  test("stores no answer to a question that was taken back meanwhile", async () => {
    const ids = await postUnknown("Zzgq Vorp");
    gemini.replies = [
      (call, response) =>
        void database.pool
          .query("TRUNCATE category_question")
          .then(() => allMarketing(call, response)),
    ];
    await work();
    expect(await categories(ids)).toMatchObject([{ source: "MODEL" }]);
  });
});

describe("one tenant", () => {
  test("never shares a prompt with another", async () => {
    gemini.replies = [allMarketing];
    const other = newId();
    await consent(other, true);
    await postUnknown("Qwx Aaa");
    await postFor(other, "Qwx Bbb");
    await work();
    await work(other);
    expect(gemini.calls.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  test("sends nothing before it has consented, nor after it has withdrawn", async () => {
    gemini.replies = [allMarketing];
    const tenantId = newId();
    await postFor(tenantId, "Qwx Aaa");
    expect(await backlog(tenantId)).toEqual({ waiting: 0, setAside: 0 });
    await consent(tenantId, true);
    await postFor(tenantId, "Qwx Bbb");
    await consent(tenantId, false);
    expect(await work(tenantId)).toMatchObject({ answered: 0 });
    expect(gemini.calls).toEqual([]);
    expect(await budget(tenantId)).toEqual({ spent: 0, reserved: 0 });
  });
});

test("of a hundred forms of personal data the service receives none", async () => {
  gemini.replies = [answer(() => [])];
  const book = new BookFixture();
  const events = PERSONAL_FORMS.map(({ text, counterparty }) =>
    book.post({ amount: "-1.00", description: text, ...(counterparty ? { counterparty } : {}) }),
  );
  await database.apply([...book.opening, ...events], true);
  const questions = PERSONAL_FORMS.map(({ text, counterparty = "" }, index) => ({
    id: String(index),
    text: `${text} ${counterparty}`,
    counterparty,
    direction: "OUT" as const,
  }));
  for (let at = 0; at < questions.length; at += 30) {
    await provider.categorise(DEMO_TENANT_ID, questions.slice(at, at + 30));
  }
  await work();
  const received = gemini.calls.flatMap(({ items }) => items.map(({ words }) => words.join(" ")));
  expect(received.length).toBeGreaterThanOrEqual(PERSONAL_FORMS.length);
  // A secret can be a small number or a word: it is looked for in what stands for its own memo.
  const leaks = PERSONAL_FORMS.flatMap(({ secrets }, index) =>
    secrets.filter((secret) => received[index]?.includes(secret)),
  );
  expect(leaks).toEqual([]);
  const everything = gemini.calls.map(({ body }) => body).join("\n");
  const long = PERSONAL_FORMS.flatMap(({ secrets }) => secrets).filter(({ length }) => length > 5);
  expect(long.filter((secret) => everything.includes(secret))).toEqual([]);
});

describe("the budget of a tenant", () => {
  test("is never exceeded by 50 requests at once", async () => {
    gemini.replies = [allMarketing];
    const limit = 30_000;
    provider = openProvider({ GEMINI_TOKENS_PER_DAY: String(limit) });
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        provider.categorise(DEMO_TENANT_ID, [{ id: "a", text: `Qwx ${index}`, direction: "OUT" }]),
      ),
    );
    const answered = asked.filter(({ status }) => status === "fulfilled").length;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(50);
    expect(await budget()).toEqual({ spent: answered * 750, reserved: 0 });
    expect(gemini.calls).toHaveLength(answered);
    expect(await budget(newId())).toEqual({ spent: 0, reserved: 0 });
  });

  test("once spent lets the job wait, and no question is lost", async () => {
    provider = openProvider({ GEMINI_TOKENS_PER_DAY: "100" });
    await postUnknown("Qwx Aaa");
    expect(await work()).toMatchObject({ name: "Postponed", afterMs: 900_000 });
    expect(gemini.calls).toEqual([]);
    expect(await backlog()).toEqual({ waiting: 1, setAside: 0 });
  });
});

describe("the record of calls", () => {
  test("has each call with its tokens, its cost and its outcome, for 30 days", async () => {
    provider = openProvider({ GEMINI_INPUT_PRICE: "0.10", GEMINI_OUTPUT_PRICE: "0.40" });
    gemini.replies = [allMarketing, refusal(503, "UNAVAILABLE")];
    await postUnknown("Qwx Aaa");
    await work();
    await postUnknown("Qwx Bbb");
    await work();
    expect(await calls()).toMatchObject([
      { outcome: "SERVICE", inputTokens: 0, cost: "0", problem: "The service failed (503)." },
      {
        outcome: "ANSWERED",
        purpose: "CATEGORIZE",
        model: "some-model",
        inputTokens: 700,
        outputTokens: 50,
        isEstimate: false,
        cost: "0.00009",
        currency: "USD",
      },
    ]);
    expect(await calls(newId())).toEqual([]);
    await withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
      client.query(
        "UPDATE model_call SET at = now() - interval '31 days' WHERE outcome = 'SERVICE'",
      ),
    );
    await expireCalls(database.pool);
    expect(await calls()).toMatchObject([{ outcome: "ANSWERED" }]);
  });
});
