import { Directive, Field, ID, InterfaceType, ObjectType } from "type-graphql";

@InterfaceType("Node", { description: "Anything with an id of its own." })
export abstract class NodeObject {
  @Field(() => ID, { description: "UUID, unique among all things of the tenant." })
  id!: string;
}

/** The key of a user or API client, whose name the issuer holds. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType("Actor", { description: "A user or an API client, as its deeds name it." })
export class ActorObject {
  @Field(() => ID, { description: "UUID of a user, or the id of an API client." })
  id!: string;
}

export const toActor = (id: string): ActorObject => Object.assign(new ActorObject(), { id });

/** Description of the field that marks an answer as that of an earlier request. */
export const REPLAYED =
  "True in the answer of a mutation that was carried out before under the same idempotency key; nothing was written again. False everywhere else.";
