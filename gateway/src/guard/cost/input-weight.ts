import {
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { CostModel } from "../../supergraph/cost-model.ts";

/** Weighs the fields of an input at all levels. */
export type Weigher = (value: unknown) => number;

/** An input replaced by its weight. */
export class Weighed {
  readonly weight: number;

  constructor(weight: number) {
    this.weight = weight;
  }
}

/** The weight of a type: as stated, else 1 for a type with fields and 0 for a scalar or enum. */
export const typeWeight = (model: CostModel, type: GraphQLNamedType): number =>
  model.types.get(type.name) ?? (isCompositeType(type) || isInputObjectType(type) ? 1 : 0);

const ofModel = new WeakMap<CostModel, InputWeights>();

/** The cost of an input. The weigher of each type is made once and skips free fields. */
export function inputCost(model: CostModel, value: unknown, type: GraphQLInputType): number {
  return value instanceof Weighed ? value.weight : (weigherOf(model, type)?.(value) ?? 0);
}

/** The weigher of a type; undefined where the whole type is free. */
export function weigherOf(model: CostModel, type: GraphQLInputType): Weigher | undefined {
  const weights = ofModel.get(model) ?? new InputWeights(model);
  ofModel.set(model, weights);
  return weights.weigherOf(type);
}

class InputWeights {
  readonly #model: CostModel;
  readonly #objects = new Map<GraphQLInputObjectType, Weigher | undefined>();

  constructor(model: CostModel) {
    this.#model = model;
  }

  weigherOf(type: GraphQLInputType): Weigher | undefined {
    if (isNonNullType(type)) return this.weigherOf(type.ofType);
    if (isListType(type)) return listWeigher(this.weigherOf(type.ofType));
    if (!isInputObjectType(type)) return undefined;
    if (this.#objects.has(type)) return this.#objects.get(type);
    // While it is being made, a type that contains itself counts as one with a cost.
    this.#objects.set(type, (value) => this.#objects.get(type)?.(value) ?? 0);
    const weigh = this.#objectWeigher(type);
    this.#objects.set(type, weigh);
    return weigh;
  }

  #objectWeigher(type: GraphQLInputObjectType): Weigher | undefined {
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const weight =
        this.#model.fields.get(`${type.name}.${field.name}`) ??
        typeWeight(this.#model, getNamedType(field.type));
      const weigh = this.weigherOf(field.type);
      return weight === 0 && weigh === undefined ? [] : [{ name: field.name, weight, weigh }];
    });
    if (fields.length === 0) return undefined;
    return (value) => {
      if (typeof value !== "object" || value === null) return 0;
      let cost = 0;
      for (const { name, weight, weigh } of fields) {
        if (!Object.hasOwn(value, name)) continue;
        const inside = (value as Record<string, unknown>)[name];
        if (inside === undefined || inside === null) continue;
        cost += weight + (weigh?.(inside) ?? 0);
      }
      return cost;
    };
  }
}

const listWeigher = (weigh: Weigher | undefined): Weigher | undefined =>
  weigh === undefined
    ? undefined
    : (value) => {
        if (!Array.isArray(value)) return weigh(value);
        let cost = 0;
        for (const item of value) cost += weigh(item);
        return cost;
      };
