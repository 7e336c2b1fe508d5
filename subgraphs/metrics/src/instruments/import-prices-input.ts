import { Field, InputType } from "type-graphql";

@InputType("PriceCsvMapping", { description: "How a CSV file of prices is written." })
export class PriceCsvMappingInput {
  @Field(() => String, { defaultValue: "date", description: "Column of the date." })
  date!: string;

  @Field(() => String, { defaultValue: "close", description: "Column of the closing price." })
  close!: string;

  @Field(() => String, {
    defaultValue: "YYYY-MM-DD",
    description: "Made of YYYY, MM or M or MMM (Jan), DD or D, and any text between.",
  })
  dateFormat!: string;

  @Field(() => String, { defaultValue: ".", description: "Decimal separator: `.` or `,`." })
  decimalSeparator!: string;

  @Field(() => String, { defaultValue: ",", description: "Column separator, one character." })
  delimiter!: string;
}

@InputType("ImportPricesInput", { description: "A CSV file of daily prices of one instrument." })
export class ImportPricesInput {
  @Field(() => String, {
    description: "Symbol of the instrument, which is created when it is new.",
  })
  symbol!: string;

  @Field(() => String, { nullable: true, description: "Name for people; the symbol by default." })
  name!: string | null | undefined;

  @Field(() => String, { description: "ISO 4217 currency of the prices." })
  currency!: string;

  @Field(() => String, {
    description: "The file, its first line naming the columns; at most 100,000 rows.",
  })
  content!: string;

  @Field(() => PriceCsvMappingInput, {
    defaultValue: {},
    description: "Columns and formats.",
  })
  csv!: PriceCsvMappingInput;
}
