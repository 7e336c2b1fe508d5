import { Field, ID, InterfaceType } from "type-graphql";

@InterfaceType("Node", { description: "Anything with an id of its own." })
export abstract class NodeObject {
  @Field(() => ID, { description: "UUID, unique among all things of the tenant." })
  id!: string;
}
