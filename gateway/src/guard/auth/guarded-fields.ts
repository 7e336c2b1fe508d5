import {
  getNamedType,
  isAbstractType,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { argumentsOf } from "../cost/field-cost.ts";
import type { CallerAccess, Denial } from "./caller-access.ts";

/** Answers which fields of which concrete types one caller may not have. */
export class GuardedFields {
  readonly #schema: GraphQLSchema;
  readonly #access: CallerAccess;
  readonly #variables: Record<string, unknown>;

  constructor(schema: GraphQLSchema, access: CallerAccess, variables: Record<string, unknown>) {
    this.#schema = schema;
    this.#access = access;
    this.#variables = variables;
  }

  /** Why a field of an object is withheld: for its type, for itself, or for the type it returns. */
  denialOf(type: GraphQLObjectType, node: FieldNode): Denial | undefined {
    const field = type.getFields()[node.name.value];
    if (field === undefined) return undefined;
    const coordinate = `${type.name}.${field.name}`;
    const args = () => argumentsOf(field, node, this.#variables);
    let stepUp: Denial | undefined;
    for (const rule of [
      type.name,
      coordinate,
      getNamedType(field.type).name,
      ...this.#interfaceRules(type, field),
    ]) {
      const denial = this.#access.denialOf(rule, coordinate, args);
      // Nobody is sent for a second factor that would not help.
      if (denial === "STEP_UP_REQUIRED") stepUp = denial;
      else if (denial !== undefined) return denial;
    }
    return stepUp;
  }

  /**
   * Composition writes what implementers require on the interface too, where it means "some of them";
   * it counts here only when no implementer says anything, so that it cannot have come from one.
   */
  #interfaceRules(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string[] {
    return type.getInterfaces().flatMap((parent) => {
      const implementers = this.#schema.getPossibleTypes(parent);
      const own: string[] = [];
      if (this.#access.has(parent.name) && !implementers.some(({ name }) => this.#access.has(name)))
        own.push(parent.name);
      const rule = `${parent.name}.${field.name}`;
      if (
        this.#access.has(rule) &&
        !implementers.some(({ name }) => this.#access.has(`${name}.${field.name}`))
      )
        own.push(rule);
      return own;
    });
  }

  /** The concrete types a value of a type can have. */
  possibleTypes(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type);
    return [type as GraphQLObjectType];
  }

  typeNamed(name: string): GraphQLNamedType | undefined {
    return this.#schema.getType(name) ?? undefined;
  }
}
