import { Field, InputType, Int, registerEnumType } from "type-graphql";
import type { MappedRole } from "../bank-files/csv-mapping.ts";

const CSV_MINUS = { REPEATS_SIDE: "REPEATS_SIDE", TAKES_BACK: "TAKES_BACK" } as const;
registerEnumType(CSV_MINUS, {
  name: "CsvMinus",
  description: "What a minus means where the column or the direction is debit or credit already.",
  valuesConfig: {
    REPEATS_SIDE: { description: "Nothing more: a debit of -5.00 is a debit of 5.00." },
    TAKES_BACK: { description: "It takes one back: a debit of -5.00 came in." },
  },
});

type CsvColumns = { readonly [Role in MappedRole]?: string | null };

@InputType({
  description:
    "Which column of a bank's CSV means what: the column's name in the header, or its place as `#1`. What is absent is found in the file, by the names and the values of all rows; when `date` is given, only columns of status, direction, currency and balance are looked for.",
})
export class CsvMappingInput implements CsvColumns {
  @Field(() => String, { nullable: true, description: "Column of the booking date." })
  date?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of the value date; the booking date counts where there is none.",
  })
  valueDate?: string | null;

  @Field(() => String, { nullable: true, description: "Column of the remittance text." })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Column of debit or credit, such as D and C, where amounts have no sign; empty when there is none.",
  })
  direction?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of booked or pending; lines that are not booked are left out.",
  })
  status?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Column of fees that are charged beside the amount; empty when they are part of it.",
  })
  fee?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of the balance after each line; it gives the opening and closing balance.",
  })
  balance?: string | null;

  @Field(() => String, { nullable: true, description: "Column of the other party's IBAN." })
  counterpartyIban?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of a workbook with several sheets, the name of the one to read.",
  })
  sheet?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True when lines in other currencies than the account's are to be left out.",
  })
  leaveOutOtherCurrencies?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: "Line of the header in the file, from 1; 0 when there is none.",
  })
  headerLine?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True when positive amounts went out, as on statements of some cards; false when they came in on a card's statement.",
  })
  positiveIsOut?: boolean | null;

  @Field(() => CSV_MINUS, {
    nullable: true,
    description: "Needed only when some debits or credits have a minus and others have none.",
  })
  minus?: keyof typeof CSV_MINUS | null;

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
    nullable: true,
    description:
      "How dates are written, from YYYY, YY, MMM (a month's name), MM, M, DD, D; a time may follow, and `hr` at the end means Croatian names; SERIAL and SERIAL1904 for days that a spreadsheet counted from 1900 or 1904. Found when all rows agree.",
  })
  dateFormat?: string | null;

  @Field(() => String, { nullable: true, description: "`.` or `,`. Found when all rows agree." })
  decimalSeparator?: string | null;

  @Field(() => String, { nullable: true, description: "Between columns: one character." })
  delimiter?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Column of the ISO 4217 currency, checked against the account's.",
  })
  currency?: string | null;

  // Not a field: whether it is the mapping kept for the account.
  isKept?: boolean;
}
