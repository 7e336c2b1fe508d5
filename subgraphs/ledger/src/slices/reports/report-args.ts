import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { ArgsType, Field } from "type-graphql";

@ArgsType()
export class KnownAtArgs {
  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "As of this position of the book; as of its end when absent.",
  })
  knownAt?: number | null;
}

@ArgsType()
export class PeriodArgs extends KnownAtArgs {
  @Field(() => DateScalar, { description: "First value date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date." })
  to!: string;
}

@ArgsType()
export class PointArgs extends KnownAtArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Value dates up to this day; all when absent.",
  })
  asOf?: string | null;
}
