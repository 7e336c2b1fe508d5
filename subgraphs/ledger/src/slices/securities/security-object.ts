import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";
import {
  DAY_COUNTS,
  SECURITY_SECTORS,
  SECURITY_TYPES,
  securityId,
  type DayCount,
  type Security,
  type SecuritySector,
  type SecurityType,
} from "./security.ts";

registerEnumType(SECURITY_TYPES, {
  name: "SecurityType",
  description: "What a security is.",
  valuesConfig: {
    EQUITY: { description: "A share." },
    FUND: { description: "A unit of another fund." },
    BOND: { description: "A bond; its quantity is its nominal." },
    RIGHT: { description: "A right to subscribe." },
    OTHER: { description: "Something else." },
  },
});

registerEnumType(SECURITY_SECTORS, {
  name: "SecuritySector",
  description: "What the issuer of a security does.",
  valuesConfig: {
    ENERGY: { description: "Oil, gas, coal and equipment for them." },
    MATERIALS: { description: "Chemicals, metals, paper, building materials." },
    INDUSTRIALS: { description: "Capital goods, transport, business services." },
    CONSUMER_DISCRETIONARY: { description: "Cars, durables, clothing, leisure, retail." },
    CONSUMER_STAPLES: { description: "Food, beverages, household goods." },
    HEALTH_CARE: { description: "Pharmaceuticals, equipment and services." },
    FINANCIALS: { description: "Banks, insurers, other finance." },
    INFORMATION_TECHNOLOGY: { description: "Software, hardware, semiconductors." },
    COMMUNICATION_SERVICES: { description: "Telecommunication, media, entertainment." },
    UTILITIES: { description: "Electricity, gas and water supply." },
    REAL_ESTATE: { description: "Property companies and trusts." },
    GOVERNMENT: { description: "States, their parts and what they own jointly." },
    OTHER: { description: "Something else." },
  },
});

registerEnumType(DAY_COUNTS, {
  name: "InterestDayCount",
  description:
    "How the days of a period become a part of a year (ISDA 2006 definitions, ICMA rule 251).",
  valuesConfig: {
    THIRTY_360: { description: "30/360: months of 30 days; day 31 ends as 30 behind 30 or 31." },
    THIRTY_E_360: { description: "30E/360: months of 30 days, day 31 always is 30." },
    ACT_360: { description: "Days by 360." },
    ACT_365F: { description: "Days by 365." },
    ACT_ACT_ISDA: { description: "Days in leap years by 366 and others by 365." },
    ACT_ACT_ICMA: { description: "Days by those of the coupon period and the coupons of a year." },
  },
});

const COUNTRY = "Country of the issuer's risk, ISO 3166-1 alpha-2; null where none was stated.";
const SECTOR = "What the issuer does; null where none was stated.";
const COUPON_RATE = "Interest of a year as a share of the nominal: 4.25 % is `0.0425`.";
const FREQUENCY = "Coupons of a year: 1, 2, 4 or 12; 0 for none.";
const EX_COUPON = "Days before a coupon from which on a buyer does not get it; 0 for none.";

@ObjectType("BondTerms", { description: "How a bond pays interest." })
class BondTermsObject {
  @Field(() => DecimalScalar, { description: COUPON_RATE })
  couponRate!: string;

  @Field(() => Int, { description: FREQUENCY })
  frequency!: number;

  @Field(() => DAY_COUNTS, { description: "How accrued interest counts days." })
  dayCount!: DayCount;

  @Field(() => DateScalar, { description: "First day that counts." })
  accruesFrom!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First coupon date, where the first period is shorter or longer than the others.",
  })
  firstCoupon!: string | null;

  @Field(() => DateScalar, { description: "Day of repayment." })
  maturity!: string;

  @Field(() => Boolean, { description: "Whether coupons fall on the last day of their month." })
  isMonthEnd!: boolean;

  @Field(() => Int, { description: EX_COUPON })
  exCouponDays!: number;
}

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Security", {
  implements: NodeObject,
  description: "A security as the tenant described it last to all its funds.",
})
export class SecurityObject extends NodeObject {
  @Field(() => String, { description: "ISIN." })
  isin!: string;

