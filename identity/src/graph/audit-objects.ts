import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar, JsonScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";

const AuditOutcomeEnum = { ALLOWED: "ALLOWED", REFUSED: "REFUSED" };
registerEnumType(AuditOutcomeEnum, { name: "AuditOutcome", description: "How an attempt ended." });

@RequiresScopes("audit:read")
@ObjectType("AuditEvent", { description: "One line of the audit trail, never changed." })
export class AuditEventObject {
  @Field(() => ID, { description: "Its place in the trail, a decimal number that grows." })
  sequence!: string;

  @Field(() => DateTimeScalar, { description: "When it happened, UTC." })
  at!: Date;

  @Field(() => DateTimeScalar, { description: "When the line was written, UTC." })
  recordedAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description: "The service that reported it; null for what the issuer saw itself.",
  })
  reportedBy?: string;

  @Field(() => String, { description: "What was done or tried, such as sign-in." })
  action!: string;

  @Field(() => AuditOutcomeEnum, { description: "Whether it was allowed." })
  outcome!: string;

  @Field(() => String, { description: "USER, CLIENT, SYSTEM or UNKNOWN." })
  actorKind!: string;

  @Field(() => ID, { nullable: true, description: "Who did it." })
  actorId?: string;

  @Field(() => ID, { nullable: true, description: "Through which OAuth client." })
  clientId?: string;

  @Field(() => [String], { description: "The factors that took part, as RFC 8176 names them." })
  factors!: string[];

  @Field(() => String, { nullable: true, description: "From which network address." })
  ip?: string;

  @Field(() => String, { nullable: true, description: "With which program." })
  userAgent?: string;

  @Field(() => ID, { nullable: true, description: "The W3C trace id that finds the log lines." })
  traceId?: string;

  @Field(() => ID, {
    nullable: true,
    description: "The user or client it was done to; of the graph, the operation's field.",
  })
  subject?: string;

  @Field(() => JsonScalar, { description: "What else is known." })
  detail!: unknown;
}

export const AuditEventConnection = connectionType("AuditEvent", AuditEventObject);

@InputType("AuditFilter", { description: "Which lines of the trail to show." })
export class AuditFilterInput {
  @Field(() => [String], { nullable: true, description: "Only these actions." })
  actions?: string[] | null;

  @Field(() => ID, { nullable: true, description: "Only this user or client." })
  actorId?: string | null;

  @Field(() => AuditOutcomeEnum, { nullable: true, description: "Only this outcome." })
  outcome?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Not before this moment." })
  from?: Date | string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Before this moment." })
  to?: Date | string | null;
}
