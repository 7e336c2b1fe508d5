import { z } from "zod";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { exactlyOne } from "../endpoint/read-input.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { date, id, instant } from "../endpoint/scalars.ts";
import { requireField } from "../gateway/gateway-error.ts";
import {
  RestFundNewsDocument,
  RestFundNewsSentimentDocument,
  RestInstrumentNewsDocument,
  RestInstrumentNewsSentimentDocument,
  RestPostNewsDocument,
  type GraphOperation,
} from "../graph/graph-types.generated.ts";
import { sentiment } from "./analysis.ts";

const HEADLINE = "Headline, 1 to 300 characters.";
const BODY = "Text below the headline, at most 20,000 characters.";
const SOURCE = "Who published it, 1 to 100 characters.";
const URL_TEXT = "Its address, with http or https.";

const subject = {
  fundId: id("The fund; either it or the instrument.").optional(),
  instrumentId: id("The instrument; either it or the fund.").optional(),
};

const newsItem = z
  .object({
    id: id("The item."),
    headline: z.string().meta({ description: HEADLINE }),
    body: z.string().nullable().meta({ description: BODY }),
    publishedAt: instant("When it was published."),
    source: z.string().meta({ description: SOURCE }),
    url: z.string().nullable().meta({ description: URL_TEXT }),
    sentiment: sentiment.meta({
      description: "The tone of the headline, or of the text when the headline has none.",
    }),
  })
  .meta({ id: "NewsItem", description: "A piece of news, with its tone." });

const newNews = z
  .strictObject({
    ...subject,
    headline: z.string().min(1).max(300).meta({ description: HEADLINE }),
    body: z.string().max(20_000).optional().meta({ description: BODY }),
    publishedAt: instant("When it was published."),
    source: z.string().min(1).max(100).meta({ description: SOURCE }),
    url: z.string().max(2_000).optional().meta({ description: URL_TEXT }),
  })
  .meta({
    id: "NewNews",
    description: "A piece of news about a fund or an instrument.",
    examples: [
      {
        instrumentId: "018f6b7e-0000-7000-8000-000000001001",
        headline: "Quarterly profit rose to 5.4 mn from 3.6 mn",
        publishedAt: "2026-06-30T07:00:00.000Z",
        source: "Newswire",
      },
    ],
  });

const postedNews = z
  .object({
    item: newsItem.meta({ description: "The new item, or the one there was." }),
    duplicate: z.boolean().meta({ description: "The same story was there: nothing was stored." }),
  })
  .meta({ id: "PostedNews", description: "What became of a piece of news." });

const IDENTIFIED = ["fundId", "instrumentId"] as const;

/** POST /api/v1/news: stores a piece of news and judges its tone. */
export const postNews = defineEndpoint({
  method: "POST",
  path: "/api/v1/news",
  operations: [RestPostNewsDocument],
  access: { scopes: ["analytics:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "postNews",
    tag: "Analytics",
    summary: "Post a piece of news",
    description:
      "Give exactly one of fundId and instrumentId. The same story about one subject within three days is stored once: the answer then is 200 with the item there was.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The same story was there.",
        schema: postedNews,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
      201: { description: "Stored.", schema: postedNews, headers: IDEMPOTENCY_HIT_HEADER },
    },
    refusals: ["FUND_NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  body: newNews,
  respond: async ({ body, context, execute }) => {
    exactlyOne(body, IDENTIFIED);
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { replayed, ...posted } = (await execute(RestPostNewsDocument, { input })).postNews;
    const status = posted.duplicate ? 200 : 201;
    return { status, body: posted, headers: idempotencyHit(replayed) };
  },
});

const reads = {
  scopes: ["analytics:read", "ledger:read"],
  or: [["analytics:read", "metrics:read"]],
} as const;
const NEEDS =
  "Give exactly one of fundId, which needs ledger:read, and instrumentId, metrics:read.";

type Subject = { readonly fundId?: string | undefined; readonly instrumentId?: string | undefined };

type ReadSubject<Part, Variables> = GraphOperation<
  { readonly subject: Part | null },
  Variables & { readonly id: string }
>;

/** What the graph has about the subject of a request. */
async function read<Variables extends object, FundPart, InstrumentPart>(
  query: Subject,
  execute: Execute,
  wanted: {
    readonly ofFund: ReadSubject<FundPart, Variables>;
    readonly ofInstrument: ReadSubject<InstrumentPart, Variables>;
    readonly variables: Variables;
  },
): Promise<FundPart | InstrumentPart> {
  const chosen = exactlyOne(query, IDENTIFIED);
  const variables = { id: chosen.id, ...wanted.variables };
  const isFund = chosen.name === "fundId";
  const found = isFund
    ? (await execute(wanted.ofFund, variables)).subject
    : (await execute(wanted.ofInstrument, variables)).subject;
  return requireFound(found, isFund ? "FUND_NOT_FOUND" : "INSTRUMENT_NOT_FOUND", chosen.id);
}

/** GET /api/v1/news: news about a fund or an instrument. */
export const getNews = defineEndpoint({
  method: "GET",
  path: "/api/v1/news",
  operations: [RestFundNewsDocument, RestInstrumentNewsDocument],
  access: reads,
  produces: ["application/json"],
  docs: {
    operationId: "getNews",
    tag: "Analytics",
    summary: "Read news about a fund or an instrument",
    description: `The newest first, each with its tone. ${NEEDS}`,
    success: {
      200: {
        description: "One page of news.",
        schema: pageOf(newsItem, { id: "NewsPage", of: "news" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND", "INSTRUMENT_NOT_FOUND"],
  },
  query: z.strictObject({ ...subject, ...pageParameters }),
  respond: async ({ query, url, execute }) => {
    const { first, after } = query;
    const { news } = await read(query, execute, {
      ofFund: RestFundNewsDocument,
      ofInstrument: RestInstrumentNewsDocument,
      variables: { first, ...(after === undefined ? {} : { after }) },
    });
    return answerPage(url, requireField(news, "news"), (item) => item);
  },
});

const newsSentiment = z
  .object({
    days: z.array(
      z.object({
        date: date("UTC day that has news."),
        count: z.int().meta({ description: "Number of items." }),
        meanScore: z.number().meta({ description: "Mean of their scores, -1 (bad) to 1 (good)." }),
      }),
    ),
  })
  .meta({ id: "NewsSentiment", description: "The tone of news by day, oldest first." });

/** GET /api/v1/news-sentiment: the tone of news as a series of days. */
export const getNewsSentiment = defineEndpoint({
  method: "GET",
  path: "/api/v1/news-sentiment",
  operations: [RestFundNewsSentimentDocument, RestInstrumentNewsSentimentDocument],
  access: reads,
  produces: ["application/json"],
  docs: {
    operationId: "getNewsSentiment",
    tag: "Analytics",
    summary: "Read the tone of news by day",
    description: `Each UTC day that has news, with their number and mean score. ${NEEDS}`,
    success: { 200: { description: "The days.", schema: newsSentiment } },
    refusals: ["FUND_NOT_FOUND", "INSTRUMENT_NOT_FOUND"],
  },
  query: z.strictObject({
    ...subject,
    from: date("First UTC day."),
    to: date("Last UTC day, at most 1,100 days after the first."),
  }),
  respond: async ({ query, execute }) => {
    const { from, to } = query;
    const found = await read(query, execute, {
      ofFund: RestFundNewsSentimentDocument,
      ofInstrument: RestInstrumentNewsSentimentDocument,
      variables: { from, to },
    });
    return { status: 200, body: { days: requireField(found.newsSentiment, "newsSentiment") } };
  },
});
