import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Fund", {
  implements: NodeObject,
  description: "A fund. It owns one book: a gap-free, append-only sequence of events.",
})
export class FundObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the fund and of its book." })
  id!: string;

  @Field(() => String, { description: "Name of the fund." })
  name!: string;

  @Field(() => String, { description: "Base currency, ISO 4217." })
  currency!: string;

  @Field(() => DateTimeScalar, { description: "When the fund was opened here." })
  openedAt!: Date;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

export const FundConnection = connectionType("Fund", FundObject);

/** A fund as it is read; none of it ever changes. */
export interface FundRow {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly openedAt: Date;
}

export const toFundObject = ({ id, name, currency, openedAt }: FundRow): FundObject =>
  Object.assign(new FundObject(), { id, name, currency, openedAt, replayed: false });
