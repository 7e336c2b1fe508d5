import { RequiresScopes } from "@allfunds/platform/graphql";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";

const ActorKindEnum = { USER: "USER", CLIENT: "CLIENT" };
registerEnumType(ActorKindEnum, { name: "ActorKind", description: "A person or a program." });

@Directive('@key(fields: "id")')
@RequiresScopes("ledger:read", "audit:read")
@ObjectType("Actor", { description: "A user or an API client, as its deeds name it." })
export class ActorObject {
  @Field(() => ID, { description: "UUID of a user, or the id of an API client." })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: "What people call it; null where nobody of the tenant has that id.",
  })
  name!: string | null;

  @Field(() => ActorKindEnum, {
    nullable: true,
    description: "Which of the two; null where nobody of the tenant has that id.",
  })
  kind!: string | null;
}
