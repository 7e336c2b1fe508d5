import { EUR, FUND } from "./sample-values.fixture.ts";

const CATEGORY = {
  code: "MANAGEMENT_FEE",
  name: "Management fee",
  confidence: 0.9,
  source: "MODEL",
  model: "built-in 1",
  evidence: ["fee"],
  needsReview: false,
};

interface AnalyzeArgs {
  readonly input: {
    readonly kind: string;
    readonly texts?: readonly string[];
    readonly transactionIds?: readonly string[];
  };
}

/** Finds the same category in everything. */
export const analyze = ({ input }: AnalyzeArgs) => ({
  kind: input.kind,
  results: [
    ...(input.texts ?? []).map((text) => ({ text, transaction: null })),
    ...(input.transactionIds ?? []).map((id) => ({ text: "posted", transaction: { id } })),
  ].map((subject, index) => ({ index, category: CATEGORY, ...subject })),
});

/** What is predicted of the fund, after the one transaction it is told of. */
export const predictions = (transactionId: string) => ({
  fundId: FUND,
  position: 4,
  awaitingReview: {
    nodes: [
      {
        transaction: { id: transactionId, effectiveDate: "2026-06-30", description: "Fee" },
        category: CATEGORY,
      },
    ],
    pageInfo: { hasNextPage: false, endCursor: "1" },
  },
  expectedCashFlows: [
    {
      date: "2026-07-31",
      direction: "OUT",
      amount: EUR("10.00"),
      recurrence: "MONTHLY",
      counterparty: null,
      description: "Fee",
      category: CATEGORY,
      confidence: 0.7,
      source: "recurrence",
      evidence: [{ transaction: { id: transactionId }, date: "2026-06-30", amount: EUR("10.00") }],
    },
  ],
});
