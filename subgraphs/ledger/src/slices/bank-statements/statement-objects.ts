import type { MoneyJson } from "@allfunds/contract/money";
import { JsonScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { STATEMENT_FORMATS, type StatementFormat } from "../bank-files/read-file.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { EntryDimensionInput, toDimensions } from "../dimensions/dimension-object.ts";
import { CsvMappingInput } from "./csv-mapping-input.ts";
import { StatementLinePartObject, StatementLineSplitInput } from "./line-part-object.ts";
import {
  plainRule,
  STATEMENT_DIRECTIONS,
  type StatementDirection,
  type StatementRule,
} from "./statement-rule.ts";

registerEnumType(STATEMENT_FORMATS, {
  name: "StatementFormat",
  description: "The format of a bank's file.",
  valuesConfig: {
    ABO: { description: "ABO (GPC) statements of Czech and Slovak banks." },
    BAI2: { description: "BAI2 cash management file, as banks in the United States write it." },
    CAMT_052: {
      description: "ISO 20022 camt.052 account report of the day, versions 01 to 14.",
    },
    CAMT_053: { description: "ISO 20022 camt.053 account statement, versions 01 to 14." },
    CAMT_054: {
      description: "ISO 20022 camt.054 notification of credits and debits, versions 01 to 14.",
    },
    CFONB_120: { description: "Statements of French banks with 120 characters a record." },
    CODA: { description: "Coded statements of account (CODA 2) of Belgian banks." },
    CSV: { description: "Any delimited text; its columns are found, or named by a mapping." },
    MT940: { description: "SWIFT MT940 customer statements." },
    MT942: { description: "SWIFT MT942 interim transaction reports." },
    OFX: { description: "OFX 1 and 2, and QFX." },
    XLSX: { description: "Excel workbook with values only, sent as `contentBase64`." },
    QIF: { description: "Quicken Interchange Format of bank, cash and card accounts." },
  },
});

registerEnumType(STATEMENT_DIRECTIONS, {
  name: "StatementDirection",
  description: "IN came into the bank account, OUT left it.",
});

@InputType({ description: "Names the account of lines that read like this." })
export class StatementRuleInput implements Omit<StatementRule, "dimensions"> {
  @Field(() => [String], {
    description:
      "1 to 50 texts; one of them in the remittance text or the other party's name is enough. Case does not matter.",
  })
  contains!: string[];

  @Field(() => STATEMENT_DIRECTIONS, {
    description: "Only lines of this direction; a reversal counts in that of its original.",
  })
  direction!: StatementDirection;

  @Field(() => ID, { description: "The account on the other side." })
  accountId!: string;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that the entry on it has, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;
}

/** A rule as commands have it. */
export const toRule = ({ dimensions, ...rule }: StatementRuleInput): StatementRule =>
  plainRule({ ...rule, dimensions: toDimensions(dimensions) });

@InputType({ description: "How a bank's file is to be read, and where its lines go." })
export class StartStatementImportInput {
  @Field(() => ID, {
    description: "The bank account it is of: an asset, or a liability such as a card.",
  })
  accountId!: string;

  @Field(() => STATEMENT_FORMATS, {
    nullable: true,
    description: "Format of the content; found in it when absent.",
  })
  format?: StatementFormat | null;

  @Field(() => CsvMappingInput, {
    nullable: true,
    description: "How CSV is to be read; of QIF, its date format and decimal separator.",
  })
  csv?: CsvMappingInput | null;

  @Field(() => String, {
    nullable: true,
    description: "Which account of a file with several: its IBAN or number, as the file writes it.",
  })
  iban?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Imports although earlier statements of this IBAN went into another account, or this account's were of another IBAN: from now on they belong together.",
  })
  takesOverIban!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Posts also lines that may be in the books already in another form; otherwise they are left out and listed.",
  })
  postPossibleDuplicates!: boolean;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      "Compares lines also with postings of the account that no statement brought: one of the same amount up to five days apart makes a line a possible duplicate, to be matched with it. With false such a line is posted beside it.",
  })
  comparesPostings!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: "Where receipts come from; the fund's 'Unallocated receipts' when absent.",
  })
  receiptsAccountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Where payments go; the fund's 'Unallocated payments' when absent.",
  })
  paymentsAccountId?: string | null;

  @Field(() => [StatementRuleInput], {
    nullable: true,
    description:
      "Up to 200 rules; the first that fits a line decides its other side, before the two above.",
  })
  rules?: StatementRuleInput[] | null;

  @Field(() => [StatementLineSplitInput], {
    nullable: true,
    description: "Up to 200 lines that belong to several accounts, each once.",
  })
  splits?: StatementLineSplitInput[] | null;
}

