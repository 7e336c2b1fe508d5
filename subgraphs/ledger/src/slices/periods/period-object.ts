import { connectionType, DateScalar, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, ObjectType } from "type-graphql";
import { REPLAYED } from "../../graph/shared-types.ts";

@ObjectType("Period", {
  description: "Days whose books were closed: value dates among them are refused until reopened.",
})
export class PeriodObject {
  @Field(() => ID, { description: "UUID of the period." })
  id!: string;

  @Field(() => ID, { description: "The fund whose books they are." })
  fundId!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First day; null for all days up to `to`.",
  })
  from!: string | null;

  @Field(() => DateScalar, { description: "Last day." })
  to!: string;

  @Field(() => DateTimeScalar, { description: "When it was closed." })
  closedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was reopened; null while it is closed.",
  })
  reopenedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Why it was reopened." })
  reopenReason!: string | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  position!: number;
}

export const PeriodConnection = connectionType("Period", PeriodObject);
