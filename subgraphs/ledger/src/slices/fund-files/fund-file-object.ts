import { DateScalar, DecimalScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { FUND_FILE_KINDS, type FundFileKind } from "./file-fields.ts";

registerEnumType(FUND_FILE_KINDS, {
  name: "FundFileKind",
  description: "What a file of fund administration has, one a line under a header.",
  valuesConfig: {
    TRADES: {
      description:
        "isin, side, tradeDate, settlementDate, quantity, price; time, currency, gross, costs, accrued, exchangeRate, reference. Recorded as `recordTrades` does; at most 1,000.",
    },
    POSITIONS: {
      description:
        "isin, quantity, asOf; custodian. Compared with the books, and nothing is posted.",
    },
    PRICES: {
      description:
        "isin, date, price, currency, source; kind, LAST when absent. Recorded as `recordPrices` does.",
    },
    EXCHANGE_RATES: {
      description:
        "date, base, quote, rate, source; or the reference rates of the ECB as XML or as CSV with a column for each currency.",
    },
    ORDERS: {
      description:
        "isin of the class, investor (reference or UUID), kind, amount or units; reference, chargeRate, receivedAt, toIsin, toInvestor. Placed as `placeOrders` does, all or none; at most 1,000.",
    },
    INVESTORS: {
      description:
        "reference, kind, taxCountry, name; address, dateOfBirth, taxNumber, bankAccount, email, kycState, kycUntil. Needs investors:write.",
    },
  },
});

@InputType({ description: "The column of a field, where it has another name." })
class FileColumnInput {
  @Field(() => String, { description: "Field, such as `tradeDate`." })
  field!: string;

  @Field(() => String, { description: "Title of its column in the file." })
  column!: string;
}

@InputType({ description: "A file of fund administration, and how to read it." })
export class ImportFundFileInput {
  @Field(() => FUND_FILE_KINDS, { description: "What it has." })
  kind!: FundFileKind;

  @Field(() => ID, {
    nullable: true,
    description:
      "The fund: needed for TRADES, POSITIONS and ORDERS; of PRICES the one fund they are for, every fund when absent.",
  })
  fundId?: string | null;

  @Field(() => String, { description: "Text of the file, at most 4 MiB with the request." })
  content!: string;

  @Field(() => [FileColumnInput], {
    nullable: true,
    description: "Columns whose titles are not the names of their fields.",
  })
  columns?: FileColumnInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Such as DD.MM.YYYY; what all dates of the file can be when absent.",
  })
  dateFormat?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "`.` or `,`; what all decimals of the file can have when absent.",
  })
  decimalSeparator?: string | null;

  @Field(() => String, { nullable: true, description: "Between cells; found when absent." })
  delimiter?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Source of prices and rates in a file without a column for it.",
  })
  source?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Of EXCHANGE_RATES: only from this day on, as the ECB's history has every day.",
  })
  from?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Only reads and checks the file; nothing is stored.",
  })
  preview!: boolean;
}

@ObjectType("FileField", { description: "A field of a line as it was read." })
class FileFieldObject {
  @Field(() => String, { description: "Name of the field." })
  name!: string;

  @Field(() => String, { description: "Its value: decimals with a point, dates as YYYY-MM-DD." })
  value!: string;
}

@ObjectType("FileLine", { description: "A line of a file as it was read." })
export class FileLineObject {
  @Field(() => Int, { description: "Line in the file, from 1." })
  line!: number;

  @Field(() => [FileFieldObject], { description: "What it has." })
  fields!: FileFieldObject[];
}

@ObjectType("FileColumn", { description: "The column that a field was read from." })
export class FileColumnObject {
  @Field(() => String, { description: "Name of the field." })
  field!: string;

  @Field(() => String, { description: "Title of the column." })
  column!: string;
}

@ObjectType("PositionDifference", {
  description: "A position that the file and the books have in different quantities.",
})
export class PositionDifferenceObject {
  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DateScalar, { description: "The day compared." })
  asOf!: string;

  @Field(() => DecimalScalar, { description: "Units in the file; 0 when it has none." })
  inFile!: string;

  @Field(() => DecimalScalar, { description: "Units in the books on value dates up to that day." })
  inBooks!: string;

  @Field(() => DecimalScalar, { description: "Units in the file less those in the books." })
  difference!: string;
}

@ObjectType("ImportedFundFile", { description: "What became of a file of fund administration." })
export class ImportedFundFileObject {
  @Field(() => FUND_FILE_KINDS, { description: "What it has." })
  kind!: FundFileKind;

  @Field(() => String, { description: "SHA-256 of its text in UTF-8, hexadecimal." })
  hash!: string;

  @Field(() => SafeIntScalar, { description: "Records read from it." })
  count!: number;

  @Field(() => [Int], {
    description:
      "Lines whose status is CANCELLED or REJECTED where the file comes from: they are passed over.",
  })
  passedOver!: number[];

  @Field(() => [FileColumnObject], { description: "Which column each field was read from." })
  columns!: FileColumnObject[];

  @Field(() => [FileLineObject], { description: "Its first 20 records as they were read." })
  lines!: FileLineObject[];

  @Field(() => Boolean, {
    description: "Whether its records are stored; false of a preview and of positions.",
  })
  isApplied!: boolean;

  @Field(() => Boolean, {
    description: "Whether the file was imported before: then nothing is stored again.",
  })
  replayed!: boolean;

  @Field(() => [PositionDifferenceObject], {
    description: "Of POSITIONS: where the books differ, by ISIN.",
  })
  differences!: PositionDifferenceObject[];
}

@InputType({ description: "An imported file that is taken back." })
export class UndoImportInput {
  @Field(() => FUND_FILE_KINDS, { description: "TRADES or ORDERS." })
  kind!: FundFileKind;

  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => String, { description: "`hash` of the imported file." })
  hash!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;
}

@ObjectType("UndoneImport", { description: "A file that was taken back." })
export class UndoneImportObject {
  @Field(() => String, { description: "SHA-256 of its text in UTF-8, hexadecimal." })
  hash!: string;

  @Field(() => SafeIntScalar, { description: "Its records, each of them cancelled now." })
  count!: number;
}
