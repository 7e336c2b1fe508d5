import { z } from "zod";
import { currency, date, id } from "../endpoint/scalars.ts";
import type { AnswerFieldsFragment } from "../graph/graph-types.generated.ts";

export const LANGUAGES = ["EN", "DE", "FR", "ES", "HE"] as const;

const fact = z
  .object({
    id: z.string().meta({ description: "Its id within the answer, such as `f1`." }),
    label: z.string().meta({ description: "What it is, in the language of the answer." }),
    value: z.string().meta({ description: "Its exact value: a decimal, a date or a text." }),
    text: z.string().meta({ description: "The value with its unit, as the language writes it." }),
    unit: z
      .enum(["MONEY", "RATIO", "NUMBER", "COUNT", "MONTHS", "PRICE", "DATE", "TEXT"])
      .meta({ description: "What the value is counted in." }),
    currency: currency("Of MONEY and PRICE.").nullable(),
    asOf: date("The last day it takes into account.").nullable(),
    position: z.int().nullable().meta({ description: "Position of the fund's book it includes." }),
    fundId: id("The fund it is about.").nullable(),
    transactionId: id("The transaction it is from.").nullable(),
    metric: z.string().nullable().meta({ description: "The metric it is, such as `CASH`." }),
    calculation: z
      .string()
      .nullable()
      .meta({ description: "The calculation it is the result of, such as `SUM`." }),
    calculatedFrom: z.array(z.string()).meta({ description: "The facts it was calculated from." }),
  })
  .meta({ id: "AnswerFact", description: "A figure or name in an answer, with its source." });

export const answer = z
  .object({
    kind: z.literal("ADVISE").meta({ description: "The kind of analysis." }),
    outcome: z
      .enum(["ANSWERED", "NO_DATA", "OUTSIDE", "NAME_A_FUND", "NO_TRADE_ADVICE"])
      .meta({ description: "Whether the question was answered, and why not." }),
    by: z.enum(["MODEL", "TEMPLATES"]).meta({ description: "Who wrote the sentences." }),
    model: z.string().nullable().meta({ description: "The language model that wrote them." }),
    language: z.enum(LANGUAGES).meta({ description: "The language of the answer." }),
    sentences: z
      .array(
        z.object({
          text: z.string().meta({ description: "The sentence." }),
          factIds: z.array(z.string()).meta({ description: "The facts it cites." }),
        }),
      )
      .meta({ description: "Its sentences; every figure in them is a cited fact." }),
    facts: z.array(fact).meta({ description: "The facts that the sentences cite." }),
    asOf: date("The last day of its facts.").nullable(),
    position: z
      .int()
      .nullable()
      .meta({ description: "Book position of its facts; null when it cites several funds." }),
    refusedSentences: z
      .int()
      .meta({ description: "Sentences of the language model that were refused." }),
    sent: z
      .array(z.string())
      .meta({ description: "What was sent to the language model, in order." }),
  })
  .meta({ id: "Answer", description: "An answer whose every figure has a source." });

/** The answer as clients of the bridge see it: a transaction is its id. */
export const toAnswer = ({ facts, ...rest }: AnswerFieldsFragment): z.output<typeof answer> => ({
  kind: "ADVISE",
  ...rest,
  facts: facts.map(({ transaction, ...each }) => ({
    ...each,
    transactionId: transaction?.id ?? null,
  })),
});
