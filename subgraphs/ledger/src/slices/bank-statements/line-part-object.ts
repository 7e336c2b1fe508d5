import type { MoneyJson } from "@allfunds/contract/money";
import { DecimalScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { AccountObject } from "../accounts/account-object.ts";
import {
  EntryDimensionInput,
  EntryDimensionObject,
  toDimensions,
} from "../dimensions/dimension-object.ts";
import type { LinePart } from "./line-part.ts";

@InputType({ description: "So much of the other side of a line, on an account." })
export class StatementLinePartInput {
  @Field(() => ID, { description: "The account, in the currency of the bank's." })
  accountId!: string;

  @Field(() => DecimalScalar, { description: "Positive, whichever way the line went." })
  amount!: string;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that the entry on it has, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;
}

/** A part as commands have it. */
export const toPart = ({ dimensions, ...part }: StatementLinePartInput): LinePart => ({
  ...part,
  dimensions: toDimensions(dimensions),
});

@InputType({ description: "A line of a file that belongs to several accounts." })
export class StatementLineSplitInput {
  @Field(() => Int, { description: "Number of the line, from 1, as `previewStatement` lists it." })
  line!: number;

  @Field(() => [StatementLinePartInput], {
    description: "1 to 20 parts that come to the line's amount; they win over rules.",
  })
  parts!: StatementLinePartInput[];
}

@ObjectType("StatementLinePart", {
  description: "So much of the other side of a line, where it stands.",
})
export class StatementLinePartObject {
  @Field(() => ID, { description: "Id of the account." })
  accountId!: string;

  @Field(() => AccountObject, { description: "The account." })
  account!: AccountObject;

  @Field(() => MoneyObject, { description: "Positive, whichever way the line went." })
  amount!: MoneyJson;

  @Field(() => [EntryDimensionObject], { description: "Values of dimensions that the entry has." })
  dimensions!: EntryDimensionObject[];
}
