import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadCategories } from "../categories/category-store.ts";
import type { StoredCategory } from "../categories/category-store.ts";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { openDatabase, silent } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { answer, FakeGemini, promptBlocked, refusal } from "../gemini/fake-gemini.fixture.ts";
import type { RequestedItem, Reply } from "../gemini/fake-gemini.fixture.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { GeminiModel } from "../gemini/gemini-model.ts";
import { createCategoryProvider } from "./category-provider.ts";
import type { CategoryProvider } from "./category-provider.ts";
import { takeQuestions } from "./question-queue.ts";
import { workOnce } from "./question-worker.ts";
import { createTokenBudget, withTokenBudget } from "../gemini/token-budget.ts";

let database: OpenDatabase;
let gemini: FakeGemini;
let provider: CategoryProvider;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query("DELETE FROM category_question");
  await database.pool.query("DELETE FROM model_usage");
  gemini = new FakeGemini();
  await gemini.start();
  const model = new GeminiModel({
    apiKey: "key",
    model: "some-model",
    baseUrl: gemini.url,
    timeoutMs: 20_000,
  });
  const budget = createTokenBudget(database.pool, "some-model", 5_000);
  provider = createCategoryProvider(withTokenBudget(model, budget));
});
afterEach(() => gemini.stop());

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const marketing = ({ item, text }: RequestedItem) => ({
  item,
  reason: text,
  category: MARKETING,
  confidence: 0.9,
});
const allMarketing = answer((items) => items.map(marketing));

const blockOne: Reply = (call, response) =>
  (call.items.some(({ text }) => text.includes("Poison")) ? promptBlocked : allMarketing)(
    call,
    response,
  );

/** Posts transactions whose text the built-in model has not learned; returns their ids. */
async function postUnknown(...descriptions: string[]): Promise<string[]> {
  const book = new BookFixture();
  const events = descriptions.map((description) => book.post({ amount: "-77.00", description }));
  await database.apply([...book.opening, ...events], true);
  return events.map(({ payload }) => payload.transactionId);
}

const categories = async (ids: readonly string[]): Promise<(StoredCategory | undefined)[]> => {
  const found = await loadCategories(database.reads, DEMO_TENANT_ID, ids);
  return ids.map((id) => found.get(id));
};

const work = () => workOnce({ pool: database.pool, provider, logger: silent });
const makeAllReady = () => database.pool.query("UPDATE category_question SET ready_at = now()");
const queued = async (): Promise<{ state: string; attempts: number }[]> => {
  const { rows } = await database.pool.query<{ state: string; attempts: number }>(
    "SELECT state, attempts FROM category_question ORDER BY transaction_id",
  );
  return rows;
};

describe("the queue of questions for the language model", () => {
  test("replaces an uncertain category by the model's, named as such, and is then empty", async () => {
    gemini.replies = [allMarketing];
    const ids = await postUnknown("Zzgq Vorp");
    expect(await categories(ids)).toMatchObject([{ category: "OTHER", source: "MODEL" }]);
    expect(await work()).toMatchObject({ taken: 1, answered: 1 });
    expect(await categories(ids)).toMatchObject([
      {
        category: "MARKETING",
        source: "GEMINI",
        model: "some-model",
        confidence: 0.9,
        needsReview: false,
      },
    ]);
    expect(await queued()).toEqual([]);
  });

  test("sends nothing that the built-in model is certain of", async () => {
    const book = new BookFixture();
    await database.apply(
      [...book.opening, book.post({ amount: "-6500.00", description: "OFFICE RENT" })],
      true,
    );
    expect(await work()).toMatchObject({ taken: 0 });
  });

  test("sends again only what was left out", async () => {
    gemini.replies = [answer((items) => items.slice(1).map(marketing)), allMarketing];
    const ids = await postUnknown("Qwx Aaa", "Qwx Bbb", "Qwx Ccc");
    expect(await work()).toMatchObject({ taken: 3, answered: 2 });
    await makeAllReady();
    expect(await work()).toMatchObject({ taken: 1, answered: 1 });
    expect(gemini.calls.map(({ items }) => items.length)).toEqual([3, 1]);
    expect((await categories(ids)).map((each) => each?.source)).toEqual([
      "GEMINI",
      "GEMINI",
      "GEMINI",
    ]);
  });

  test("gives up after five useless answers and keeps the built-in category", async () => {
    gemini.replies = [answer(() => [])];
    const ids = await postUnknown("Zzgq Vorp");
    for (let attempt = 0; attempt < 7; attempt += 1) {
      await work();
      await makeAllReady();
    }
    expect(gemini.calls).toHaveLength(5);
    expect(await queued()).toEqual([{ state: "GIVEN_UP", attempts: 5 }]);
    expect(await categories(ids)).toMatchObject([
      { category: "OTHER", source: "MODEL", needsReview: true },
    ]);
  });

  test("does not count a service that cannot be reached as an attempt", async () => {
    gemini.replies = [refusal(503, "UNAVAILABLE")];
    await postUnknown("Zzgq Vorp");
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await work()).pauseMs).toBeGreaterThan(0);
      await makeAllReady();
    }
    expect(await queued()).toEqual([{ state: "WAITING", attempts: 0 }]);
  });

  test("finds the one refused text and stores the answers to the others", async () => {
    gemini.replies = [blockOne];
    const ids = await postUnknown("Qwx Aaa", "Qwx Poison", "Qwx Ccc", "Qwx Ddd");
    expect(await work()).toMatchObject({ taken: 4, answered: 3 });
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

  test("leases each question to one worker, and again when the lease has ended", async () => {
    await postUnknown(
      ...Array.from(
        { length: 40 },
        (_, index) => `Qwx ${"abcdefghij"[index % 10]}${"klmn"[index % 4]}`,
      ),
    );
    const taken = await Promise.all([
      takeQuestions(database.pool, 30),
      takeQuestions(database.pool, 30),
    ]);
    const ids = taken.flat().map(({ transactionId }) => transactionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(40);
    expect(await takeQuestions(database.pool, 30)).toEqual([]);
    await makeAllReady();
    expect(await takeQuestions(database.pool, 30)).toHaveLength(30);
  });

  test("sends nothing more when the tokens of the day are spent", async () => {
    gemini.replies = [allMarketing];
    await database.pool.query(
      "INSERT INTO model_usage VALUES ((now() AT TIME ZONE 'UTC')::date, 'some-model', 9, 4900)",
    );
    await postUnknown("Qwx Aaa");
    expect(await work()).toMatchObject({ answered: 1 });
    await postUnknown("Qwx Bbb");
    expect(await work()).toMatchObject({ answered: 0 });
    expect(gemini.calls).toHaveLength(1);
  });
});
