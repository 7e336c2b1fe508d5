import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { rebuildReadModel } from "@allfunds/platform/feed";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import type { PostedEvent } from "../feed/book.fixture.ts";
import { emptyReadModel, FOLLOWER_NAME } from "../feed/read-model.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const CHARGE = { amount: "-12.50", description: "BANK CHARGES terminal" };

async function post(book: BookFixture, posted: readonly PostedEvent[]): Promise<string[]> {
  service.ledger.publish(posted);
  await service.applied(book);
  return posted.map(({ payload }) => payload.transactionId);
}

async function openBook() {
  const book = new BookFixture();
  service.ledger.publish(book.opening);
  return book;
}

/** The answer of one field, which has to be one. */
async function ask<Answer>(query: string, variables: object, headers = {}): Promise<Answer> {
  const { data, errors } = await service.execute(query, variables, headers);
  expect(errors).toBeUndefined();
  return data?.["answer"] as Answer;
}

const ruleOf = (book: BookFixture, more: object = {}) => ({
  name: "Terminals",
  category: "IT",
  fundId: book.fundId,
  conditions: { textWords: ["terminal"], direction: "OUT" },
  ...more,
});
const save = async (input: object): Promise<string> => {
  const query =
    "mutation ($input: CategoryRuleInput!) { answer: saveCategoryRule(input: $input) { ruleId } }";
  return (await ask<{ ruleId: string }>(query, { input })).ruleId;
};
const dryRun = (rule: object) =>
  ask(
    `query ($rule: CategoryRuleInput!) { answer: categoryRuleDryRun(rule: $rule) {
      matched wouldChange kept first { transaction { id } from { code } } complete } }`,
    { rule },
  );

interface Run {
  readonly id: string;
  readonly state: string;
  readonly change: { readonly id: string; readonly changed: number } | null;
}
const run = async (ruleId: string): Promise<Run["change"]> => {
  const started = await ask<Run>(
    "mutation ($id: ID!) { answer: runCategoryRule(ruleId: $id) { id state } }",
    { id: ruleId },
  );
  return vi.waitFor(
    async () => {
      const job = await ask<Run>(
        `query ($id: ID!) { answer: analyticsJob(id: $id) {
          ... on CategoryRuleRun { id state change { id changed } } } }`,
        { id: started.id },
      );
      expect(job.state).toBe("SUCCEEDED");
      return job.change;
    },
    { timeout: 60_000, interval: 50 },
  );
};

const stored = (ids: readonly string[]): Promise<Record<string, string>[]> =>
  withTransaction(service.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<{ row: Record<string, string> }>(
      "SELECT to_jsonb(m) AS row FROM movement m WHERE transaction_id = ANY($1::uuid[]) ORDER BY position",
      [ids],
    );
    return rows.map(({ row }) => row);
  });
const sources = async (ids: readonly string[]): Promise<string[]> =>
  (await stored(ids)).map(({ category, source }) => `${category} ${source}`);

const setCategory = (input: object) =>
  ask("mutation ($input: SetCategoryInput!) { answer: setCategory(input: $input) { id } }", {
    input,
  });

