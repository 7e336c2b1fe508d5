import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { GraphqlResponse, OpenService } from "../service.fixture.ts";

const tenantId = newId();
let issuer: TestIssuer;
let service: OpenService;
let book: BookFixture;
beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService({ issuer });
  book = new BookFixture(tenantId);
  service.ledger.publish(book.opening);
  await service.applied(book);
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

const writer = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId, scopes: ["analytics:read", "analytics:write"], ...more });

const POST = `mutation ($input: PostNewsInput!) { postNews(input: $input) {
  duplicate replayed item { id fund { id } instrument { id } sentiment { label evidence } } } }`;

interface Posted {
  readonly duplicate: boolean;
  readonly replayed: boolean;
  readonly item: { readonly id: string; readonly sentiment: object };
}

const NEWS = {
  headline: "Nordwind lifts its outlook after a strong third quarter",
  publishedAt: "2026-03-10T08:00:00Z",
  source: "Newswire",
};
const send = async (input: object, more: TestTokenOptions = {}): Promise<GraphqlResponse> =>
  service.execute(POST, { input: { ...NEWS, ...input } }, await writer(more));
const post = async (input: object): Promise<Posted> => {
  const { data, errors } = await send(input);
  expect(errors).toBeUndefined();
  return data?.["postNews"] as Posted;
};
const codeOf = ({ errors }: GraphqlResponse) => errors?.[0]?.extensions.code;

describe("posting news", () => {
  test("stores it with its tone, once for each story of a subject", async () => {
    const instrumentId = newId();
    const first = await post({ instrumentId });
    expect(first).toMatchObject({
      duplicate: false,
      replayed: false,
      item: { fund: null, instrument: { id: instrumentId }, sentiment: { label: "POSITIVE" } },
    });
    const again = await post({
      instrumentId,
      headline: `${NEWS.headline.toUpperCase()}!`,
      publishedAt: "2026-03-11T08:00:00Z",
      source: "Another newswire",
    });
    expect(again).toMatchObject({ duplicate: true, item: { id: first.item.id } });
    expect(await post({ instrumentId: newId() })).toMatchObject({ duplicate: false });
    const later = await post({ instrumentId, publishedAt: "2026-06-11T08:00:00Z" });
    expect(later.duplicate).toBe(false);
  });

  test("stores a story that comes twice at the same time once", async () => {
    const instrumentId = newId();
    const posted = await Promise.all(Array.from({ length: 4 }, () => post({ instrumentId })));
    expect(new Set(posted.map(({ item }) => item.id)).size).toBe(1);
    expect(posted.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  });

  test("answers a repeat with the same key as before, and refuses the key for other news", async () => {
    const input = { instrumentId: newId(), idempotencyKey: newId() };
    const first = await post(input);
    expect(await post(input)).toEqual({ ...first, replayed: true });
    expect(codeOf(await send({ ...input, headline: "Other news" }))).toBe("IDEMPOTENCY_CONFLICT");
  });

  test.each([
    [{}, "INVALID_INPUT"],
    [{ fundId: newId(), instrumentId: newId() }, "INVALID_INPUT"],
    [{ instrumentId: "nonsense" }, "INVALID_INPUT"],
    [{ instrumentId: newId(), headline: " " }, "INVALID_INPUT"],
    [{ instrumentId: newId(), headline: "x".repeat(301) }, "INVALID_INPUT"],
    [{ instrumentId: newId(), url: "javascript:alert(1)" }, "INVALID_INPUT"],
    [{ fundId: newId() }, "FUND_NOT_FOUND"],
  ])("is refused when the input is %o: %s", async (input, code) => {
    expect(codeOf(await send(input))).toBe(code);
  });
});

describe("reading news", () => {
  const READ = `query ($of: [_Any!]!, $from: Date!, $to: Date!) { _entities(representations: $of) { ... on Fund {
    news(first: 2) { nodes { headline } pageInfo { hasNextPage } }
    newsSentiment(from: $from, to: $to) { date count meanScore } } } }`;
  const read = async (period: object, more: TestTokenOptions = {}): Promise<GraphqlResponse> => {
    const of = [{ __typename: "Fund", id: book.fundId, position: 1 }];
    return service.execute(READ, { of, ...period }, await writer(more));
  };
  const MARCH = { from: "2026-03-01", to: "2026-03-31" };

  beforeAll(async () => {
    const { fundId } = book;
    await post({ fundId });
    await post({ fundId, headline: "Nordwind fined over its reports" });
    await post({
      fundId,
      headline: "Nordwind beats forecasts",
      publishedAt: "2026-03-12T23:59:59Z",
    });
    await post({ fundId, headline: "Nordwind opens office", publishedAt: "2026-04-01T00:00:00Z" });
  });

  test("lists it newest first, and gives a series of the days that have any", async () => {
    const { data, errors } = await read(MARCH);
    expect(errors).toBeUndefined();
    expect(data?.["_entities"]).toMatchObject([
      {
        news: {
          nodes: [{ headline: "Nordwind opens office" }, { headline: "Nordwind beats forecasts" }],
          pageInfo: { hasNextPage: true },
        },
        newsSentiment: [
          { date: "2026-03-10", count: 2 },
          { date: "2026-03-12", count: 1, meanScore: expect.closeTo(0.7, 0) as number },
        ],
      },
    ]);
  });

  test("is refused for a fund that was not granted, and for longer than the bound", async () => {
    const { data } = await read(MARCH, { funds: [newId()] });
    expect(data?.["_entities"]).toEqual([{ news: null, newsSentiment: null }]);
    expect(codeOf(await read({ from: "2020-01-01", to: "2026-01-01" }))).toBe("INVALID_INPUT");
  });
});
