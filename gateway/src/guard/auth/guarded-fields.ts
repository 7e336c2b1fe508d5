import {
  type FieldNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
} from "graphql";
import { argumentsOf } from "../../operation/collect-fields.ts";
import type { Denial } from "../../operation/findings.ts";
import type { CallerAccess } from "./caller-access.ts";

/** Decides which fields of which concrete types one caller may not have. */
export class GuardedFields {
  readonly #schema: GraphQLSchema;
  readonly #access: CallerAccess;
  readonly #variables: Record<string, unknown>;

  constructor(schema: GraphQLSchema, access: CallerAccess, variables: Record<string, unknown>) {
    this.#schema = schema;
    this.#access = access;
    this.#variables = variables;
  }

  /** Why a field is withheld: by a rule of its parent type, of the field, or of the type it returns. */
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
      // A second factor is requested only where it would help.
      if (denial === "STEP_UP_REQUIRED") stepUp = denial;
      else if (denial !== undefined) return denial;
    }
    return stepUp;
  }

  /**
   * Composition copies the implementers' requirements to the interface, where they mean "some of them".
   * A requirement there counts only when no implementer has one, so that it cannot be a copy.
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
