import { createPool } from "@allfunds/platform/database";
import { TenantPool } from "@allfunds/platform/tenancy";
import { testContext } from "@allfunds/platform/testing";
import { graphql } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { Refusals } from "../language-model/refusals.ts";
import { ModelAccess } from "../model-access/model-access.ts";
import { NameRegisters } from "../redaction/redactor.ts";
import { createSchema } from "../schema.ts";
import { builtInModel, openDatabase, silent } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { RecentCategories } from "./recent-categories.ts";
import { createCategoryContext } from "./category-store.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

test("the categories of thirty transactions are read with one connection, once", async () => {
  const pool = createPool({ url: database.url, logger: silent });
  const reads = new TenantPool(pool);
  const book = new BookFixture();
  const posted = Array.from({ length: 30 }, (_, index) =>
    book.post({ amount: "-12.50", description: `Bank charges ${index}` }),
  );
  await database.apply([...book.opening, ...posted]);
  let acquired = 0;
  pool.on("acquire", () => {
    acquired += 1;
  });

  const request = testContext();
  const categories = createCategoryContext(reads, {
    request,
    awaitBook: () => Promise.reject(new Error("every row is there")),
    requireCurrent: () => Promise.resolve(),
    recent: new RecentCategories(),
    isBehind: () => false,
  });
  const { data, errors } = await graphql({
    schema: createSchema({
      analyze: { model: builtInModel(), provider: undefined, logger: silent },
      exchange: undefined,
      recategorisation: { pool, model: builtInModel(), usesLanguageModel: false },
      access: new ModelAccess({
        pool,
        reads,
        model: undefined,
        refusals: new Refusals(),
        registers: new NameRegisters(reads),
        tokensPerDay: 0,
        smallestCall: 0,
      }),
      pool,
      budgets: { pool },
    }),
    source: `query ($of: [_Any!]!) {
      _entities(representations: $of) { ... on Transaction { category { code } } } }`,
    variableValues: {
      of: posted.map(({ payload, position }) => ({
        __typename: "Transaction",
        id: payload.transactionId,
        position,
        fund: { __typename: "Fund", id: book.fundId },
      })),
    },
    contextValue: { request, ...categories },
  });
  expect(errors).toBeUndefined();
  expect(data?.["_entities"]).toEqual(posted.map(() => ({ category: { code: "BANK_CHARGES" } })));
  expect(acquired).toBe(1);
  await reads.end();
});
