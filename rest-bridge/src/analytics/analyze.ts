import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { id } from "../endpoint/scalars.ts";
import { RestAnalyzeDocument } from "../graph/graph-types.generated.ts";
import { category, confidence } from "./category.ts";

const kind = z.enum(["CATEGORIZE", "SENTIMENT", "EXPLAIN"], {
  error: "must be CATEGORIZE, SENTIMENT or EXPLAIN",
});
const MAX_SUBJECTS = 100;

const request = z
  .strictObject({
    kind: kind.meta({ description: "The kind of analysis." }),
    texts: z
      .array(z.string().min(1).max(2_000))
      .max(MAX_SUBJECTS)
      .optional()
      .meta({ description: "Texts of 1 to 2000 characters." }),
    transactionIds: z
      .array(id("A posted transaction."))
      .max(MAX_SUBJECTS)
      .optional()
      .meta({ description: "Posted transactions." }),
  })
  .refine(({ texts = [], transactionIds = [] }) => texts.length + transactionIds.length > 0, {
    path: ["texts"],
    error: "give at least one text or transaction id",
  })
  .meta({
    id: "AnalysisRequest",
    description: "What to analyse: texts, transactions or both, 1 to 100 together.",
    examples: [{ kind: "CATEGORIZE", texts: ["Management fee Q2 2026"] }],
  });

const sentiment = z
  .object({
    label: z.enum(["POSITIVE", "NEUTRAL", "NEGATIVE"]).meta({ description: "The tone." }),
    score: z.number().meta({ description: "-1 (bad) to 1 (good)." }),
    confidence: confidence.meta({ description: "Confidence of the model." }),
    model: z.string().meta({ description: "Name and version of the model." }),
    evidence: z.array(z.string()).meta({ description: "The signals found in the text." }),
  })
  .meta({ id: "Sentiment", description: "The tone of a text about money, and why." });

const contribution = z.object({
  feature: z.string().meta({ description: "The rule, word or pair of words." }),
  weight: z
    .number()
    .nullable()
    .meta({ description: "Log-odds it adds; null for a rule, which decides alone." }),
});

const analysis = z
  .object({
    kind: kind.meta({ description: "The kind of analysis." }),
    results: z
      .array(
        z.object({
          index: z.int().meta({ description: "Place in the request: texts first, from 0." }),
          transactionId: id("The transaction, when one was given.").nullable(),
          text: z.string().meta({ description: "The text that was analysed." }),
          category: category.nullable(),
          sentiment: sentiment.nullable(),
          contributions: z
            .array(contribution)
            .nullable()
            .meta({ description: "For EXPLAIN: what decided the category, strongest first." }),
        }),
      )
      .meta({ description: "One result per text and transaction, in the order of the request." }),
  })
  .meta({ id: "Analysis", description: "The results of an analysis." });
type Analysis = z.output<typeof analysis>;

/** POST /api/v1/analyze: categories, sentiment and explanations. */
export const postAnalyze = defineEndpoint({
  method: "POST",
  path: "/api/v1/analyze",
  operations: [RestAnalyzeDocument],
  access: { scopes: ["analytics:run", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "analyze",
    tag: "Analytics",
    summary: "Categorise texts and transactions, judge their tone, or explain a category",
    description:
      "CATEGORIZE finds the kind of fund operation, SENTIMENT the tone, EXPLAIN the words or the rule that decide the category. Every result has its confidence, its model and its evidence.",
    success: { 200: { description: "The results.", schema: analysis } },
    refusals: ["TRANSACTION_NOT_FOUND"],
  },
  body: request,
  respond: async ({ body, execute }) => {
    const { analyze } = await execute(RestAnalyzeDocument, { input: body });
    const results = analyze.results.map(({ transaction, ...rest }) => ({
      ...rest,
      transactionId: transaction?.id ?? null,
    }));
    return { status: 200, body: { ...analyze, results } satisfies Analysis };
  },
});
