import { createHash } from "node:crypto";
import { invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineEndpoint, type Answer, type Execute } from "../endpoint/endpoint.ts";
import { IDEMPOTENCY_KEY_HEADER } from "../endpoint/headers.ts";
import { decimal, id } from "../endpoint/scalars.ts";
import {
  RestAppendStatementDocument,
  RestFinishStatementDocument,
  RestPreviewStatementDocument,
  RestStartStatementDocument,
  RestStatementDocument,
  RestUndoStatementDocument,
} from "../graph/graph-types.generated.ts";
import { job, jobLocation, toJob } from "../jobs/job.ts";
import { description } from "../transactions/posting.ts";
import {
  noStatement,
  statement,
  STATEMENT_FORMATS,
  statementPreview,
  toPreview,
  toStatement,
} from "./statement.ts";

const column = (what: string) =>
  z
    .string()

    .max(200)
    .optional()
    .meta({ description: `Column of ${what}: its heading, or its place as #1.` });

const csvMapping = z
  .strictObject({
    date: column("the booking date"),
    valueDate: column("the value date"),
    description: column("the text"),
    amount: column("the signed amount"),
    debit: column("amounts that went out"),
    credit: column("amounts that came in"),
    direction: column("the direction"),
    status: column("the status"),
    fee: column("charges"),
    balance: column("the balance behind the line"),
    reference: column("the reference"),
    counterparty: column("the other party"),
    counterpartyIban: column("the other party's IBAN"),
    currency: column("the currency"),
    dateFormat: z.string().max(40).optional().meta({ description: "Such as DD.MM.YYYY." }),
    decimalSeparator: z.string().max(1).optional().meta({ description: "Point or comma." }),
    delimiter: z.string().max(1).optional().meta({ description: "Between the cells." }),
    headerLine: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "Line of the headings, 0 for none." }),
    sheet: z.string().max(200).optional().meta({ description: "Of a workbook with several." }),
    positiveIsOut: z
      .boolean()
      .optional()
      .meta({ description: "Whether positive amounts are what was spent, as on a card." }),
    minus: z
      .enum(["REPEATS_SIDE", "TAKES_BACK"])
      .optional()
      .meta({ description: "What a minus in a debit or credit means." }),
    leaveOutOtherCurrencies: z
      .boolean()
      .optional()
      .meta({ description: "Leaves out lines in other currencies than the account's." }),
  })
  .meta({ id: "CsvMapping", description: "How a CSV is read; what is absent is detected." });

export const rule = z
  .strictObject({
    contains: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(50)
      .meta({ description: "Any of these words." }),
    direction: z.enum(["IN", "OUT"]).meta({ description: "Of the payment." }),
    accountId: id("Where such lines go."),
  })
  .meta({ id: "StatementRule", description: "Where lines of a statement go." });

export const dimensions = z
  .array(
    z.strictObject({
      dimension: z.string().max(40).meta({ description: "Name of the dimension." }),
      value: z.string().max(100).meta({ description: "Its value." }),
    }),
  )
  .max(20)
  .optional()
  .meta({ description: "Values of dimensions that the entry on it has, one of each." });

export const lineParts = z
  .array(
    z.strictObject({
      accountId: id("An account, in the currency of the bank's."),
      amount: decimal("How much of the line, positive whichever way it went."),
      dimensions,
    }),
  )
  .min(1)
  .max(20)
  .meta({ description: "They come to the line's amount." });

const split = z
  .strictObject({
    line: z
      .int()
      .min(1)
      .meta({ description: "Number of the line, from 1, as a preview lists it." }),
    parts: lineParts,
  })
  .meta({ id: "StatementLineSplit", description: "A line that belongs to several accounts." });

const MOST_CHARACTERS = 100_000_000;

