import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { currency, date, decimal, id, instant } from "../endpoint/scalars.ts";
import type {
  RestPreviewStatementQuery,
  RestStatementLinesQuery,
  StatementBreakFieldsFragment,
  StatementFieldsFragment,
  StatementPartFieldsFragment,
} from "../graph/graph-types.generated.ts";

export const STATEMENT_FORMATS = [
  "ABO",
  "BAI2",
  "CAMT_052",
  "CAMT_053",
  "CAMT_054",
  "CFONB_120",
  "CODA",
  "CSV",
  "MT940",
  "MT942",
  "OFX",
  "QIF",
  "XLSX",
] as const;

const VERDICTS = ["NEW", "DUPLICATE", "POSSIBLE_DUPLICATE"] as const;

const format = z.enum(STATEMENT_FORMATS).meta({ description: "Format of the file." });
const count = (description: string) => z.int().meta({ description });
const balance = (description: string) => decimal(description).nullable();

const balanceBreak = z
  .object({
    kind: z
      .enum(["BETWEEN_LINES", "BETWEEN_STATEMENTS", "SINCE_LAST_IMPORT"])
      .meta({ description: "Where it is." }),
    expected: decimal("Balance that should have come next."),
    found: decimal("Balance that came."),
    difference: decimal("`found` less `expected`."),
    line: count("Line of the file behind the hole, where it is between two lines.").nullable(),
  })
  .meta({ id: "BalanceBreak", description: "A hole in the chain of statement balances." });

const toBreak = ({ kind, expected, found, difference, line }: StatementBreakFieldsFragment) => ({
  kind,
  line,
  expected: expected.amount,
  found: found.amount,
  difference: difference.amount,
});

export const statement = z
  .object({
    id: id("The statement, which is its import."),
    fundId: id("The fund in whose book it is."),
    accountId: id("The account it was imported into."),
    state: z.enum(["IMPORTED", "UNDONE"]).meta({ description: "What became of it." }),
    format,
    iban: z.string().nullable().meta({ description: "As the file states it." }),
    fileHash: z.string().nullable().meta({ description: "SHA-256 of the file, hexadecimal." }),
    from: date("First booking date.").nullable(),
    to: date("Last booking date.").nullable(),
    currency: currency("Of its balances; null without any.").nullable(),
    openingBalance: balance("As the file states it."),
    closingBalance: balance("As the file states it."),
    lineCount: count("Booked lines of the file."),
    posted: count("Lines that were posted."),
    proposed: count("Lines that wait for an approver, or did."),
    duplicates: count("Lines that the books had already."),
    possibleDuplicates: count("Lines that may be in the books in another form."),
    openLines: count("Possible duplicates that are not decided."),
    skipped: count("Lines that are not booked yet, or have no amount."),
    breaks: z.array(balanceBreak).meta({ description: "Holes in the chain of balances." }),
    importedAt: instant("When it was imported."),
    importedBy: z.string().meta({ description: "Id of the user or API client." }),
    undoneAt: instant("When the import was taken back; null otherwise.").nullable(),
    undoneBy: z.string().nullable().meta({ description: "Who took it back." }),
    undoReason: z.string().nullable().meta({ description: "Why it was taken back." }),
  })
  .meta({ id: "Statement", description: "A bank statement that was imported into an account." });

export function toStatement({
  account,
  breaks,
  openingBalance,
  closingBalance,
  ...fields
}: StatementFieldsFragment): z.output<typeof statement> {
  return {
    ...fields,
    fundId: account.fund.id,
    accountId: account.id,
    currency: openingBalance?.currency ?? closingBalance?.currency ?? null,
    openingBalance: openingBalance?.amount ?? null,
    closingBalance: closingBalance?.amount ?? null,
    breaks: breaks.map(toBreak),
  };
}

/** The refusal of an id that is no statement's. */
export const noStatement = (statementId: string): AppError =>
  new AppError("NOT_FOUND", `There is no statement ${statementId}.`);

