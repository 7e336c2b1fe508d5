import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint, type Answer, type Execute } from "../endpoint/endpoint.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../endpoint/headers.ts";
import { currency, date, decimal, id } from "../endpoint/scalars.ts";
import {
  RestImportRulesEffectDocument,
  RestMoveStatementLineDocument,
  RestSplitStatementLineDocument,
  RestStartStatementUndoDocument,
  RestStatementDocument,
  type RestImportRulesEffectQuery,
} from "../graph/graph-types.generated.ts";
import { job, jobLocation, toJob } from "../jobs/job.ts";
import { WAITING } from "../transactions/posting.ts";
import { dimensions, lineParts, rule, undoing } from "./import-statements.ts";
import { noStatement, statement, toStatement } from "./statement.ts";

const movedLine = z
  .strictObject({
    accountId: id("The account on the other side, in the currency of the bank's."),
    dimensions,
    rule: z
      .strictObject({
        contains: z
          .array(z.string().min(1).max(200))
          .min(1)
          .max(50)
          .meta({ description: "Any of these words, in the text or the other party's name." }),
      })
      .optional()
      .meta({ description: "Puts a rule before those of the account: later lines go there, too." }),
  })
  .meta({
    id: "MovedLine",
    description: "Where a posted line of a statement belongs.",
    examples: [{ accountId: "018f6b7e-0000-7000-8000-0000000000a2", rule: { contains: ["rent"] } }],
  });

const splitLine = z
  .strictObject({
    parts: lineParts,
  })
  .meta({
    id: "SplitLine",
    description: "Where the parts of a posted line of a statement belong.",
    examples: [
      {
        parts: [
          { accountId: "018f6b7e-0000-7000-8000-0000000000a2", amount: "450.00" },
          { accountId: "018f6b7e-0000-7000-8000-0000000000a3", amount: "50.00" },
        ],
      },
    ],
  });

/** Throws NOT_FOUND for an id that is no statement's. */
async function requireStatement(execute: Execute, id: string): Promise<void> {
  const { statement: found } = await execute(RestStatementDocument, { id });
  if (found === null) throw noStatement(id);
}

/** POST /api/v1/statements/{id}/lines/{line}/move: moves a posted line to another account. */
export const postStatementLineMove = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/:id/lines/:line/move",
  operations: [RestStatementDocument, RestMoveStatementLineDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "moveStatementLine",
    tag: "Ledger",
    summary: "Move a posted line of a statement to another account",
    description:
      "Moves the other side of the line, on its value date; the bank's account is not touched, and an undo of the statement takes the move back. Above an approval limit the move waits for a second approver.",
    success: {
      200: { description: "The statement of the line.", schema: statement },
      202: WAITING,
    },
    refusals: [
      "NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "STATEMENT_INVALID",
      "ALREADY_REVERSED",
      "IDEMPOTENCY_CONFLICT",
      "POSTING_PERIOD_CLOSED",
    ],
  },
  params: z.strictObject({
    id: id("The statement."),
    line: z.coerce.number().int().min(1).meta({ description: "Number of the line, from 1." }),
  }),
  body: movedLine,
  respond: async ({ params, body, execute }) => {
    await requireStatement(execute, params.id);
    const input = { statementId: params.id, line: params.line, ...body };
    const { moveStatementLine } = await execute(RestMoveStatementLineDocument, { input });
    return { status: 200, body: toStatement(moveStatementLine) };
  },
});

/** POST /api/v1/statements/{id}/lines/{line}/split: puts a posted line on several accounts. */
export const postStatementLineSplit = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/:id/lines/:line/split",
  operations: [RestStatementDocument, RestSplitStatementLineDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "splitStatementLine",
    tag: "Ledger",
    summary: "Split a posted line of a statement over several accounts",
    description:
      "Posts the other side of the line in parts, on its value date; the bank's account is not touched, and an undo of the statement takes the split back. The parts come to the line's amount, each on an account in its currency. Above an approval limit the split waits for a second approver.",
    success: {
      200: { description: "The statement of the line.", schema: statement },
      202: WAITING,
    },
    refusals: [
      "NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "CURRENCY_MISMATCH",
      "STATEMENT_INVALID",
      "ALREADY_REVERSED",
      "IDEMPOTENCY_CONFLICT",
      "ACCOUNT_FROZEN",
      "POSTING_PERIOD_CLOSED",
    ],
  },
  params: z.strictObject({
    id: id("The statement."),
    line: z.coerce.number().int().min(1).meta({ description: "Number of the line, from 1." }),
  }),
  body: splitLine,
  respond: async ({ params, body, execute }) => {
    await requireStatement(execute, params.id);
    const input = { statementId: params.id, line: params.line, ...body };
    const { splitStatementLine } = await execute(RestSplitStatementLineDocument, { input });
    return { status: 200, body: toStatement(splitStatementLine) };
  },
});