const file = {
  accountId: id("The bank account."),
  format: z
    .enum(STATEMENT_FORMATS)
    .optional()
    .meta({ description: "Format of the file; detected when absent." }),
  content: z
    .string()
    .max(MOST_CHARACTERS)
    .optional()
    .meta({ description: "The file as text; this or `contentBase64`." }),
  contentBase64: z
    .string()
    .max(MOST_CHARACTERS)
    .optional()
    .meta({ description: "The bytes of the file in Base64." }),
  csv: csvMapping.optional(),
  iban: z
    .string()
    .max(40)
    .optional()
    .meta({ description: "Of the statement to import, where the file has several." }),
  rules: z.array(rule).max(200).optional().meta({
    description: "Where lines go; the rules kept for the account when absent.",
  }),
  splits: z.array(split).max(200).optional().meta({
    description: "Lines that belong to several accounts, each once; they win over rules.",
  }),
  receiptsAccountId: id("Where receipts go that no rule fits.").optional(),
  paymentsAccountId: id("Where payments go that no rule fits.").optional(),
  takesOverIban: z
    .boolean()
    .default(false)
    .meta({ description: "The IBAN of the file belongs to this account from now on." }),
  comparesPostings: z.boolean().default(true).meta({
    description: "Whether postings that no statement brought make lines possible duplicates.",
  }),
  postPossibleDuplicates: z.boolean().default(false).meta({
    description: "Post also what may be in the books in another form.",
  }),
};

const EXAMPLE = {
  accountId: "018f6b7e-0000-7000-8000-0000000000a1",
  content: "Date,Text,Amount\n2026-06-10,Rent,-1200.00\n",
};

const newStatement = z
  .strictObject({
    id: id("UUID of the statement; a repeat with the same is the same import.").optional(),
    ...file,
  })
  .meta({ id: "NewStatement", description: "A bank's file to import.", examples: [EXAMPLE] });

const previewedStatement = z
  .strictObject({
    ...file,
    skip: z.int().min(0).default(0).meta({ description: "Lines to leave out at the start." }),
    first: z.int().min(1).max(500).default(100).meta({ description: "Lines to show." }),
  })
  .meta({ id: "PreviewedStatement", description: "A bank's file to read.", examples: [EXAMPLE] });

type Content = {
  readonly content?: string | undefined;
  readonly contentBase64?: string | undefined;
};

/** The bytes of a file in Base64. Throws INVALID_INPUT unless it is given in one of the two ways. */
function base64Of({ content, contentBase64 }: Content): string {
  if ((content === undefined) === (contentBase64 === undefined)) {
    throw invalidInput("content", "this or contentBase64 must be present");
  }
  if (content !== undefined) return Buffer.from(content, "utf8").toString("base64");
  if (contentBase64 === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(contentBase64)) {
    throw invalidInput("contentBase64", "must be Base64");
  }
  return contentBase64;
}

// Whole bytes, and less than the graph takes at once.
const CHUNK_CHARACTERS = 1_600_000;
const bytesIn = (base64: string): number => Buffer.byteLength(base64, "base64");

