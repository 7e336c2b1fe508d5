import { invalidInput } from "@allfunds/contract/errors";
import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { ArgsType, Field, InputType } from "type-graphql";

@ArgsType()
class KnownAtArgs {
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

@InputType({ description: "Two days, both included." })
class ReportPeriodInput {
  @Field(() => DateScalar, { description: "First value date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date." })
  to!: string;
}

@ArgsType()
export class ComparedDaysArgs extends KnownAtArgs {
  @Field(() => [DateScalar], { description: "2 to 13 days, one for each column." })
  days!: string[];
}

@ArgsType()
export class ComparedPeriodsArgs extends KnownAtArgs {
  @Field(() => [ReportPeriodInput], { description: "2 to 13 periods, one for each column." })
  periods!: ReportPeriodInput[];
}

const MOST_COLUMNS = 13;

export function refuseColumns(name: string, count: number): void {
  if (count < 2 || count > MOST_COLUMNS) throw invalidInput(name, `must be 2 to ${MOST_COLUMNS}`);
}

export function refusePeriods(periods: readonly ReportPeriodInput[]): void {
  refuseColumns("periods", periods.length);
  if (periods.some(({ from, to }) => from > to)) {
    throw invalidInput("periods", "must each begin before they end");
  }
}
