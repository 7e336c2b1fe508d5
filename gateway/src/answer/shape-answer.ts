import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { FieldCollector, hasConditions, selectionsOf } from "../operation/collect-fields.ts";
import { fragmentsOf } from "../operation/operation-request.ts";
import { type Answer, ownValue, setOwn } from "./answer.ts";
import {
  schemaViolation,
  type Completer,
  completerOf,
  type Completion,
  INVALID,
  type ObjectCompleter,
} from "./complete-value.ts";

/** An operation with its document and the schema its client sees. */
export interface ClientOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

type Variables = Record<string, unknown>;

export interface ShapedAnswer {
  readonly data: Answer | null;
  /** Values that violate the subgraphs' own schemas. */
  readonly errors: readonly GraphQLError[];
}

/**
 * Shapes the merged data of the subgraphs like the operation: the selected fields and no others, in the
 * operation's order. The shape of each type's fields is computed once, for its first object.
 */
export class AnswerShape {
  readonly #operation: ClientOperation;
  /** The shape for all variables; absent where fields depend on them. */
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
  /** Absent for introspection, which the gateway answers itself. */
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
    const defined = "getFields" in type ? type.getFields() : {};
    return [...this.#collector.collect(sets, type)].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? "";
      const field = Object.hasOwn(defined, name) ? defined[name] : undefined;
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

  /** Shapes objects of a type by their `__typename`. */
  #objects(declared: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectCompleter {
    const fieldsOf = new Map<GraphQLCompositeType, readonly ShapedField[]>();
    return (object, completion) => {
      const type = this.#typeOf(object, declared);
      if (type === undefined) {
        completion.errors.push(
          schemaViolation(`${JSON.stringify(object["__typename"])} is not a type`, completion),
        );
        return null;
      }
      const fields = fieldsOf.get(type) ?? this.fieldsOn(type, sets);
      fieldsOf.set(type, fields);
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

  /** `__typename` and introspection. */
  #own(
    object: Answer,
    type: GraphQLCompositeType,
    { key, nodes }: ShapedField,
    { variables }: Completion,
  ): unknown {
    if (isIntrospection(nodes)) return answerIntrospection(this.#shaped, key, nodes, variables);
    const named = ownValue(object, key) ?? object["__typename"];
    const declared = typeof named === "string" ? this.#shaped.schema.getType(named) : undefined;
    const concrete = declared ?? type;
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

const INTROSPECTION_FIELDS = new Set(["__schema", "__type"]);

const isIntrospection = ([node]: readonly FieldNode[]): boolean =>
  node !== undefined && INTROSPECTION_FIELDS.has(node.name.value);

/** The value of an introspection field, from the schema clients see. */
function answerIntrospection(
  { schema, document, operation }: ClientOperation,
  key: string,
  nodes: readonly FieldNode[],
  variableValues: Record<string, unknown>,
): unknown {
  const { data, errors } = executeSync({
    schema,
    variableValues,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          ...operation,
          operation: OperationTypeNode.QUERY,
          selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
        },
        ...document.definitions.filter(
          (definition): definition is FragmentDefinitionNode =>
            definition.kind === Kind.FRAGMENT_DEFINITION,
        ),
      ],
    },
  });
  if (errors?.[0] !== undefined) throw errors[0];
  return data?.[key];
}
