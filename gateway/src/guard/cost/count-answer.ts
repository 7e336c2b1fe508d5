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
}

/** Counts the cost of an operation's answers. It visits every object, so it caches per type and skips free fields. */
export class AnswerCount {
  readonly #schema: GraphQLSchema;
  readonly #collector: FieldCollector;
  readonly #calls: FieldCalls;
  readonly #counted = new Map<AnswerPlace, Map<GraphQLObjectType, readonly Counted[]>>();

  constructor(schema: GraphQLSchema, collector: FieldCollector, calls: FieldCalls) {
    this.#schema = schema;
    this.#collector = collector;
    this.#calls = calls;
  }

  add(cost: Cost, value: unknown, place: AnswerPlace): void {
    if (typeof value !== "object" || value === null) return;
    const data = value as Record<string, unknown>;
    const concrete = this.#concrete(place.type, data, place.below);
    for (const { key, call } of this.#countedOf(place, concrete)) {
      const answer = data[key];
      if (answer === undefined) continue;
      cost.charge(call.subgraph, call.weight, 0);
      this.#addItems(cost, answer, call);
    }
  }

  #addItems(cost: Cost, answer: unknown, call: FieldCall): void {
    if (answer === null) return;
    if (Array.isArray(answer)) {
      for (const item of answer) this.#addItems(cost, item, call);
      return;
    }
    cost.charge(call.subgraph, 0, call.itemWeight);
    if (call.below.length > 0) this.add(cost, answer, call);
  }

  #countedOf(place: AnswerPlace, concrete: GraphQLObjectType): readonly Counted[] {
    const ofPlace = this.#counted.get(place) ?? new Map<GraphQLObjectType, readonly Counted[]>();
    this.#counted.set(place, ofPlace);
    const cached = ofPlace.get(concrete);
    if (cached !== undefined) return cached;
    const counted: Counted[] = [];
    for (const [key, nodes] of this.#collector.collect(place.below, concrete)) {
      const call = this.#calls.callOf(nodes, concrete, place.subgraph);
      if (call === undefined) continue;
      if (call.weight > 0 || call.itemWeight !== 0 || call.below.length > 0)
        counted.push({ key, call });
    }
    ofPlace.set(concrete, counted);
    return counted;
  }

  /** The type of an object: its `__typename`, else the possible type with the same fields. */
  #concrete(
    type: GraphQLNamedType,
    data: Record<string, unknown>,
    sets: readonly SelectionSetNode[],
  ): GraphQLObjectType {
    if (!isAbstractType(type)) return type as GraphQLObjectType;
    const possible = this.#schema.getPossibleTypes(type);
    const named = possible.find(({ name }) => name === data["__typename"]);
    const fitting = possible.find((candidate) => {
      const fields = this.#collector.collect(sets, candidate);
      return (
        fields.size === Object.keys(data).length &&
        Object.keys(data).every((key) => fields.has(key))
      );
    });
    return (named ?? fitting ?? possible[0]) as GraphQLObjectType;
  }
}
