import { z } from "zod";
import { id } from "../endpoint/scalars.ts";
import type { AnalysisFieldsFragment } from "../graph/graph-types.generated.ts";
import { category, confidence } from "./category.ts";

export const kind = z.enum(["CATEGORIZE", "SENTIMENT", "EXPLAIN"], {
  error: "must be CATEGORIZE, SENTIMENT or EXPLAIN",
});

export const sentiment = z
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

export const analysis = z
  .object({
    kind: kind.meta({ description: "The kind of analysis." }),
    results: z
      .array(
        z.object({
          index: z
            .int()
            .meta({ description: "Place in the request: texts, items, transactions; from 0." }),
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
      .meta({
        description: "One result per text, item and transaction, in the order of the request.",
      }),
  })
  .meta({ id: "Analysis", description: "The results of an analysis." });
type Analysis = z.output<typeof analysis>;

/** The results as clients of the bridge see them: a transaction is its id. */
export const toAnalysis = ({ kind: done, results }: AnalysisFieldsFragment): Analysis => ({
  kind: done,
  results: results.map(({ transaction, ...rest }) => ({
    ...rest,
    transactionId: transaction?.id ?? null,
  })),
});