@InputType({ description: "A bank statement to import." })
export class ImportStatementInput extends StartStatementImportInput {
  @Field(() => String, {
    nullable: true,
    description: "The file's text; `contentBase64` is safer, because it keeps the encoding.",
  })
  content?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The file's bytes in Base64, instead of `content`. UTF-8, UTF-16, Windows-1252, Windows-1250, Windows-1251, Windows-1255, ISO 8859-2, Shift_JIS and GB 18030 are recognised.",
  })
  contentBase64?: string | null;
}

const BREAK_KINDS = {
  BETWEEN_LINES: "BETWEEN_LINES",
  BETWEEN_STATEMENTS: "BETWEEN_STATEMENTS",
  SINCE_LAST_IMPORT: "SINCE_LAST_IMPORT",
} as const;
registerEnumType(BREAK_KINDS, {
  name: "StatementBreakKind",
  description: "Where a chain of balances is broken.",
  valuesConfig: {
    BETWEEN_LINES: {
      description: "Between two lines of the file, as its running balance shows.",
    },
    BETWEEN_STATEMENTS: { description: "Between two statements of the file." },
    SINCE_LAST_IMPORT: { description: "Between the account's last import and this file." },
  },
});

@ObjectType("StatementBreak", {
  description: "A hole in a chain of balances: lines between the two are missing, or stand twice.",
})
export class StatementBreakObject {
  @Field(() => BREAK_KINDS, { description: "Where it is." })
  kind!: keyof typeof BREAK_KINDS;

  @Field(() => MoneyObject, { description: "Where the balance before ended." })
  expected!: MoneyJson;

  @Field(() => MoneyObject, { description: "Where the next one begins." })
  found!: MoneyJson;

  @Field(() => MoneyObject, { description: "What lies between: `found` less `expected`." })
  difference!: MoneyJson;

  @Field(() => Int, {
    nullable: true,
    description: "Line of the file behind the hole; null where it is not between two lines.",
  })
  line!: number | null;
}

export const LINE_VERDICTS = {
  NEW: "NEW",
  DUPLICATE: "DUPLICATE",
  POSSIBLE_DUPLICATE: "POSSIBLE_DUPLICATE",
} as const;
registerEnumType(LINE_VERDICTS, {
  name: "StatementLineVerdict",
  description: "What the books say about a line of a file.",
  valuesConfig: {
    NEW: { description: "No earlier import brought it." },
    DUPLICATE: { description: "An earlier import posted this line." },
    POSSIBLE_DUPLICATE: {
      description:
        "An earlier import posted the same amount on the same day, or the same text a few days apart: perhaps the same line in another format, with another text, or pending then booked.",
    },
  },
});

@ObjectType("StatementLine", { description: "A booked line of a bank's file, as it was read." })
export class StatementLineObject {
  @Field(() => Int, { description: "Line in the file, from 1." })
  fileLine!: number;

  @Field(() => String, {
    description: "Value date, or the booking date where the bank gives no other.",
  })
  effectiveDate!: string;

  @Field(() => String, { description: "Booking date." })
  bookingDate!: string;

  @Field(() => MoneyObject, { description: "Positive came in, negative went out." })
  amount!: MoneyJson;

  @Field(() => String, { description: "Remittance text." })
  description!: string;

  @Field(() => String, { nullable: true, description: "The other party." })
  counterparty!: string | null;

  @Field(() => String, { nullable: true, description: "The bank's own number of the booking." })
  reference!: string | null;

  @Field(() => Boolean, {
    description: "True when it takes back an earlier booking, as a returned payment does.",
  })
  takesBack!: boolean;

  @Field(() => JsonScalar, { description: "Whatever else the bank sent, by name." })
  details!: Record<string, unknown>;

  @Field(() => LINE_VERDICTS, { description: "Whether the books have it." })
  verdict!: keyof typeof LINE_VERDICTS;