const linePart = z
  .object({
    accountId: id("The account."),
    amount: decimal("Positive, whichever way the line went."),
    dimensions: z
      .array(
        z.object({
          dimension: z.string().meta({ description: "Name of the dimension." }),
          value: z.string().meta({ description: "Its value." }),
        }),
      )
      .meta({ description: "Values of dimensions that the entry has." }),
  })
  .meta({ id: "StatementLinePart", description: "So much of the other side of a line." });

const toPart = ({ accountId, amount, dimensions }: StatementPartFieldsFragment) => ({
  accountId,
  amount: amount.amount,
  dimensions: dimensions.map(({ dimension, value }) => ({ dimension, value })),
});

const parts = (description: string) => z.array(linePart).meta({ description });

const readLine = {
  fileLine: count("Line in the file, from 1."),
  effectiveDate: date("Value date."),
  bookingDate: date("Booking date."),
  amount: decimal("Signed as the bank has it: positive came in."),
  currency: currency("Of the amount."),
  description: z.string().meta({ description: "Remittance text." }),
  counterparty: z.string().nullable().meta({ description: "The other party." }),
  reference: z.string().nullable().meta({ description: "Reference of the bank or the client." }),
  verdict: z.enum(VERDICTS).meta({ description: "Whether the books have it." }),
  earlierTransactionId: id("Of a duplicate: the transaction it may be.").nullable(),
};

export const statementLine = z
  .object({
    number: count("Number in the statement, from 1."),
    ...readLine,
    decision: z
      .enum(["CONFIRMED", "REJECTED"])
      .nullable()
      .meta({ description: "What a person decided on a possible duplicate." }),
    transactionId: id("What was posted for it, or waits for approval.").nullable(),
    parts: parts("Where its other side stands; several of a line that was split."),
  })
  .meta({ id: "StatementLine", description: "A line of a bank statement." });

type Line = NonNullable<RestStatementLinesQuery["statement"]>["lines"]["nodes"][number];

export const toStatementLine = ({
  amount: { amount, currency: of },
  parts: given,
  ...fields
}: Line): z.output<typeof statementLine> => ({
  ...fields,
  amount,
  currency: of,
  parts: given.map(toPart),
});

const previewedLine = z
  .object({
    ...readLine,
    contraAccountId: id("The account it would go to.").nullable(),
    parts: parts("Of a line that `splits` names: its parts."),
  })
  .meta({ id: "PreviewedLine", description: "A line of a file that was not imported." });

export const statementPreview = z
  .object({
    format,
    encoding: z.string().nullable().meta({ description: "Encoding of a text file." }),
    iban: z.string().nullable().meta({ description: "As the file states it." }),
    lineCount: count("Booked lines of the file."),
    newLines: count("Lines that the books do not have."),
    duplicates: count("Lines that the books have."),
    possibleDuplicates: count("Lines that may be in the books in another form."),
    skipped: count("Lines that are not booked yet, or have no amount."),
    openingBalance: balance("As the file states it."),
    closingBalance: balance("As the file states it."),
    breaks: z.array(balanceBreak).meta({ description: "Holes in the chain of balances." }),
    lines: z.array(previewedLine).meta({ description: "Lines from `skip` on, up to `first`." }),
  })
  .meta({
    id: "StatementPreview",
    description: "How a file would be imported. Nothing is written.",
  });

export function toPreview({
  openingBalance,
  closingBalance,
  breaks,
  lines,
  ...fields
}: RestPreviewStatementQuery["preview"]): z.output<typeof statementPreview> {
  return {
    ...fields,
    openingBalance: openingBalance?.amount ?? null,
    closingBalance: closingBalance?.amount ?? null,
    breaks: breaks.map(toBreak),
    lines: lines.map(({ amount, parts: given, ...line }) => ({
      ...line,
      ...amount,
      parts: given.map(toPart),
    })),
  };
}
