import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";

const PATIENTLY = { timeout: 40_000, interval: 50 };

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

/** The answer of one field, which has to be one. */
async function ask<Answer>(query: string, variables: object): Promise<Answer> {
  const { data, errors } = await service.execute(query, variables);
  expect(errors).toBeUndefined();
  return data?.["answer"] as Answer;
}

/** A book whose categories an older model has decided: all of them are rent. */
async function openBook() {
  const book = new BookFixture();
  const post = (description: string) => book.post({ amount: "-90.00", description });
  const posted = {
    fee: post("Management fee Q2"),
    chosen: post("Management fee Q3"),
    answered: post("Management fee Q4"),
    ruled: post("Management fee terminal"),
  };
  service.ledger.publish([...book.opening, ...Object.values(posted)]);
  await service.applied(book);
  const idOf = ({ payload }: (typeof posted)["fee"]): string => payload.transactionId;
  await withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    client.query(
      `UPDATE movement SET category = 'RENT', model = 'an older one', needs_review = false,
         source = CASE transaction_id WHEN $3 THEN 'GEMINI' ELSE 'MODEL' END
       WHERE tenant_id = $1 AND fund_id = $2`,
      [DEMO_TENANT_ID, book.fundId, idOf(posted.answered)],
    ),
  );
  await ask("mutation ($input: SetCategoryInput!) { answer: setCategory(input: $input) { id } }", {
    input: { transactionId: idOf(posted.chosen), category: "IT" },
  });
  const input = {
    name: "Terminals",
    category: "BANK_CHARGES",
    fundId: book.fundId,
    conditions: { textWords: ["terminal"] },
  };
  await ask(
    "mutation ($input: CategoryRuleInput!) { answer: saveCategoryRule(input: $input) { id } }",
    { input },
  );
  const categories = async () => {
    const { rows } = await withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, (client) =>
      client.query<{ id: string; category: string }>(
        "SELECT transaction_id AS id, category FROM movement WHERE fund_id = $1",
        [book.fundId],
      ),
    );
    const byId = new Map(rows.map(({ id, category }) => [id, category]));
    return Object.fromEntries(
      Object.entries(posted).map(([name, event]) => [name, byId.get(idOf(event))]),
    );
  };
  return { fundId: book.fundId, categories };
}

const MOVES = "moves { from { code } to { code } transactions }";
const preview = (fundId: string) =>
  ask(
    `query ($fundId: ID) { answer: recategorisationPreview(fundId: $fundId) {
      scanned changed complete ${MOVES} first { transaction { id } from { code } to { code } } } }`,
    { fundId },
  );

interface SeenJob {
  readonly id: string;
  readonly state: string;
}
const recategorise = async (fundId: string) => {
  const { id } = await ask<SeenJob>(
    "mutation ($fundId: ID) { answer: recategorise(fundId: $fundId) { id } }",
    { fundId },
  );
  return vi.waitFor(async () => {
    const job = await ask<SeenJob>(
      `query ($id: ID!) { answer: analyticsJob(id: $id) { state progress { done total }
        ... on RecategorisationJob { change { kind changed } ${MOVES} } } }`,
      { id },
    );
    expect(job.state).toBe("SUCCEEDED");
    return job;
  }, PATIENTLY);
};

test("judges what is posted by the model and rules of now, as shown before, and leaves what a person or Gemini decided", async () => {
  const { fundId, categories } = await openBook();
  const before = { fee: "RENT", chosen: "IT", answered: "RENT", ruled: "RENT" };
  expect(await categories()).toEqual(before);

  const moves = ["MANAGEMENT_FEE", "BANK_CHARGES"].map((code) => ({
    from: { code: "RENT" },
    to: { code },
    transactions: 1,
  }));
  expect(await preview(fundId)).toMatchObject({
    scanned: 4,
    changed: 2,
    complete: true,
    moves: expect.arrayContaining(moves) as object,
    first: [{ from: { code: "RENT" } }, { from: { code: "RENT" } }],
  });
  expect(await categories()).toEqual(before);

  expect(await recategorise(fundId)).toMatchObject({
    progress: { done: 4, total: 4 },
    change: { kind: "RECATEGORISE", changed: 2 },
    moves: expect.arrayContaining(moves) as object,
  });
  expect(await categories()).toEqual({
    fee: "MANAGEMENT_FEE",
    chosen: "IT",
    answered: "RENT",
    ruled: "BANK_CHARGES",
  });
  expect(service.audited.at(-1)).toMatchObject({
    subject: "Transaction.category",
    detail: { kind: "RECATEGORISE", changed: 2, fundId },
  });
  expect(await preview(fundId)).toMatchObject({ changed: 0, moves: [] });
});
