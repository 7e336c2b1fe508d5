import { CursorScalar, DEFAULT_PAGE_SIZE, pageSize } from "@allfunds/platform/graphql/types";
import { ArgsType, Field, Int } from "type-graphql";

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PAGE_SIZE,
    description: "Items per page, 1 to 200.",
  })
  first?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: "Read on behind this cursor." })
  after?: string | null;
}

/** The page asked for; a `first` out of bounds is INVALID_INPUT. */
export const toPage = ({ first, after }: PageArgs) => ({ first: pageSize(first), after });
