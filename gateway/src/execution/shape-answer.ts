import {
  isCompositeType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type SelectionSetNode,
} from "graphql";
import { FieldCollector, selectionsOf } from "../guard/cost/collect-fields.ts";
import { fragmentsOf } from "../guard/operation-request.ts";
import { ownValue, setOwn, type Answer } from "./answer.ts";
import { answerIntrospection, isIntrospection } from "./answer-introspection.ts";
import type { ClientOperation } from "./client-operation.ts";
import {
  brokenPromise,
  completerOf,
  INVALID,
  type Completer,
  type Completion,
  type ObjectCompleter,
} from "./complete-value.ts";
import { hasConditions } from "./conditions.ts";

type Variables = Record<string, unknown>;

export interface ShapedAnswer {
  readonly data: Answer | null;
  /** What subgraphs sent although their schema rules it out. */
  readonly errors: readonly GraphQLError[];
}

/**
 * Puts what the subgraphs said into the shape of an operation: what was asked for and no more, in its
 * order. How each type's fields are shaped is worked out once, when the first object of it comes by.
 */
export class AnswerShape {
  readonly #operation: ClientOperation;
  /** Good for all variables; absent where fields come and go with them. */
  readonly #always: ObjectCompleter | undefined;

  constructor(operation: ClientOperation) {
    this.#operation = operation;
    this.#always = hasConditions(operation.document) ? undefined : rootOf(operation, {});
  }

  shape(data: Answer, variables: Variables): ShapedAnswer {
    const completion: Completion = { path: [], errors: [], variables };
    const complete = this.#always ?? rootOf(this.#operation, variables);
    const completed = complete(data, completion);
    return { data: completed === INVALID ? null : completed, errors: completion.errors };
  }
}

function rootOf(shaped: ClientOperation, variables: Variables): ObjectCompleter {
  const { schema, document, operation } = shaped;
  const type = schema.getRootType(operation.operation);
  if (type === undefined || type === null) throw new Error("a valid operation has a root type");
  const collector = new FieldCollector(schema, fragmentsOf(document), variables);
  const shaping = new Shaping(shaped, collector);
  const fields = shaping.fieldsOn(type, [operation.selectionSet]);
  return (data, completion) => shaping.fill(data, type, fields, completion);
}

interface ShapedField {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  /** Absent for what the gateway answers itself. */
  readonly complete: Completer | undefined;
}

class Shaping {
  readonly #shaped: ClientOperation;
  readonly #collector: FieldCollector;

  constructor(shaped: ClientOperation, collector: FieldCollector) {
    this.#shaped = shaped;
    this.#collector = collector;
  }

  fieldsOn(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ShapedField[] {
    const known = "getFields" in type ? type.getFields() : {};
    return [...this.#collector.collect(sets, type)].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? "";
      const field = Object.hasOwn(known, name) ? known[name] : undefined;
      const below = selectionsOf(nodes);
      const complete =
        field &&
        completerOf(field.type, `${type.name}.${name}`, (inner) => this.#objects(inner, below));
      return { key, nodes, complete };
    });
  }

  fill(
    object: Answer,
    type: GraphQLCompositeType,
    fields: readonly ShapedField[],
    completion: Completion,
  ): Answer | typeof INVALID {
    const filled: Answer = {};
    for (const field of fields) {
      const value =
        field.complete === undefined
          ? this.#own(object, type, field, completion)
          : completeField(field.key, field.complete, object, completion);
      if (value === INVALID) return INVALID;
      setOwn(filled, field.key, value);
    }
    return filled;
  }

  /** Shapes objects of a type by what they say they are. */
  #objects(declared: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectCompleter {
    const known = new Map<GraphQLCompositeType, readonly ShapedField[]>();
    return (object, completion) => {
      const type = this.#typeOf(object, declared);
      if (type === undefined) {
        completion.errors.push(
          brokenPromise(`${JSON.stringify(object["__typename"])} is no type`, completion),
        );
        return null;
      }
      const fields = known.get(type) ?? this.fieldsOn(type, sets);
      known.set(type, fields);
      return this.fill(object, type, fields, completion);
    };
  }

  #typeOf(
    { __typename: named }: Answer,
    declared: GraphQLCompositeType,
  ): GraphQLCompositeType | undefined {
    if (named === undefined || named === null || named === "" || named === declared.name)
      return declared;
    const type = typeof named === "string" ? this.#shaped.schema.getType(named) : undefined;
    return isCompositeType(type) ? type : undefined;
  }

  /** `__typename`, and the schema's own fields. */
  #own(
    object: Answer,
    type: GraphQLCompositeType,
    { key, nodes }: ShapedField,
    { variables }: Completion,
  ): unknown {
    if (isIntrospection(nodes)) return answerIntrospection(this.#shaped, key, nodes, variables);
    const named = ownValue(object, key) ?? object["__typename"];
    const said = typeof named === "string" ? this.#shaped.schema.getType(named) : undefined;
    const concrete = said ?? type;
    return isObjectType(concrete) ? concrete.name : INVALID;
  }
}

function completeField(
  key: string,
  complete: Completer,
  object: Answer,
  completion: Completion,
): unknown {
  completion.path.push(key);
  const value = complete(ownValue(object, key), completion);
  completion.path.pop();
  return value;
}