describe("a rule of the tenant", () => {
  test("decides what is posted after it, shows what a run would change, runs and is undone", async () => {
    const book = await openBook();
    const ids = await post(book, [
      book.post(CHARGE),
      book.post(CHARGE),
      book.post({ ...CHARGE, description: "OFFICE RENT" }),
    ]);
    await setCategory({ transactionId: ids[1], category: "TAX" });
    const rule = ruleOf(book);
    const expected = {
      matched: 2,
      wouldChange: 1,
      kept: 1,
      first: [{ transaction: { id: ids[0] }, from: { code: "BANK_CHARGES" } }],
      complete: true,
    };
    expect(await dryRun(rule)).toEqual(expected);
    const ruleId = await save(rule);
    const [later = ""] = await post(book, [book.post(CHARGE)]);
    expect(await sources([...ids, later])).toEqual([
      "BANK_CHARGES RULE",
      "TAX PERSON",
      "RENT RULE",
      "IT TENANT_RULE",
    ]);
    const before = await stored([...ids, later]);
    const change = await run(ruleId);
    expect(change?.changed).toBe(1);
    expect(await sources(ids)).toEqual(["IT TENANT_RULE", "TAX PERSON", "RENT RULE"]);
    await ask(
      "mutation ($id: ID!) { answer: undoCategoryChange(input: { changeId: $id }) { changed } }",
      {
        id: change?.id,
      },
    );
    expect(await stored([...ids, later])).toEqual(before);
  });

  test("gives way to one that ranks before it, and to a payee rule", async () => {
    const book = await openBook();
    await save(ruleOf(book, { rank: 5 }));
    const first = await save(ruleOf(book, { category: "OFFICE", rank: 2 }));
    const agency = { ...CHARGE, counterparty: "Agency" };
    const ids = await post(book, [book.post(CHARGE), book.post(agency)]);
    expect(await sources(ids)).toEqual(["OFFICE TENANT_RULE", "OFFICE TENANT_RULE"]);
    await setCategory({ transactionId: ids[1], category: "TRAVEL", scope: "PAYEE" });
    await save(ruleOf(book, { id: first, category: "OFFICE", enabled: false }));
    const more = await post(book, [book.post(CHARGE), book.post(agency)]);
    expect(await sources(more)).toEqual(["IT TENANT_RULE", "TRAVEL LEARNED"]);
  });

  test("takes back what it decided when it is deleted so", async () => {
    const book = await openBook();
    const ruleId = await save(ruleOf(book));
    const ids = await post(book, [book.post(CHARGE)]);
    const change = await ask<{ changed: number }>(
      "mutation ($id: ID!) { answer: deleteCategoryRule(ruleId: $id, takeBack: true) { changed } }",
      { id: ruleId },
    );
    expect(change.changed).toBe(1);
    expect(await sources(ids)).toEqual(["BANK_CHARGES RULE"]);
  });

  test.each([
    [{ name: " " }, "INVALID_INPUT"],
    [{ category: "NONSENSE" }, "INVALID_INPUT"],
    [{ conditions: {} }, "INVALID_INPUT"],
    [{ conditions: { textContains: "42" } }, "INVALID_INPUT"],
    [{ conditions: { minAmount: "1.00" } }, "INVALID_INPUT"],
    [{ conditions: { minAmount: "2.00", maxAmount: "1.00", currency: "EUR" } }, "INVALID_INPUT"],
    [{ rank: 0 }, "INVALID_INPUT"],
    [{ fundId: "nonsense" }, "INVALID_INPUT"],
    [{ id: newId() }, "NOT_FOUND"],
  ])("is refused when it is %o: %s", async (more, code) => {
    const { errors } = await service.execute(
      "mutation ($input: CategoryRuleInput!) { saveCategoryRule(input: $input) { id } }",
      { input: ruleOf(new BookFixture(), more) },
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});

test("transactions are listed by category, source, review, date and amount, page by page", async () => {
  const book = await openBook();
  const ids = await post(book, [
    book.post({ ...CHARGE, date: "2026-01-10" }),
    book.post({ ...CHARGE, date: "2026-02-10", amount: "-99.00" }),
    book.post({ amount: "-500.00", description: "OFFICE RENT", date: "2026-03-10" }),
  ]);
  await setCategory({ transactionId: ids[2], category: "TAX" });
  interface Page {
    transactionsByCategory: {
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }
  const list = async (filter: object, after: string | null = null, first = 20) => {
    const [fund] = await ask<Page[]>(
      `query ($of: [_Any!]!, $filter: CategorisedTransactionFilter, $first: Int!, $after: Cursor) {
        answer: _entities(representations: $of) { ... on Fund {
          transactionsByCategory(filter: $filter, first: $first, after: $after) {
            nodes { id } pageInfo { hasNextPage endCursor } } } } }`,
      {
        of: [{ __typename: "Fund", id: book.fundId, position: book.position }],
        filter,
        first,
        after,
      },
    );
    return fund?.transactionsByCategory;
  };
  const found = async (filter: object) =>
    (await list(filter))?.nodes.map(({ id }) => ids.indexOf(id));
  expect(await found({})).toEqual([2, 1, 0]);
  expect(await found({ category: "BANK_CHARGES" })).toEqual([1, 0]);
  expect(await found({ source: "PERSON" })).toEqual([2]);
  expect(await found({ needsReview: true })).toEqual([]);
  expect(await found({ from: "2026-01-11", to: "2026-02-28" })).toEqual([1]);
  expect(await found({ minAmount: "12.51", maxAmount: "99.00", currency: "EUR" })).toEqual([1]);
  const first = await list({}, null, 2);
  expect(first?.pageInfo.hasNextPage).toBe(true);
  const second = await list({}, first?.pageInfo.endCursor, 2);
  expect(second?.nodes).toEqual([{ id: ids[0] }]);
});

// Last in the file: it reads every book again.
test("a rebuild leaves what rules decided, and decides nothing that they did not", async () => {
  const book = await openBook();
  const [early = ""] = await post(book, [book.post(CHARGE)]);
  const ruleId = await save(ruleOf(book));
  const [late = ""] = await post(book, [book.post(CHARGE)]);
  const change = await run(ruleId);
  await ask("mutation ($id: ID!) { answer: undoCategoryChange(input: { changeId: $id }) { id } }", {
    id: change?.id,
  });
  const before = await sources([early, late]);
  expect(before).toEqual(["BANK_CHARGES RULE", "IT TENANT_RULE"]);
  await rebuildReadModel({ pool: service.pool, follower: FOLLOWER_NAME, empty: emptyReadModel });
  await service.applied(book);
  expect(await sources([early, late])).toEqual(before);
});
