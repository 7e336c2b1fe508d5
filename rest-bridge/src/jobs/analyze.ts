import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint, type Answer, type Execute } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
  PREFER_HEADER,
  prefersAsync,
  prefersToWait,
} from "../endpoint/headers.ts";
import { id } from "../endpoint/scalars.ts";
import {
  RestAnalyzeDocument,
  RestAskDocument,
  RestStartAnalysisDocument,
  RestStartAnswerDocument,
  type JobFieldsFragment,
} from "../graph/graph-types.generated.ts";
import { job, jobLocation, toJob } from "./job.ts";
import { analysis, kind, toAnalysis } from "../analytics/analysis.ts";
import { answer, LANGUAGES, toAnswer } from "../analytics/answer.ts";

/** More are analysed in a job. */
const MAX_AT_ONCE = 100;
const MAX_SUBJECTS = 10_000;

interface Subjects {
  readonly text?: string | undefined;
  readonly texts?: readonly string[] | undefined;
  readonly items?: readonly object[] | undefined;
  readonly transactionIds?: readonly string[] | undefined;
}

const subjectsOf = ({ text, texts = [], items = [], transactionIds = [] }: Subjects): number =>
  (text === undefined ? 0 : 1) + texts.length + items.length + transactionIds.length;

/** The graph takes lists only: a single text is the first of them. */
const listed = <Body extends Subjects>({ text, texts = [], ...rest }: Body) => ({
  ...rest,
  texts: [...(text === undefined ? [] : [text]), ...texts],
});

const item = z
  .strictObject({
    text: z.string().min(1).max(2_000).meta({ description: "Remittance text." }),
    direction: z
      .enum(["IN", "OUT"])
      .optional()
      .meta({ description: "Whether the fund receives or pays." }),
    amount: z
      .string()
      .regex(/^\d{1,30}(\.\d{1,10})?$/, "must be a decimal without a sign, such as 1250.00")
      .optional()
      .meta({ description: "Amount without a sign; its order of magnitude counts." }),
    payee: z.string().max(200).optional().meta({ description: "Who was paid or paid." }),
    fundId: id("The fund, whose payee rules decide first.").optional(),
  })
  .meta({ id: "AnalysisItem", description: "A text with what else is known of the payment." });

const subjects = z
  .strictObject({
    kind: kind.meta({ description: "The kind of analysis." }),
    text: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .meta({ description: "One text of 1 to 2000 characters; the first of `texts`." }),
    texts: z
      .array(z.string().min(1).max(2_000))
      .max(MAX_SUBJECTS)
      .optional()
      .meta({ description: "Texts of 1 to 2000 characters." }),
    items: z
      .array(item)
      .max(MAX_SUBJECTS)
      .optional()
      .meta({ description: "Texts with direction, amount, payee and fund." }),
    transactionIds: z
      .array(id("A posted transaction."))
      .max(MAX_SUBJECTS)
      .optional()
      .meta({ description: "Posted transactions." }),
  })
  .refine((body) => subjectsOf(body) > 0, {
    path: ["texts"],
    error: "give at least one text or transaction id",
  })
  .refine((body) => subjectsOf(body) <= MAX_SUBJECTS, {
    path: ["texts"],
    error: `at most ${MAX_SUBJECTS} texts and transactions`,
  })
  .meta({
    id: "AnalysisRequest",
    description: "What to analyse: texts, items, transactions or all, 1 to 10000 together.",
    examples: [
      { kind: "CATEGORIZE", text: "Management fee Q2 2026" },
      { kind: "SENTIMENT", texts: ["Profit warning", "Record quarter"] },
      {
        kind: "CATEGORIZE",
        items: [{ text: "Miete Büro", direction: "OUT", amount: "2400.00", payee: "Haus AG" }],
      },
    ],
  });

const question = z
  .strictObject({
    kind: z.literal("ADVISE").meta({ description: "To answer a question." }),
    question: z.string().min(3).max(500).meta({ description: "The question." }),
    fundId: id("Only this fund; all the caller sees when absent.").optional(),
    language: z
      .enum(LANGUAGES, { error: `must be one of ${LANGUAGES.join(", ")}` })
      .optional()
      .meta({ description: "Language of the answer; that of the question when absent." }),
  })
  .meta({
    id: "AdviceRequest",
    description: "A question about the books and figures that the caller may see.",
    examples: [{ kind: "ADVISE", question: "What did we spend on fees last month?" }],
  });

