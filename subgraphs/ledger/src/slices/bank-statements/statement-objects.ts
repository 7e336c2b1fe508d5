import type { MoneyJson } from "@allfunds/contract/money";
import { MoneyObject } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { AccountObject } from "../accounts/account-object.ts";
import {
  STATEMENT_DIRECTIONS,
  type StatementDirection,
  type StatementRule,
} from "./statement-rule.ts";

const STATEMENT_FORMATS = { CAMT_053: "CAMT_053", CSV: "CSV" } as const;
export type StatementFormat = keyof typeof STATEMENT_FORMATS;
registerEnumType(STATEMENT_FORMATS, {
  name: "StatementFormat",
  description:
    "CAMT_053 is ISO 20022 camt.053, versions 02 to 13; CSV needs a mapping of its columns.",
});

@InputType({
  description: "Which column of a bank's CSV means what. Values are names in its first line.",
})
export class CsvMappingInput {
  @Field(() => String, { description: "Column of the date that counts." })
  date!: string;

  @Field(() => String, { description: "Column of the remittance text." })
  description!: string;

  @Field(() => String, {
    nullable: true,
    description: "Column of the signed amount; positive came in.",
  })
  amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of what went out, with `credit` instead of `amount`.",
  })
  debit?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of what came in, with `debit` instead of `amount`.",
  })
  credit?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of the bank's own number of the booking.",
  })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: "Column of the other party's name." })
  counterparty?: string | null;

  @Field(() => String, {
    defaultValue: "YYYY-MM-DD",
    description: "How dates are written, from YYYY, YY, MM, M, DD, D.",
  })
  dateFormat!: string;

  @Field(() => String, { defaultValue: ".", description: "`.` or `,`." })
  decimalSeparator!: string;

  @Field(() => String, { defaultValue: ",", description: "Between columns: one character." })
  delimiter!: string;

  @Field(() => String, {
    nullable: true,
    description: "Column of the ISO 4217 currency, checked against the account's.",
  })
  currency?: string | null;
}

registerEnumType(STATEMENT_DIRECTIONS, {
  name: "StatementDirection",
  description: "IN came into the bank account, OUT left it.",
});

@InputType({ description: "Names the account of lines that read like this." })
class StatementRuleInput implements StatementRule {
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
}

@InputType({ description: "A bank statement to import." })
export class ImportStatementInput {
  @Field(() => ID, {
    description: "The bank account it is of: an asset, or a liability such as a card.",
  })
  accountId!: string;

  @Field(() => STATEMENT_FORMATS, { description: "Format of the content." })
  format!: StatementFormat;

  @Field(() => String, { description: "The file's text." })
  content!: string;

  @Field(() => CsvMappingInput, { nullable: true, description: "Required for CSV." })
  csv?: CsvMappingInput | null;

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
