import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar, JsonScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import type { AuditEvent } from "../audit/audit-event.ts";

const AuditOutcomeEnum = { ALLOWED: "ALLOWED", REFUSED: "REFUSED" };
registerEnumType(AuditOutcomeEnum, { name: "AuditOutcome", description: "How an attempt ended." });

@RequiresScopes("audit:read")
@ObjectType("AuditEvent", { description: "One event of the audit log, never changed." })
export class AuditEventObject {
  @Field(() => ID, { description: "Its position in the audit log, a decimal number that grows." })
  sequence!: string;

  @Field(() => DateTimeScalar, { description: "When it happened, UTC." })
  at!: Date;

  @Field(() => DateTimeScalar, { description: "When it was recorded, UTC." })
  recordedAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description: "The service that reported it; null for the issuer's own events.",
  })
  reportedBy?: string;

  @Field(() => String, { description: "The action, such as sign-in." })
  action!: string;

  @Field(() => AuditOutcomeEnum, { description: "Whether it was allowed." })
  outcome!: string;

  @Field(() => String, { description: "USER, CLIENT, SYSTEM or UNKNOWN." })
  actorKind!: string;

  @Field(() => ID, { nullable: true, description: "The user or client that acted." })
  actorId?: string;

  @Field(() => ID, { nullable: true, description: "The OAuth client that was used." })
  clientId?: string;

  @Field(() => [String], { description: "The factors that took part, as RFC 8176 names them." })
  factors!: string[];

  @Field(() => String, { nullable: true, description: "The network address of the request." })
  ip?: string;

  @Field(() => String, { nullable: true, description: "The user agent of the request." })
  userAgent?: string;

  @Field(() => ID, { nullable: true, description: "The W3C trace id that finds the log lines." })
  traceId?: string;

  @Field(() => ID, {
    nullable: true,
    description: "The user or client that was acted on; of the graph, the operation's field.",
  })
  subject?: string;

  @Field(() => JsonScalar, { description: "Further details." })
  detail!: unknown;
}

export const AuditEventConnection = connectionType("AuditEvent", AuditEventObject);

@InputType("AuditFilter", { description: "Which events of the audit log to return." })
export class AuditFilterInput {
  @Field(() => [String], { nullable: true, description: "Only these actions." })
  actions?: string[] | null;

  @Field(() => ID, { nullable: true, description: "Only this user or client." })
  actorId?: string | null;

  @Field(() => AuditOutcomeEnum, { nullable: true, description: "Only this outcome." })
  outcome?: AuditEvent["outcome"] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "From this time on." })
  from?: Date | string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Before this time." })
  to?: Date | string | null;
}
