import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { BookFixture } from "../feed/book.fixture.ts";
import { answer, FakeGemini, refusal } from "../gemini/fake-gemini.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";

let gemini: FakeGemini;
let service: OpenService;

const MARKETING = CATEGORIES.findIndex(({ code }) => code === "MARKETING");
const allMarketing = answer((items) =>
  items.map(({ item }) => ({ item, words: [0], category: MARKETING, confidence: 0.9 })),
);
const PATIENTLY = { timeout: 60_000, interval: 50 };

beforeAll(async () => {
  gemini = new FakeGemini();
  gemini.replies = [allMarketing];
  await gemini.start();
  service = await openService({ geminiUrl: gemini.url });
});
afterAll(async () => {
  await service.close();
  await gemini.stop();
});

const STATUS =
  "state reason consent { given decidedBy } questionsWaiting questionsSetAside tokensReserved";
const status = async () =>
  (await service.execute(`{ modelStatus { ${STATUS} } }`)).data?.["modelStatus"];
const consent = (given: boolean) =>
  service.execute(`mutation { setModelConsent(given: ${given}) { ${STATUS} } }`);
const jobs = async () => {
  const { data } = await service.execute(
    '{ analyticsJobs(kind: "categorisation") { nodes { state ... on CategorisationJob { answered problem } } } }',
  );
  return (data?.["analyticsJobs"] as { nodes: object[] } | undefined)?.nodes;
};

test("a withdrawn consent keeps everything here; given again, what waited is sent in a job", async () => {
  expect(await status()).toMatchObject({
    state: "READY",
    consent: { given: true, decidedBy: "demo" },
  });
  const { data } = await consent(false);
  expect(data?.["setModelConsent"]).toMatchObject({
    state: "NO_CONSENT",
    reason: expect.stringContaining("has not consented") as string,
    consent: { given: false, decidedBy: "demo" },
  });
  const book = new BookFixture();
  service.ledger.publish([
    ...book.opening,
    book.post({ amount: "-77.00", description: "Zzgq Vorp" }),
  ]);
  await service.applied(book);
  expect(await jobs()).toEqual([]);
  expect(gemini.calls).toEqual([]);

  gemini.replies = [refusal(401, "UNAUTHENTICATED"), allMarketing];
  await consent(true);
  await vi.waitFor(async () => {
    expect(await jobs()).toEqual([
      {
        state: "WAITING",
        answered: 0,
        problem: "The service refuses GEMINI_API_KEY (401).",
      },
    ]);
  }, PATIENTLY);
  expect(await status()).toMatchObject({
    state: "REFUSED",
    questionsWaiting: 1,
    tokensReserved: 0,
  });
  const readiness = await (await fetch(`${service.origin}/health/ready`)).json();
  expect(readiness).toMatchObject({
    ready: true,
    details: { languageModel: "Paused: The service refuses GEMINI_API_KEY (401)." },
  });
});
