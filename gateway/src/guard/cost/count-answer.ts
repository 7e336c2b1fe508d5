import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  type SelectionSetNode,
} from "graphql";
import type { FieldCollector } from "../../operation/collect-fields.ts";
import type { Cost } from "./cost.ts";
import type { FieldCall, FieldCalls } from "./field-calls.ts";

/** The objects at one path of an answer. */
export interface AnswerPlace {
  readonly below: readonly SelectionSetNode[];
  readonly type: GraphQLNamedType;
  readonly subgraph: number;
}

/** A field that costs something in itself or below. */
interface Counted {
  readonly key: string;
  readonly call: FieldCall;
  /** The fields of its objects; absent where none of them costs anything. */
  readonly below: CountedFields | undefined;
}

/** The counted fields of an object at one place. */
type CountedFields = (data: Record<string, unknown>) => readonly Counted[];

/** Counts the cost of an operation's answers. It visits every object, so it caches per type and skips free fields. */
export class AnswerCount {
  readonly #schema: GraphQLSchema;
  readonly #collector: FieldCollector;
  readonly #calls: FieldCalls;
  readonly #root: CountedFields | undefined;

  constructor(
    schema: GraphQLSchema,
    collector: FieldCollector,
    calls: FieldCalls,
    root: AnswerPlace,
  ) {
    this.#schema = schema;
    this.#collector = collector;
    this.#calls = calls;
    this.#root = this.#fieldsAt(root);
  }

  /** Adds the cost of the answer's fields. */
  add(cost: Cost, data: unknown): void {
    if (this.#root !== undefined) addFields(cost, data, this.#root);
  }

  #fieldsAt(place: AnswerPlace): CountedFields | undefined {
    const { type, below } = place;
    if (!isAbstractType(type)) {
      const counted = this.#countedOf(place, type as GraphQLObjectType);
      return counted.length === 0 ? undefined : () => counted;
    }
    const ofTypes = new Map<GraphQLObjectType, readonly Counted[]>();
    const possible = this.#schema.getPossibleTypes(type);
    return (data) => {
      const concrete = this.#concrete(possible, data, below);
      const counted = ofTypes.get(concrete) ?? this.#countedOf(place, concrete);
      ofTypes.set(concrete, counted);
      return counted;
    };
  }

  #countedOf(place: AnswerPlace, concrete: GraphQLObjectType): readonly Counted[] {
    const counted: Counted[] = [];
    for (const [key, nodes] of this.#collector.collect(place.below, concrete)) {
      const call = this.#calls.callOf(nodes, concrete, place.subgraph);
      if (call === undefined) continue;
      const below = call.below.length === 0 ? undefined : this.#fieldsAt(call);
      if (call.weight !== 0 || call.itemWeight !== 0 || below !== undefined)
        counted.push({ key, call, below });
    }
    return counted;
  }

  /** The type of an object: its `__typename`, else the possible type with the same fields. */
  #concrete(
    possible: readonly GraphQLObjectType[],
    data: Record<string, unknown>,
    sets: readonly SelectionSetNode[],
  ): GraphQLObjectType {
    const named = possible.find(({ name }) => name === data["__typename"]);
    const fitting = (candidate: GraphQLObjectType): boolean => {
      const fields = this.#collector.collect(sets, candidate);
      return (
        fields.size === Object.keys(data).length &&
        Object.keys(data).every((key) => fields.has(key))
      );
    };
    return (named ?? possible.find(fitting) ?? possible[0]) as GraphQLObjectType;
  }
}

function addFields(cost: Cost, value: unknown, fieldsOf: CountedFields): void {
  if (typeof value !== "object" || value === null) return;
  const data = value as Record<string, unknown>;
  for (const { key, call, below } of fieldsOf(data)) {
    const answer = data[key];
    if (answer === undefined) continue;
    cost.charge(call.subgraph, call.weight, call.itemWeight * addItems(cost, answer, below));
  }
}

/** Adds what is below each object of a field, and returns how many there are. */
function addItems(cost: Cost, answer: unknown, below: CountedFields | undefined): number {
  if (answer === null) return 0;
  if (!Array.isArray(answer)) {
    if (below !== undefined) addFields(cost, answer, below);
    return 1;
  }
  let items = 0;
  for (const item of answer) items += addItems(cost, item, below);
  return items;
}
