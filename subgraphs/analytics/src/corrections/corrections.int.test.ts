import { rebuildReadModel } from "@allfunds/platform/feed";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import type { PostedEvent } from "../feed/book.fixture.ts";
import { emptyReadModel, FOLLOWER_NAME } from "../feed/read-model.ts";
import { openService } from "../service.fixture.ts";
import type { GraphqlResponse, OpenService } from "../service.fixture.ts";

const [ownTenant, otherTenant] = [newId(), newId()];
const AGENCY = { amount: "-90.00", description: "BANK CHARGES", counterparty: "Agency GmbH" };

let issuer: TestIssuer;
let service: OpenService;
beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService({ issuer });
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

type Headers = Record<string, string>;

const writer = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId: ownTenant, scopes: ["analytics:read", "analytics:write"], ...more });

async function publish(book: BookFixture, posted: readonly PostedEvent[] = []): Promise<void> {
  service.ledger.publish(posted.length === 0 ? book.opening : posted);
  await service.applied(book);
}

/** A fund with payments to an agency. */
async function openBook(payments: number, tenantId = ownTenant) {
  const book = new BookFixture(tenantId);
  const posted = Array.from({ length: payments }, () => book.post(AGENCY));
  await publish(book, [...book.opening, ...posted] as PostedEvent[]);
  return { book, ids: posted.map(({ payload }) => payload.transactionId) };
}

const mutate = async (name: string, input: object, headers?: Headers): Promise<GraphqlResponse> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return service.execute(
    `mutation ($input: ${type}!) { made: ${name}(input: $input) { id kind changed ruleId replayed } }`,
    { input },
    headers ?? (await writer()),
  );
};

interface Made {
  readonly id: string;
  readonly changed: number;
  readonly ruleId: string | null;
  readonly replayed: boolean;
}
const made = (answer: GraphqlResponse): Made => {
  expect(answer.errors).toBeUndefined();
  return answer.data?.["made"] as Made;
};
const codes = ({ errors }: GraphqlResponse) => errors?.map(({ extensions }) => extensions.code);

/** What stands for transactions, as it is stored, to the microsecond. */
const stored = (ids: readonly string[], tenantId = ownTenant): Promise<object[]> =>
  withTransaction(service.pool, { tenantId }, async (client) => {
    const { rows } = await client.query<{ row: object }>(
      `SELECT to_jsonb(m) AS row FROM movement m WHERE transaction_id = ANY($1::uuid[]) ORDER BY position`,
      [ids],
    );
    return rows.map(({ row }) => row);
  });
const sources = async (ids: readonly string[]): Promise<string[]> =>
  (await stored(ids)).map((row) => {
    const { category, source } = row as { category: string; source: string };
    return `${category} ${source}`;
  });

describe("a person's choice of a category", () => {
  test("stands, locks, and is in the audit log, when a person makes it", async () => {
    const { book, ids } = await openBook(2);
    const [id = "", other = ""] = ids;
    const change = made(await mutate("setCategory", { transactionId: id, category: "MARKETING" }));
    expect(change).toMatchObject({ changed: 1, ruleId: null, replayed: false });
    expect(await sources([id, other])).toEqual(["MARKETING PERSON", "BANK_CHARGES RULE"]);
    const { data } = await service.execute(
      `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Transaction { category { code confidence locked needsReview changeId } } } }`,
      { of: [{ __typename: "Transaction", id, position: 1, fund: { id: book.fundId } }] },
      await writer(),
    );
    expect(data?.["_entities"]).toEqual([
      {
        category: {
          code: "MARKETING",
          confidence: 1,
          locked: true,
          needsReview: false,
          changeId: change.id,
        },
      },
    ]);
    expect(service.audited.at(-1)).toMatchObject({
      action: "graph.mutation",
      tenantId: ownTenant,
      subject: "Transaction.category",
      detail: { kind: "SET", category: "MARKETING", transactionId: id, changeId: change.id },
    });
  });

  test("is confirmed as it stands when a person accepts it", async () => {
    const { ids } = await openBook(1);
    made(await mutate("acceptCategory", { transactionId: ids[0] }));
    expect(await sources(ids)).toEqual(["BANK_CHARGES PERSON"]);
  });

  test("restores everything exactly when it is undone, and is undone once", async () => {
    const { ids } = await openBook(3);
    const before = await stored(ids);
    const input = { transactionId: ids[0], category: "MARKETING", scope: "PAYEE" };
    const { id: changeId } = made(await mutate("setCategory", input));
    expect(await stored(ids)).not.toEqual(before);
    expect(made(await mutate("undoCategoryChange", { changeId })).changed).toBe(3);
    expect(await stored(ids)).toEqual(before);
    expect(codes(await mutate("undoCategoryChange", { changeId }))).toEqual(["INVALID_INPUT"]);
  });

  test("is made once when the request is repeated, and refused for another with its key", async () => {
    const { ids } = await openBook(1);
    const input = { transactionId: ids[0], category: "MARKETING", idempotencyKey: newId() };
    const [one, two] = await Promise.all([
      mutate("setCategory", input),
      mutate("setCategory", input),
    ]);
    expect(made(one).id).toBe(made(two).id);
    expect(made(one).replayed).not.toBe(made(two).replayed);
    const reports = service.audited.filter(({ detail }) => detail["transactionId"] === ids[0]);
    expect(reports).toHaveLength(1);
    expect(codes(await mutate("setCategory", { ...input, category: "TAX" }))).toEqual([
      "IDEMPOTENCY_CONFLICT",
    ]);
    expect(await sources(ids)).toEqual(["MARKETING PERSON"]);
  });

  test.each([
    [{ category: "NONSENSE" }, "INVALID_INPUT"],
    [{ category: "TAX", line: 1 }, "INVALID_INPUT"],
    [{ category: "TAX", line: 1, scope: "PAYEE" }, "INVALID_INPUT"],
    [{ category: "TAX", transactionId: "nonsense" }, "TRANSACTION_NOT_FOUND"],
    [{ category: "TAX", idempotencyKey: "" }, "INVALID_INPUT"],
  ])("is refused without effect when it is %o: %s", async (input, code) => {
    const { ids } = await openBook(1);
    const before = await stored(ids);
    expect(codes(await mutate("setCategory", { transactionId: ids[0], ...input }))).toEqual([code]);
    expect(await stored(ids)).toEqual(before);
  });
});

