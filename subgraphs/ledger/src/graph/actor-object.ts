import { Directive, Field, ID, ObjectType } from "type-graphql";

/** The key of a user or API client, of whom the issuer knows the name. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType("Actor", { description: "A user or an API client, as its deeds name it." })
export class ActorObject {
  @Field(() => ID, { description: "UUID of a user, or the id of an API client." })
  id!: string;
}

export const toActor = (id: string): ActorObject => Object.assign(new ActorObject(), { id });
