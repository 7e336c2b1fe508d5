import type {
  Fee,
  ShareClassState as Status,
  ShareClassTerms,
} from "@allfunds/contract/fund-administration";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";
import { FeeObject } from "../fund-terms/fund-terms-object.ts";
import { classTermsOn, type ShareClassRow } from "./share-class.ts";

export const StateEnum: { readonly [State in Status]: State } = {
  OPEN: "OPEN",
  SOFT_CLOSED: "SOFT_CLOSED",
  CLOSED: "CLOSED",
  SUSPENDED: "SUSPENDED",
  LIQUIDATING: "LIQUIDATING",
};
registerEnumType(StateEnum, {
  name: "ShareClassState",
  description:
    "OPEN takes every order; SOFT_CLOSED subscriptions of holders only; CLOSED and LIQUIDATING none; SUSPENDED no order at all, and what waits is deferred.",
});

const DistributionEnum: { readonly [Value in ShareClassTerms["distribution"]]: Value } = {
  ACCUMULATING: "ACCUMULATING",
  DISTRIBUTING: "DISTRIBUTING",
};
registerEnumType(DistributionEnum, {
  name: "DistributionPolicy",
  description: "Whether a class keeps its income or distributes it.",
});

const ChargeToEnum: { readonly [To in ShareClassTerms["entryCharge"]["to"]]: To } = {
  DISTRIBUTOR: "DISTRIBUTOR",
  CLASS: "CLASS",
};
registerEnumType(ChargeToEnum, {
  name: "ChargeRecipient",
  description: "Who receives a charge: the distributor, or the class and so its other holders.",
});

@ObjectType("OrderCharge", { description: "A charge on the amount of an order." })
@InputType("OrderChargeInput", { description: "A charge on the amount of an order." })
class ChargeObject {
  @Field(() => DecimalScalar, { description: "Rate of the amount: 0.01 for 1 percent." })
  rate!: string;

  @Field(() => ChargeToEnum, { description: "Who receives it." })
  to!: ShareClassTerms["entryCharge"]["to"];
}

@ObjectType("ShareClassTerms", { description: "Fees, charges and minimums of a class." })
export class ShareClassTermsObject implements ShareClassTerms {
  @Field(() => DistributionEnum, { description: "Whether it keeps or distributes its income." })
  distribution!: ShareClassTerms["distribution"];

  @Field(() => FeeObject, {
    nullable: true,
    description: "On the net assets of the class; null for none.",
  })
  managementFee!: Fee | null;

  @Field(() => ChargeObject, { description: "On the amount of a subscription." })
  entryCharge!: ShareClassTerms["entryCharge"];

  @Field(() => DecimalScalar, {
    description: "Share of a redemption that stays in the class: 0.005 for 0.5 percent.",
  })
  exitChargeRate!: string;

  @Field(() => DecimalScalar, {
    description: "Least amount of an investor's first subscription, in the class's currency.",
  })
  minimumInitial!: string;

  @Field(() => DecimalScalar, {
    description: "Least amount of each further subscription, in the class's currency.",
  })
  minimumFurther!: string;
}

@InputType({ description: "Fees, charges and minimums of a class; what is absent stays." })
export class ShareClassTermsInput {
  @Field(() => DistributionEnum, { nullable: true, description: "ACCUMULATING unless named." })
  distribution?: ShareClassTerms["distribution"] | null;

  @Field(() => FeeObject, { nullable: true, description: "Null for none." })
  managementFee?: Fee | null;

  @Field(() => ChargeObject, { nullable: true, description: "None unless named." })
  entryCharge?: ShareClassTerms["entryCharge"] | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0 unless named." })
  exitChargeRate?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0 unless named." })
  minimumInitial?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0 unless named." })
  minimumFurther?: string | null;
}

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("ShareClass", {
  implements: NodeObject,
  description: "A class of units of a fund. Its units are the asset `<ISIN>/<decimals>`.",
})
export class ShareClassObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the class." })
  id!: string;

  @Field(() => String, { description: "Short code, unique in the fund, such as A." })
  code!: string;

  @Field(() => String, { description: "Name of the class." })
  name!: string;

  @Field(() => String, { description: "ISIN, ISO 6166." })
  isin!: string;

  @Field(() => String, { description: "Currency of its orders and NAV, ISO 4217." })
  currency!: string;

  @Field(() => Int, { description: "Decimals of its units." })
  unitDecimals!: number;

  @Field(() => DateScalar, { description: "First day of the class." })
  launchDate!: string;

  @Field(() => DecimalScalar, { description: "Price of a unit until the first NAV." })
  launchPrice!: string;

  @Field(() => StateEnum, { description: "Which orders it takes." })
  state!: Status;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  allTerms!: ShareClassRow["terms"];
}

export const ShareClassConnection = connectionType("ShareClass", ShareClassObject);

export const termsObjectOn = (
  { allTerms }: ShareClassObject,
  date: string,
): ShareClassTermsObject =>
  Object.assign(new ShareClassTermsObject(), classTermsOn({ terms: allTerms }, date));