const request = z.union([subjects, question]);

const isQuestion = (sent: unknown): boolean =>
  typeof sent === "object" && sent !== null && "kind" in sent && sent.kind === "ADVISE";

/** POST /api/v1/analyze: categories, sentiment, explanations, and answers to questions. */
export const postAnalyze = defineEndpoint({
  method: "POST",
  path: "/api/v1/analyze",
  operations: [
    RestAnalyzeDocument,
    RestAskDocument,
    RestStartAnalysisDocument,
    RestStartAnswerDocument,
  ],
  access: { scopes: ["analytics:run", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "analyze",
    tag: "Analytics",
    summary:
      "Categorise texts and transactions, judge their tone, explain a category, or answer a question",
    description:
      "CATEGORIZE finds the kind of fund operation, SENTIMENT the tone, EXPLAIN the words or the rule that decide the category. ADVISE answers a question with the caller's own rights: every figure is a fact with its source, and no trade is advised. Every result has its confidence, its model and its evidence. More than 100 texts and transactions, and any number with `Prefer: respond-async`, are answered at once with 202 and the address of a job, whose `result` is the analysis. ADVISE is answered with 202 and a job, too, which acts for the caller by token exchange; with `Prefer: wait=30`, and where the issuer of tokens has no token exchange, it is answered at once.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER, PREFER_HEADER],
    success: {
      200: {
        description: "The results, or the answer to a question.",
        schema: z.union([analysis, answer]),
      },
      202: {
        description: "The job that finds them.",
        schema: job,
        headers: {
          Location: "The address of the job.",
          "Preference-Applied": "`respond-async` where that Prefer has it.",
          ...IDEMPOTENCY_HIT_HEADER,
        },
      },
    },
    refusals: [
      "TRANSACTION_NOT_FOUND",
      "FUND_NOT_FOUND",
      "IDEMPOTENCY_CONFLICT",
      "DELEGATION_REFUSED",
    ],
  },
  body: request,
  chooseBody: (sent) => (isQuestion(sent) ? question : subjects),
  respond: async ({ body, headers, execute }) => {
    if (body.kind === "ADVISE") {
      const { kind: _advise, ...input } = body;
      return prefersToWait(headers) ? answerNow(input, execute) : answerLater(input, execute);
    }
    const isWanted = prefersAsync(headers);
    if (subjectsOf(body) > MAX_AT_ONCE || isWanted) {
      const variables = { input: listed(body) };
      const answered = started((await execute(RestStartAnalysisDocument, variables)).startAnalysis);
      return isWanted ? withHeader(answered, PREFERENCE_APPLIED) : answered;
    }
    return {
      status: 200,
      body: toAnalysis((await execute(RestAnalyzeDocument, { input: listed(body) })).analyze),
    };
  },
});

const PREFERENCE_APPLIED = { "preference-applied": "respond-async" };

const withHeader = (answered: Answer, header: Readonly<Record<string, string>>): Answer => ({
  ...answered,
  headers: { ...answered.headers, ...header },
});

type Question = Omit<z.output<typeof question>, "kind">;

const answerNow = async (input: Question, execute: Execute): Promise<Answer> => ({
  status: 200,
  body: toAnswer((await execute(RestAskDocument, { input })).ask),
});

async function answerLater(input: Question, execute: Execute): Promise<Answer> {
  try {
    return started((await execute(RestStartAnswerDocument, { input })).startAnswer);
  } catch (error) {
    // A job could not act for the caller, so the request itself does.
    if (error instanceof AppError && error.code === "DELEGATION_UNSUPPORTED") {
      return answerNow(input, execute);
    }
    throw error;
  }
}

const started = (found: JobFieldsFragment & { readonly replayed: boolean }): Answer => ({
  status: 202,
  body: toJob(found, null),
  headers: { location: jobLocation(found.id), ...idempotencyHit(found.replayed) },
});
