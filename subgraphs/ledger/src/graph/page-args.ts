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

/** A page to read: so many items behind a cursor. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null | undefined;
}

/** The requested page; a `first` out of bounds is INVALID_INPUT. */
export const toPage = ({ first, after }: PageArgs): PageRequest => ({
  first: pageSize(first),
  after,
});