  @Field(() => String, { description: "Name." })
  name!: string;

  @Field(() => SECURITY_TYPES, { description: "What it is." })
  securityType!: SecurityType;

  @Field(() => String, { description: "ISO 4217 currency it trades in." })
  currency!: string;

  @Field(() => Int, { description: "Decimals of a quantity, 0 to 18." })
  quantityDecimals!: number;

  @Field(() => BondTermsObject, { nullable: true, description: "Null unless it is a bond." })
  bond!: BondTermsObject | null;

  @Field(() => String, { nullable: true, description: COUNTRY })
  country?: string | null;

  @Field(() => SECURITY_SECTORS, { nullable: true, description: SECTOR })
  sector?: SecuritySector | null;
}

export const SecurityConnection = connectionType("Security", SecurityObject);

export const toSecurityObject = (security: Security): SecurityObject =>
  Object.assign(new SecurityObject(), security);

@ObjectType("RegisteredSecurities", { description: "Securities that were described together." })
export class RegisteredSecuritiesObject {
  @Field(() => ID, { description: "UUID of the batch." })
  batchId!: string;

  @Field(() => Int, { description: "How many securities." })
  count!: number;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "How a bond pays interest." })
class BondTermsInput {
  @Field(() => DecimalScalar, { description: COUPON_RATE })
  couponRate!: string;

  @Field(() => Int, { description: FREQUENCY })
  frequency!: number;

  @Field(() => DAY_COUNTS, { description: "How accrued interest counts days." })
  dayCount!: DayCount;

  @Field(() => DateScalar, { description: "First day that counts." })
  accruesFrom!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "First coupon date, where the first period is shorter or longer than the others.",
  })
  firstCoupon?: string | null;

  @Field(() => DateScalar, { description: "Day of repayment." })
  maturity!: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Whether coupons fall on the last day of their month.",
  })
  isMonthEnd?: boolean | null;

  @Field(() => Int, { nullable: true, defaultValue: 0, description: EX_COUPON })
  exCouponDays?: number | null;
}

@InputType({ description: "A security, described whole." })
export class SecurityInput {
  @Field(() => String, { description: "ISIN." })
  isin!: string;

  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => SECURITY_TYPES, { description: "What it is." })
  securityType!: SecurityType;

  @Field(() => String, { description: "ISO 4217 currency it trades in." })
  currency!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 4,
    description: "Decimals of a quantity, 0 to 18; fixed once a fund has traded it.",
  })
  quantityDecimals?: number | null;

  @Field(() => BondTermsInput, { nullable: true, description: "For a BOND, which needs it." })
  bond?: BondTermsInput | null;

  @Field(() => String, { nullable: true, description: COUNTRY })
  country?: string | null;

  @Field(() => SECURITY_SECTORS, { nullable: true, description: SECTOR })
  sector?: SecuritySector | null;
}

@InputType({ description: "Securities to describe together." })
export class RegisterSecuritiesInput {
  @Field(() => [SecurityInput], { description: "1 to 5,000 securities; all are taken or none." })
  securities!: SecurityInput[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key register once." })
  idempotencyKey?: string | null;
}

export const toSecurity = (
  tenantId: string,
  { bond = null, ...security }: SecurityInput,
): Security => ({
  id: securityId(tenantId, security.isin),
  isin: security.isin,
  name: security.name,
  securityType: security.securityType,
  currency: security.currency,
  quantityDecimals: security.quantityDecimals ?? 4,
  // What is not stated is left out, as in what was described before there was either.
  ...(security.country == null ? {} : { country: security.country }),
  ...(security.sector == null ? {} : { sector: security.sector }),
  bond:
    bond === null
      ? null
      : {
          couponRate: bond.couponRate,
          frequency: bond.frequency,
          dayCount: bond.dayCount,
          accruesFrom: bond.accruesFrom,
          firstCoupon: bond.firstCoupon ?? null,
          maturity: bond.maturity,
          isMonthEnd: bond.isMonthEnd ?? false,
          exCouponDays: bond.exCouponDays ?? 0,
        },
});
