import type { KycState, RegisteredInvestor } from "@allfunds/contract/fund-administration";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateScalar } from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject, REPLAYED } from "../../graph/shared-types.ts";

const KindEnum: { readonly [Kind in RegisteredInvestor["kind"]]: Kind } = {
  PERSON: "PERSON",
  LEGAL_ENTITY: "LEGAL_ENTITY",
};
registerEnumType(KindEnum, { name: "InvestorKind", description: "A person or a legal entity." });

const KycEnum: { readonly [State in KycState]: State } = {
  PENDING: "PENDING",
  CLEARED: "CLEARED",
  EXPIRED: "EXPIRED",
  BLOCKED: "BLOCKED",
};
registerEnumType(KycEnum, {
  name: "KycState",
  description:
    "Only CLEARED subscribes, switches and receives units; BLOCKED neither redeems nor transfers.",
});

@ObjectType("InvestorPerson", {
  description: "Personal data, which are outside of the books and can be erased.",
})
@InputType("InvestorPersonInput", {
  description: "Personal data, which are outside of the books and can be erased.",
})
export class PersonObject {
  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => String, { nullable: true, description: "Postal address, up to 500 characters." })
  address!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Date of birth." })
  dateOfBirth!: string | null;

  @Field(() => String, { nullable: true, description: "Tax number, up to 60 characters." })
  taxNumber!: string | null;

  @Field(() => String, { nullable: true, description: "IBAN of the bank account, without spaces." })
  bankAccount!: string | null;

  @Field(() => String, { nullable: true, description: "Address of email, up to 200 characters." })
  email!: string | null;
}

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Investor", {
  implements: NodeObject,
  description: "An investor of the tenant. The books have its id, and nothing of the person.",
})
export class InvestorObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the investor." })
  id!: string;

  @Field(() => String, { description: "The client's reference, unique in the tenant." })
  reference!: string;

  @Field(() => KindEnum, { description: "A person or a legal entity." })
  kind!: RegisteredInvestor["kind"];

  @Field(() => String, { description: "Country of taxation, ISO 3166-1 alpha-2." })
  taxCountry!: string;

  @Field(() => KycEnum, { description: "Today; a clearance ends with its last day." })
  kycState!: KycState;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day of the clearance; null for none.",
  })
  kycUntil!: string | null;

  @Field(() => Boolean, { description: "Whether its personal data were erased." })
  isErased!: boolean;

  @Field(() => String, {
    description: "SHA-256 of a salt and the personal data, as the log has it, hexadecimal.",
  })
  commitment!: string;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

export const InvestorConnection = connectionType("Investor", InvestorObject);

@InputType({ description: "An investor to register." })
export class RegisterInvestorInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the investor; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => String, {
    description: "Unique in the tenant, 1 to 60 characters; it stays in the log, so no name.",
  })
  reference!: string;

  @Field(() => KindEnum, { description: "A person or a legal entity." })
  kind!: RegisteredInvestor["kind"];

  @Field(() => String, { description: "Country of taxation, ISO 3166-1 alpha-2." })
  taxCountry!: string;

  @Field(() => PersonObject, { description: "Personal data." })
  person!: PersonObject;

  @Field(() => KycEnum, { nullable: true, description: "PENDING unless named." })
  kycState?: KycState | null;

  @Field(() => DateScalar, { nullable: true, description: "Last day of a clearance." })
  kycUntil?: string | null;
}

@InputType({ description: "Investors to register together, all or none." })
export class RegisterInvestorsInput {
  @Field(() => [RegisterInvestorInput], { description: "1 to 10,000." })
  investors!: RegisterInvestorInput[];

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key register them once.",
  })
  idempotencyKey?: string | null;
}

@ObjectType("RegisteredInvestors", { description: "What a registration did." })
export class RegisteredInvestorsObject {
  @Field(() => Int, { description: "How many were registered." })
  count!: number;

  @Field(() => [ID], { description: "Their ids, in the order of the input." })
  ids!: string[];

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "Another KYC state of an investor, and why." })
export class SetKycStateInput {
  @Field(() => ID, { description: "The investor." })
  investorId!: string;

  @Field(() => KycEnum, { description: "The new state." })
  state!: KycState;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day, of CLEARED only; no end when absent.",
  })
  until?: string | null;

  @Field(() => String, { description: "Why, 1 to 500 characters; it stays in the log." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "An investor whose personal data to erase, and why." })
export class EraseInvestorInput {
  @Field(() => ID, { description: "The investor." })
  investorId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters; it stays in the log." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key erase once." })
  idempotencyKey?: string | null;
}
