import type {
  Analysis,
  Answer,
  AskInput,
  AnalyzeInput,
  FakeValue,
  FundPredictions,
  NewsItem,
  PostNewsInput,
  PostedNews,
  MarketDirection,
  TransactionCategory,
} from "@allfunds/graph-tools/fake-graph";
import { EUR, FUND, NEWS } from "./sample-values.fixture.ts";

const CATEGORY: FakeValue<TransactionCategory> = {
  code: "MANAGEMENT_FEE",
  name: "Management fee",
  confidence: 0.9,
  source: "MODEL",
  model: "built-in 1",
  evidence: ["fee"],
  needsReview: false,
};

/** Finds the same category in everything. */
export const analyze = ({
  kind,
  texts,
  items,
  transactionIds,
}: AnalyzeInput): FakeValue<Analysis> => ({
  kind,
  results: [
    ...(texts ?? []).map((text) => ({ text, transaction: null })),
    ...(items ?? []).map(({ text }) => ({ text, transaction: null })),
    ...(transactionIds ?? []).map((id) => ({ text: "posted", transaction: { id } })),
  ].map((subject, index) => ({ index, category: CATEGORY, ...subject })),
});

/** The predictions for the fund, based on one transaction. */
export const predictions = (transactionId: string): FakeValue<FundPredictions> => ({
  fundId: FUND,
  position: 4,
  awaitingReview: {
    nodes: [
      {
        transaction: { id: transactionId },
        date: "2026-06-30",
        description: "Fee",
        category: CATEGORY,
      },
    ],
    pageInfo: { hasNextPage: false, endCursor: "1" },
  },
  expectedCashFlows: [
    {
      id: "OUT EUR 0 fee",
      state: "EXPECTED",
      date: "2026-07-31",
      earliestDate: "2026-07-31",
      latestDate: "2026-08-03",
      overdueSince: null,
      missed: 0,
      direction: "OUT",
      amount: EUR("10.00"),
      lowAmount: EUR("10.00"),
      highAmount: EUR("10.00"),
      growthPercent: null,
      amountChange: {
        from: EUR("8.00"),
        to: EUR("10.00"),
        percent: 25,
        message: "price rose 25 %",
        since: "2026-06-30",
      },
      recurrence: "MONTHLY",
      everyDays: null,
      rule: "on the last day of each month",
      calendar: "TARGET2",
      backTest: { tests: 4, hits: 4 },
      counterparty: null,
      description: "Fee",
      category: { code: "MANAGEMENT_FEE", name: "Management fee" },
      confidence: 0.7,
      source: "recurrence",
      evidence: [{ transaction: { id: transactionId }, date: "2026-06-30", amount: EUR("10.00") }],
    },
  ],
});

/** A price without an edge. */
export const direction = (
  horizon: MarketDirection["horizon"] | null | undefined,
): FakeValue<MarketDirection> => ({
  horizon: horizon ?? "WEEK",
  asOf: "2026-06-30",
  verdict: "NO_EDGE",
  probability: null,
  baseRate: 0.52,
  message: "No edge.",
  method: "logistic regression",
  backTest: null,
});

/** Answers every question with one figure. */
export const ask = ({ question, fundId }: AskInput): FakeValue<Answer> => ({
  outcome: "ANSWERED",
  by: "TEMPLATES",
  model: null,
  language: "EN",
  sentences: [{ text: `${question} 10.00 EUR.`, factIds: ["f1"] }],
  facts: [
    {
      id: "f1",
      label: "cash",
      value: "10.00",
      text: "10.00 EUR",
      unit: "MONEY",
      currency: "EUR",
      asOf: "2026-06-30",
      position: 4,
      fundId: fundId ?? FUND,
      transaction: null,
      metric: "CASH",
      calculation: null,
      calculatedFrom: [],
    },
  ],
  asOf: "2026-06-30",
  position: 4,
  refusedSentences: 0,
  sent: [],
});

const GOOD = {
  label: "POSITIVE",
  score: 0.8,
  confidence: 0.9,
  model: "built-in 1",
  evidence: ["rose"],
} as const;

const newsOf = (input: Omit<PostNewsInput, "idempotencyKey">): FakeValue<NewsItem> => ({
  id: NEWS,
  headline: input.headline,
  body: input.body ?? null,
  publishedAt: input.publishedAt,
  source: input.source,
  url: input.url ?? null,
  sentiment: GOOD,
});

/** The news that every subject has. */
export const NEWS_ITEMS: readonly FakeValue<NewsItem>[] = [
  newsOf({ headline: "Profit rose", publishedAt: "2026-06-30T07:00:00.000Z", source: "Newswire" }),
];

/** The tone of the news that every subject has. */
export const NEWS_DAYS = [{ date: "2026-06-30", count: 1, meanScore: 0.8 }];

/** Stores everything but the story that is there. */
export const postNews = (input: PostNewsInput): FakeValue<PostedNews> => ({
  item: newsOf(input),
  duplicate: input.headline === NEWS_ITEMS[0]?.headline,
  replayed: false,
});
