import { RequiresScopes } from "@allfunds/platform/graphql";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";

const ActorKindEnum = { USER: "USER", CLIENT: "CLIENT" };
registerEnumType(ActorKindEnum, { name: "ActorKind", description: "A user or an API client." });

@Directive('@key(fields: "id")')
@RequiresScopes("ledger:read", "audit:read")
@ObjectType("Actor", { description: "A user or an API client, as others of the tenant see it." })
export class ActorObject {
  @Field(() => ID, { description: "UUID of a user, or the id of an API client." })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: "Its name; null when the tenant has no user or client of that id.",
  })
  name!: string | null;

  @Field(() => ActorKindEnum, {
    nullable: true,
    description: "Which of the two; null when the tenant has no user or client of that id.",
  })
  kind!: string | null;
}
