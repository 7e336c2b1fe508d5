import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import {
  CorporateActionKind,
  deleteAction,
  readActions,
  recordAction,
} from "../prices/corporate-actions.ts";
import type { CorporateAction } from "../prices/corporate-actions.ts";
import { InstrumentObject } from "./instrument-graphql.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";

registerEnumType(CorporateActionKind, {
  name: "CorporateActionKind",
  description: "What changes the price of a unit without a change of its value.",
  valuesConfig: {
    SPLIT: { description: "Units are divided, or put together." },
    DIVIDEND: { description: "An amount is paid out for each unit." },
  },
});

@ObjectType("CorporateAction", {
  description: "What changes the price of a unit without a change of its value.",
})
class CorporateActionObject implements CorporateAction {
  @Field(() => ID, { description: "UUID of the action." })
  id!: string;

  @Field(() => DateScalar, { description: "First day on which the price is without it." })
  exDate!: string;

  @Field(() => CorporateActionKind, { description: "What it is." })
  kind!: CorporateActionKind;

  @Field(() => DecimalScalar, {
    description:
      "Of a split: units after for one before. Of a dividend: the amount of one unit (before a split of the same day), in the instrument's currency.",
  })
  value!: string;
}

@InputType("RecordCorporateActionInput", { description: "A split or a dividend." })
class RecordCorporateActionInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the action, made by the client, so that a repeat is the same action.",
  })
  id!: string | null | undefined;

  @Field(() => ID, { description: "UUID of the instrument." })
  instrumentId!: string;

  @Field(() => DateScalar, { description: "First day on which the price is without it." })
  exDate!: string;

  @Field(() => CorporateActionKind, { description: "What it is." })
  kind!: CorporateActionKind;

  @Field(() => DecimalScalar, {
    description:
      "Of a split: units after for one before. Of a dividend: the amount of one unit (before a split of the same day), in the instrument's currency.",
  })
  value!: string;
}

@Resolver(() => InstrumentObject)
export class CorporateActionResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => CorporateActionObject, {
    description:
      "Records a split or a dividend; prices stay as they are, adjusted series change. ALREADY_EXISTS for another one of the same day and kind.",
  })
  recordCorporateAction(
    @Arg("input", () => RecordCorporateActionInput) input: RecordCorporateActionInput,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<CorporateAction> {
    const { id, instrumentId, exDate, kind, value } = input;
    const action = { id: id ?? newId(), exDate, kind, value };
    return withTransaction(this.#pool, { tenantId }, (client) =>
      recordAction(client, { tenantId, instrumentId }, action),
    );
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => CorporateActionObject, {
    description:
      "Deletes a corporate action; what was known before is kept. NOT_FOUND when there is none.",
  })
  deleteCorporateAction(
    @Arg("id", () => ID, { description: "UUID of the action." }) id: string,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<CorporateAction> {
    return withTransaction(this.#pool, { tenantId }, (client) =>
      deleteAction(client, tenantId, id),
    );
  }

  @RequiresScopes("metrics:read")
  @FieldResolver(() => [CorporateActionObject], {
    description: "Its splits and dividends by their days.",
  })
  corporateActions(
    @Root() { id }: InstrumentObject,
    @Arg("knownAt", () => DateTimeScalar, {
      nullable: true,
      description: "As they were known at this instant; as they are known now by default.",
    })
    knownAt: string | null | undefined,
    @Ctx() { request: { tenantId } }: InstrumentContext,
  ): Promise<CorporateAction[]> {
    const known = knownAt ? new Date(knownAt) : null;
    return readActions(this.#pool, { tenantId, instrumentId: id }, known);
  }
}