/** POST /api/v1/statements/{id}/undo-jobs: takes an import of any size back as a job. */
export const postStatementUndoJob = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/:id/undo-jobs",
  operations: [RestStatementDocument, RestStartStatementUndoDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "startStatementUndo",
    tag: "Ledger",
    summary: "Take an import of any size back, as a job",
    description:
      "Reverses each transaction that the import posted, on its own value date, all or none. Read the job until it is final; its result has how many were reversed, or what stands in the way. If-Match is compared when the job begins to wait: a line that is moved after that is taken back with the rest, so the books end as if the file had never been imported.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      202: {
        description: "The job that takes it back.",
        schema: job,
        headers: { Location: "Where the job can be read." },
      },
    },
    refusals: ["NOT_FOUND", "ALREADY_REVERSED", "IDEMPOTENCY_CONFLICT", "RATE_LIMITED"],
  },
  params: z.strictObject({ id: id("The statement.") }),
  body: undoing,
  respond: async ({ params, body, execute }): Promise<Answer> => {
    await requireStatement(execute, params.id);
    const input = { statementId: params.id, ...body };
    const { job: started } = await execute(RestStartStatementUndoDocument, { input });
    const answer = toJob(started, { statementId: started.statementId });
    return { status: 202, body: answer, headers: { location: jobLocation(answer.id) } };
  },
});

const comparedRules = z
  .strictObject({
    accountId: id("The bank account."),
    rules: z
      .array(rule)
      .max(200)
      .meta({ description: "In their order: the first that fits counts." }),
    receiptsAccountId: id("Where receipts go that no rule fits.").optional(),
    paymentsAccountId: id("Where payments go that no rule fits.").optional(),
    last: z
      .int()
      .min(1)
      .max(2_000)
      .default(2_000)
      .meta({ description: "How many of the newest posted lines are compared." }),
  })
  .meta({
    id: "ComparedRules",
    description: "Rules that are compared with where posted lines went.",
    examples: [
      {
        accountId: "018f6b7e-0000-7000-8000-0000000000a1",
        rules: [
          {
            contains: ["rent"],
            direction: "OUT",
            accountId: "018f6b7e-0000-7000-8000-0000000000a2",
          },
        ],
      },
    ],
  });

const redirectedLine = z
  .object({
    statementId: id("Its statement."),
    number: z.int().meta({ description: "Number of the line in it, from 1." }),
    effectiveDate: date("Value date."),
    amount: decimal("Signed as the bank has it: positive came in."),
    currency: currency("Of the amount."),
    description: z.string().meta({ description: "Remittance text." }),
    counterparty: z.string().nullable().meta({ description: "The other party." }),
    fromAccountId: id("The account on its other side today."),
    toAccountId: id("Where the rules put it; null for what is not allocated.").nullable(),
  })
  .meta({ id: "RedirectedLine", description: "A posted line that rules would put elsewhere." });

const rulesEffect = z
  .object({
    compared: z.int().meta({ description: "Posted lines that were compared." }),
    isComplete: z.boolean().meta({ description: "False when the account has more of them." }),
    redirected: z.int().meta({ description: "Lines that the rules would put elsewhere." }),
    lines: z.array(redirectedLine).meta({ description: "The first 200 of them." }),
  })
  .meta({ id: "RulesEffect", description: "What rules would change of lines that are posted." });

type Effect = NonNullable<RestImportRulesEffectQuery["account"]>["importRulesEffect"];

const toEffect = ({ lines, ...counts }: Effect): z.output<typeof rulesEffect> => ({
  ...counts,
  lines: lines.map(({ statementId, line: { amount, ...line }, from, to }) => ({
    statementId,
    ...line,
    ...amount,
    fromAccountId: from.id,
    toAccountId: to?.id ?? null,
  })),
});

/** POST /api/v1/statements/rules-effect: which posted lines other rules would put elsewhere. */
export const postRulesEffect = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/rules-effect",
  operations: [RestImportRulesEffectDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "importRulesEffect",
    tag: "Ledger",
    summary: "Compare rules with where lines of statements went",
    description:
      "Which of the posted lines of an account's newest statements the rules would put elsewhere. Writes nothing.",
    success: { 200: { description: "What they would change.", schema: rulesEffect } },
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  body: comparedRules,
  respond: async ({ body: { accountId, ...input }, execute }) => {
    const { account } = await execute(RestImportRulesEffectDocument, { accountId, input });
    if (account === null)
      throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${accountId}.`);
    return { status: 200, body: toEffect(account.importRulesEffect) };
  },
});
