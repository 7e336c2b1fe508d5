import {
  type ExecutionResult,
  type FieldNode,
  getNamedType,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
} from "graphql";
import { ownValue, setOwn } from "../../answer/answer.ts";
import { type FieldCollector, selectionsOf } from "../../operation/collect-fields.ts";
import { deniedError } from "./denied-error.ts";
import { TYPE_KEY } from "./filter-operation.ts";
import type { GuardedFields } from "./guarded-fields.ts";

type Path = readonly (string | number)[];
type Completed = Record<string, unknown>;

/** Thrown up through non-null fields to the first nullable one. */
const NULL_PARENT = Symbol("null parent");

/**
 * Completes the answer of a filtered operation to the client's selections: null and an error for each
 * withheld field, and null for the parent of a withheld non-null field.
 */
export class AnswerCompletion {
  readonly errors: GraphQLError[] = [];
  readonly #collector: FieldCollector;
  readonly #guarded: GuardedFields;

  constructor(collector: FieldCollector, guarded: GuardedFields) {
    this.#collector = collector;
    this.#guarded = guarded;
  }

  complete(
    data: ExecutionResult["data"],
    set: SelectionSetNode,
    root: GraphQLObjectType,
  ): ExecutionResult["data"] {
    if (data === null || data === undefined) return data;
    try {
      return this.#object(data, [set], root, []);
    } catch (thrown) {
      if (thrown === NULL_PARENT) return null;
      throw thrown;
    }
  }

  #object(
    data: Completed,
    sets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
    path: Path,
  ): Completed {
    const completed: Completed = {};
    for (const [key, nodes] of this.#collector.collect(sets, type))
      setOwn(completed, key, this.#field(data, key, nodes, type, [...path, key]));
    return completed;
  }

  #field(
    data: Completed,
    key: string,
    nodes: readonly FieldNode[],
    parent: GraphQLObjectType,
    path: Path,
  ): unknown {
    const [node] = nodes;
    const field = node === undefined ? undefined : parent.getFields()[node.name.value];
    if (node === undefined || field === undefined) return ownValue(data, key);
    const denial = this.#guarded.denialOf(parent, node);
    if (denial === undefined)
      return this.#value(ownValue(data, key), field.type, selectionsOf(nodes), path);
    this.errors.push(deniedError(denial, path));
    if (isNonNullType(field.type)) throw NULL_PARENT;
    return null;
  }

  #value(
    value: unknown,
    type: GraphQLOutputType,
    sets: readonly SelectionSetNode[],
    path: Path,
  ): unknown {
    if (isNonNullType(type)) {
      const inside = this.#value(value, type.ofType, sets, path);
      if (inside === null) throw NULL_PARENT;
      return inside;
    }
    if (value === null || value === undefined) return null;
    try {
      if (isListType(type) && Array.isArray(value)) {
        return value.map((item, index) => this.#value(item, type.ofType, sets, [...path, index]));
      }
      const named = getNamedType(type);
      if (!isCompositeType(named)) return value;
      const data = value as Completed;
      const concrete = isAbstractType(named)
        ? this.#guarded.typeNamed(String(data[TYPE_KEY]))
        : named;
      return concrete === undefined
        ? null
        : this.#object(data, sets, concrete as GraphQLObjectType, path);
    } catch (thrown) {
      if (thrown === NULL_PARENT) return null;
      throw thrown;
    }
  }
}