/** The id of an upload: the client's own, or one made of its idempotency key. */
function idOf(given: string | undefined, { tenantId, idempotencyKey }: RequestContext): string {
  if (given !== undefined) return given;
  if (idempotencyKey === undefined) return newId();
  const hash = createHash("sha256").update(`${tenantId} ${idempotencyKey}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Uploads a file in chunks behind what an earlier attempt has stored. */
async function upload(
  execute: Execute,
  input: { readonly id: string; readonly bytes: number },
  base64: string,
): Promise<void> {
  let offset = 0;
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const contentBase64 = base64.slice(start, start + CHUNK_CHARACTERS);
    const bytes = bytesIn(contentBase64);
    if (offset + bytes > input.bytes) {
      const variables = { id: input.id, offset, contentBase64 };
      await execute(RestAppendStatementDocument, variables);
    }
    offset += bytes;
  }
}

/** POST /api/v1/statements: imports a bank's file as a job. */
export const postStatements = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements",
  operations: [
    RestStartStatementDocument,
    RestAppendStatementDocument,
    RestFinishStatementDocument,
  ],
  access: { scopes: ["ledger:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "importStatement",
    tag: "Ledger",
    summary: "Import a bank statement",
    description:
      "Uploads a bank's file and imports it as a job: a balanced transaction for each booked line, all of them or none. Lines that are in the books are counted, lines that may be are left out and listed. Read the job until it is final; its result has the statement, or the faults of the file.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      202: {
        description: "The job that imports it.",
        schema: job,
        headers: { Location: "Where the job can be read." },
      },
    },
    refusals: [
      "ACCOUNT_NOT_FOUND",
      "IDEMPOTENCY_CONFLICT",
      "UPLOAD_OFFSET_MISMATCH",
      "RATE_LIMITED",
    ],
  },
  body: newStatement,
  respond: async ({ body, context, execute }): Promise<Answer> => {
    const { id: given, content, contentBase64, ...input } = body;
    const base64 = base64Of({ content, contentBase64 });
    const statementId = idOf(given, context);
    const begun = await execute(RestStartStatementDocument, { input, id: statementId });
    if (!begun.upload.isFinished) await upload(execute, begun.upload, base64);
    const { job: started } = await execute(RestFinishStatementDocument, { id: statementId });
    const answer = toJob(started, { statementId });
    return { status: 202, body: answer, headers: { location: jobLocation(answer.id) } };
  },
});

/** POST /api/v1/statements/preview: how a file would be imported. */
export const postStatementPreview = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/preview",
  operations: [RestPreviewStatementDocument],
  access: { scopes: ["ledger:write"] },
  produces: ["application/json"],
  docs: {
    operationId: "previewStatement",
    tag: "Ledger",
    summary: "Read a bank statement without importing it",
    description:
      "The date and amount read of each line, whether the books have it, and the account it would go to. Writes nothing.",
    success: { 200: { description: "How it would be imported.", schema: statementPreview } },
    refusals: ["ACCOUNT_NOT_FOUND", "STATEMENT_INVALID", "STATEMENT_AMBIGUOUS"],
  },
  body: previewedStatement,
  respond: async ({ body, execute }) => {
    const { skip, first, content, contentBase64, ...rest } = body;
    const input = { ...rest, contentBase64: base64Of({ content, contentBase64 }) };
    const { preview } = await execute(RestPreviewStatementDocument, { input, skip, first });
    return { status: 200, body: toPreview(preview) };
  },
});

export const undoing = z.strictObject({ reason: description("Why.") }).meta({
  id: "StatementUndoing",
  description: "Why an import is taken back.",
  examples: [{ reason: "Imported into the wrong account" }],
});

/** POST /api/v1/statements/{id}/undo: takes an import back. */
export const postStatementUndo = defineEndpoint({
  method: "POST",
  path: "/api/v1/statements/:id/undo",
  operations: [RestStatementDocument, RestUndoStatementDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "undoStatement",
    tag: "Ledger",
    summary: "Take an import back",
    description:
      "Reverses each transaction that the import posted, on its own value date, all or none. A statement that was undone stays as it is.",
    success: { 200: { description: "The statement, undone.", schema: statement } },
    refusals: ["NOT_FOUND", "ALREADY_REVERSED", "POSTING_PERIOD_CLOSED", "APPROVAL_REQUIRED"],
  },
  params: z.strictObject({ id: id("The statement.") }),
  body: undoing,
  respond: async ({ params, body, execute }) => {
    const { statement: found } = await execute(RestStatementDocument, params);
    if (found === null) throw noStatement(params.id);
    const input = { statementId: params.id, ...body };
    const { undoStatement } = await execute(RestUndoStatementDocument, { input });
    return { status: 200, body: toStatement(undoStatement) };
  },
});