  @Field(() => ID, {
    nullable: true,
    description: "The transaction it may be the same as, of a possible duplicate.",
  })
  earlierTransactionId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The account on the other side, by rule or as given; null for the fund's unallocated one.",
  })
  contraAccountId!: string | null;

  @Field(() => [StatementLinePartObject], { description: "Its parts, when it is split." })
  parts!: StatementLinePartObject[];
}

@ObjectType("CsvColumn", { description: "What a column of a CSV was taken for." })
export class CsvColumnObject {
  @Field(() => String, { description: "Name of the field of `CsvMappingInput`." })
  field!: string;

  @Field(() => String, { description: "The column's name, or its place as `#1`." })
  column!: string;
}

@ObjectType("CsvReading", {
  description: "How a CSV was read; sent back as its mapping, it is read the same.",
})
export class CsvReadingObject {
  @Field(() => [CsvColumnObject], { description: "The columns that were used." })
  columns!: CsvColumnObject[];

  @Field(() => String, { description: "Between columns." })
  delimiter!: string;

  @Field(() => Int, { description: "Line of the header, 0 when there is none." })
  headerLine!: number;

  @Field(() => String, { description: "How dates are written." })
  dateFormat!: string;

  @Field(() => String, { description: "`.` or `,`." })
  decimalSeparator!: string;
}

@ObjectType("StatementPreview", {
  description: "A bank's file as it was read, compared with the books. Nothing is written.",
})
export class StatementPreviewObject {
  @Field(() => STATEMENT_FORMATS, { description: "Format of the file." })
  format!: StatementFormat;

  @Field(() => String, {
    nullable: true,
    description: "Encoding of the file, such as `utf-8`; null when it came as text.",
  })
  encoding!: string | null;

  @Field(() => CsvReadingObject, { nullable: true, description: "How a CSV was read." })
  csv!: CsvReadingObject | null;

  @Field(() => String, { nullable: true, description: "The bank's name for the account." })
  iban!: string | null;

  @Field(() => Int, { description: "Booked lines in the file." })
  lineCount!: number;

  @Field(() => Int, { description: "Lines that no earlier import brought." })
  newLines!: number;

  @Field(() => Int, { description: "Lines that an earlier import posted." })
  duplicates!: number;

  @Field(() => Int, { description: "Lines that may be in the books in another form." })
  possibleDuplicates!: number;

  @Field(() => Int, { description: "Lines left out: not booked by the bank, or moving nothing." })
  skipped!: number;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Before the first line, when the file has it.",
  })
  openingBalance!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "After the last line, when the file has it.",
  })
  closingBalance!: MoneyJson | null;

  @Field(() => [StatementBreakObject], { description: "Holes in the chain of balances." })
  breaks!: StatementBreakObject[];

  /** For the resolver of the lines. */
  readonly read!: readonly StatementLineObject[];
}

@ObjectType("StatementImport", { description: "What became of an imported statement." })
export class StatementImportObject {
  @Field(() => ID, { description: "UUID of the import." })
  id!: string;

  @Field(() => AccountObject, { description: "The bank account, as it is after the import." })
  account!: AccountObject;

  @Field(() => String, {
    nullable: true,
    description: "The bank's name for the account, when the file has it.",
  })
  iban!: string | null;

  @Field(() => Int, { description: "Booked lines in the file." })
  lines!: number;

  @Field(() => Int, { description: "Lines posted by this import." })
  posted!: number;

  @Field(() => Int, {
    description: "Lines above an approval limit: each waits as a proposal for another person.",
  })
  proposed!: number;

  @Field(() => Int, { description: "Lines that an earlier import had posted." })
  duplicates!: number;

  @Field(() => Int, {
    description: "Lines left out: not booked yet by the bank, or moving nothing.",
  })
  skipped!: number;

  @Field(() => [StatementLineObject], {
    description:
      "Lines left out because they may be in the books in another form; `postPossibleDuplicates` posts them.",
  })
  possibleDuplicates!: StatementLineObject[];

  @Field(() => [StatementBreakObject], { description: "Holes in the chain of balances." })
  breaks!: StatementBreakObject[];

  @Field(() => STATEMENT_FORMATS, { description: "Format of the file." })
  format!: StatementFormat;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Before the first line, when the file has it.",
  })
  openingBalance!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "After the last line, when the file has it.",
  })
  closingBalance!: MoneyJson | null;
}