describe("a payee rule", () => {
  const PAYEE_RULES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Fund {
    payeeRules { nodes { id payee direction category { code } applied } } } } }`;
  const rulesOf = async ({ fundId }: BookFixture, headers?: Headers): Promise<object[]> => {
    const of = [{ __typename: "Fund", id: fundId, position: 1 }];
    const { data } = await service.execute(PAYEE_RULES, { of }, headers ?? (await writer()));
    const funds = data?.["_entities"] as { payeeRules: { nodes: object[] } }[] | undefined;
    return funds?.[0]?.payeeRules.nodes ?? [];
  };

  test("decides what the payee has been and will be paid, but for what a person chose", async () => {
    const { book, ids } = await openBook(3);
    made(await mutate("setCategory", { transactionId: ids[1], category: "TAX" }));
    const input = { transactionId: ids[0], category: "MARKETING", scope: "PAYEE" };
    const { changed, ruleId } = made(await mutate("setCategory", input));
    expect(changed).toBe(2);
    const later = book.post({ ...AGENCY, counterparty: "AGENCY GMBH" });
    const received = book.post({ ...AGENCY, amount: "5.00" });
    await publish(book, [later, received]);
    const all = [...ids, later.payload.transactionId, received.payload.transactionId];
    const expected = [
      "MARKETING PERSON",
      "TAX PERSON",
      "MARKETING LEARNED",
      "MARKETING LEARNED",
      "BANK_CHARGES RULE",
    ];
    expect(await sources(all)).toEqual(expected);
    expect(await rulesOf(book)).toMatchObject([
      { id: ruleId, payee: "Agency GmbH", category: { code: "MARKETING" }, applied: 2 },
    ]);
  });

  test("leaves or takes back what it decided when it is deleted", async () => {
    const { book, ids } = await openBook(2);
    for (const [category, takeBack] of [
      ["MARKETING", false],
      ["TAX", true],
    ] as const) {
      const input = { transactionId: ids[0], category, scope: "PAYEE" };
      const { ruleId } = made(await mutate("setCategory", input));
      made(await mutate("deletePayeeRule", { ruleId, takeBack }));
      expect(await rulesOf(book)).toEqual([]);
      // The second rule took the place of what the first had left.
      expect((await sources(ids))[1]).toBe("MARKETING LEARNED");
      expect(codes(await mutate("deletePayeeRule", { ruleId, takeBack }))).toEqual(["NOT_FOUND"]);
    }
    const later = book.post(AGENCY);
    await publish(book, [later]);
    expect(await sources([later.payload.transactionId])).toEqual(["BANK_CHARGES RULE"]);
  });

  test("is replaced by a later one, and comes back when that is undone", async () => {
    const { book, ids } = await openBook(2);
    const [transactionId] = ids;
    made(await mutate("setCategory", { transactionId, category: "MARKETING", scope: "PAYEE" }));
    const second = { transactionId, category: "TRAVEL", scope: "PAYEE" };
    const { id: changeId } = made(await mutate("setCategory", second));
    expect(await sources(ids)).toEqual(["TRAVEL PERSON", "TRAVEL LEARNED"]);
    made(await mutate("undoCategoryChange", { changeId }));
    expect(await sources(ids)).toEqual(["MARKETING PERSON", "MARKETING LEARNED"]);
    const later = book.post(AGENCY);
    await publish(book, [later]);
    expect(await sources([later.payload.transactionId])).toEqual(["MARKETING LEARNED"]);
  });
});

describe("corrections of others", () => {
  test("are refused without the scope, and as if there were nothing without the fund or tenant", async () => {
    const { ids } = await openBook(1);
    const foreign = await openBook(1, otherTenant);
    const { ids: hidden } = await openBook(1);
    const { book: own } = await openBook(1);
    const input = { transactionId: ids[0], category: "TAX", scope: "PAYEE" };
    const change = made(await mutate("setCategory", input));
    const viewer = await writer({ scopes: ["analytics:read"] });
    expect(codes(await mutate("setCategory", input, viewer))).toEqual(["FORBIDDEN"]);
    const ofOneFund = await writer({ funds: [own.fundId], subject: "of one fund" });
    const absent = await Promise.all(
      [hidden[0], foreign.ids[0], newId()].map((transactionId) =>
        mutate("setCategory", { ...input, transactionId }, ofOneFund),
      ),
    );
    expect(absent.map(codes)).toEqual(absent.map(() => ["TRANSACTION_NOT_FOUND"]));
    const undo = { changeId: change.id };
    const remove = { ruleId: change.ruleId, takeBack: true };
    const ofOtherTenant = await writer({ tenantId: otherTenant });
    for (const headers of [ofOneFund, ofOtherTenant]) {
      expect(codes(await mutate("undoCategoryChange", undo, headers))).toEqual(["NOT_FOUND"]);
      expect(codes(await mutate("deletePayeeRule", remove, headers))).toEqual(["NOT_FOUND"]);
    }
    expect(await sources([...ids, ...hidden])).toEqual(["TAX PERSON", "BANK_CHARGES RULE"]);
  });
});

test("an analysis applies the payee rules of the fund it names", async () => {
  const { book, ids } = await openBook(1);
  const input = { transactionId: ids[0], category: "MARKETING", scope: "PAYEE" };
  made(await mutate("setCategory", input));
  const item = { text: "BANK CHARGES", direction: "OUT", amount: "90.00", payee: "AGENCY GMBH" };
  const { data } = await service.execute(
    `mutation ($items: [AnalyzeItemInput!]!) { analyze(input: { kind: CATEGORIZE, items: $items }) {
      results { index category { code source } } } }`,
    { items: [{ ...item, fundId: book.fundId }, item] },
    await writer({ scopes: ["analytics:read", "analytics:run"] }),
  );
  expect(data?.["analyze"]).toEqual({
    results: [
      { index: 0, category: { code: "MARKETING", source: "LEARNED" } },
      { index: 1, category: { code: "BANK_CHARGES", source: "RULE" } },
    ],
  });
});

// Last in the file: it reads every book again.
test("a rebuild of the read model leaves every category as it is", async () => {
  const { book, ids } = await openBook(3);
  const [first, second, third] = ids;
  made(await mutate("setCategory", { transactionId: first, category: "TAX", scope: "PAYEE" }));
  made(await mutate("setCategory", { transactionId: second, category: "TRAVEL" }));
  const undone = made(await mutate("setCategory", { transactionId: third, category: "IT" }));
  made(await mutate("undoCategoryChange", { changeId: undone.id }));
  await publish(book, [book.post(AGENCY)]);
  const all = () =>
    withTransaction(service.pool, { tenantId: ownTenant }, async (client) => {
      const { rows } = await client.query<{ row: { source: string; categorised_at: string } }>(
        "SELECT to_jsonb(m) AS row FROM movement m ORDER BY transaction_id",
      );
      // When a model decided is when the feed was read.
      return rows.map(({ row: { categorised_at: at, ...row } }) =>
        ["RULE", "MODEL"].includes(row.source) ? row : { ...row, at },
      );
    });
  const before = await all();
  await rebuildReadModel({
    pool: service.pool,
    follower: FOLLOWER_NAME,
    empty: emptyReadModel,
  });
  await service.applied(book);
  await expect.poll(all, { timeout: 60_000 }).toEqual(before);
});
