import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { FieldCollector, hasConditions, selectionsOf } from "../operation/collect-fields.ts";
import { fragmentsOf } from "../operation/operation-request.ts";
import { type Answer, isAnswer, isConcrete, ownValue, setOwn } from "./answer.ts";
import {
  type Completer,
  completerOf,
  type Completion,
  INVALID,
  type ObjectCompleter,
  reportViolation,
  type ShapedAnswer,
  type Variables,
} from "./complete-value.ts";
import { ReportedPlaces } from "./reported-places.ts";

/** An operation with its document and the schema its client sees. */
export interface ClientOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/**
 * Shapes the merged data of the subgraphs like the operation: the selected fields and no others, in the
 * operation's order. The shape of each type's fields is computed once, for its first object.
 */
export class AnswerShape {
  readonly #operation: ClientOperation;
  /** The shape for all variables; absent where fields depend on them. */
  readonly #always: ObjectCompleter | undefined;
  readonly #defers: boolean;

  /** With `defers`, deferred fragments are shaped by themselves. */
  constructor(operation: ClientOperation, defers = false) {
    this.#operation = operation;
    this.#defers = defers;
    this.#always = hasConditions(operation.document) ? undefined : rootOf(operation, {}, defers);
  }

  /** Shapes merged data; `errors` are those the subgraphs sent with it. */
  shape(data: Answer, variables: Variables, errors: readonly GraphQLError[]): ShapedAnswer {
    const complete = this.#always ?? rootOf(this.#operation, variables, this.#defers);
    return shapeObject(complete, data, [], variables, errors);
  }
}

function shapeObject(
  complete: ObjectCompleter,
  object: Answer,
  path: readonly (string | number)[],
  variables: Variables,
  sent: readonly GraphQLError[],
): ShapedAnswer {
  let places: ReportedPlaces | undefined;
  const reported = () => (places ??= new ReportedPlaces(sent));
  const completion: Completion = { path: [...path], errors: [], reported, variables, deferred: [] };
  const completed = complete(object, completion);
  const data = completed === INVALID ? null : completed;
  // An object that became null after its fields has no more of them.
  const deferred = completion.deferred.filter((part) =>
    isThere(data, part.path.slice(path.length)),
  );
  return { data, errors: completion.errors, deferred };
}

const isThere = (data: unknown, path: readonly (string | number)[]): boolean =>
  isAnswer(
    path.reduce<unknown>((at, step) => (isAnswer(at) ? ownValue(at, String(step)) : at), data),
  );

function rootOf(shaped: ClientOperation, variables: Variables, defers: boolean): ObjectCompleter {
  const { schema, document, operation } = shaped;
  const type = schema.getRootType(operation.operation);
  if (type === undefined || type === null) throw new Error("a valid operation has a root type");
  const collector = new FieldCollector(schema, fragmentsOf(document), variables, defers);
  const shaping = new Shaping(shaped, collector);
  return shaping.shapeOn(type, [operation.selectionSet]);
}

interface ShapedField {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  /** Absent for introspection, which the gateway answers itself. */
  readonly complete: Completer | undefined;
  /** `Type.field`. */
  readonly coordinate: string;
  readonly isRequired: boolean;
}

class Shaping {
  readonly #shaped: ClientOperation;
  readonly #collector: FieldCollector;

  constructor(shaped: ClientOperation, collector: FieldCollector) {
    this.#shaped = shaped;
    this.#collector = collector;
  }

  #fieldsOn(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ShapedField[] {
    const defined = "getFields" in type ? type.getFields() : {};
    return [...this.#collector.collect(sets, type)].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? "";
      const field = Object.hasOwn(defined, name) ? defined[name] : undefined;
      const below = selectionsOf(nodes);
      const coordinate = `${type.name}.${name}`;
      const complete =
        field && completerOf(field.type, coordinate, (inner) => this.#objects(inner, below));
      return { key, nodes, complete, coordinate, isRequired: isNonNullType(field?.type) };
    });
  }

  /** Shapes objects of one type, and notes what they defer. */
  shapeOn(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectCompleter {
    const fields = this.#fieldsOn(type, sets);
    const deferred = this.#collector.deferred(sets, type).map(({ label, selectionSet }) => {
      let complete: ObjectCompleter | undefined;
      return { label, complete: () => (complete ??= this.shapeOn(type, [selectionSet])) };
    });
    if (deferred.length === 0)
      return (object, completion) => this.#fill(object, type, fields, completion);
    return (object, completion) => {
      const filled = this.#fill(object, type, fields, completion);
      const path = [...completion.path];
      for (const { label, complete } of filled === INVALID ? [] : deferred)
        completion.deferred.push({
          label,
          path,
          shape: (variables, errors) => shapeObject(complete(), object, path, variables, errors),
        });
      return filled;
    };
  }

  #fill(
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
          : completeField(field, field.complete, object, completion);
      if (value === INVALID) return INVALID;
      setOwn(filled, field.key, value);
    }
    return filled;
  }

  /** Shapes objects of a type by their `__typename`. */
  #objects(declared: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectCompleter {
    const shapes = new Map<unknown, ObjectCompleter>();
    return (object, completion) => {
      const { __typename: named } = object;
      let complete = shapes.get(named);
      if (complete === undefined) {
        complete = this.#objectsNamed(named, declared, sets);
        // Subgraphs may send any name, and only types are remembered.
        if (shapes.size < MAX_SHAPES) shapes.set(named, complete);
      }
      return complete(object, completion);
    };
  }

  #objectsNamed(
    named: unknown,
    declared: GraphQLCompositeType,
    sets: readonly SelectionSetNode[],
  ): ObjectCompleter {
    const type = this.#typeNamed(named, declared);
    if (type === undefined) {
      return (_object, completion) => {
        reportViolation(`an object is of no type that ${declared.name} allows`, completion);
        return null;
      };
    }
    return this.shapeOn(type, sets);
  }

  #typeNamed(named: unknown, declared: GraphQLCompositeType): GraphQLCompositeType | undefined {
    if (named === undefined || named === null || named === "" || named === declared.name)
      return declared;
    const { schema } = this.#shaped;
    const type = typeof named === "string" ? schema.getType(named) : undefined;
    if (!isCompositeType(type) || isUnionType(type) || !isAbstractType(declared)) return undefined;
    return schema.isSubType(declared, type) ? type : undefined;
  }

  /** `__typename` and introspection. */
  #own(
    object: Answer,
    type: GraphQLCompositeType,
    { key, nodes }: ShapedField,
    completion: Completion,
  ): unknown {
    if (isIntrospection(nodes))
      return answerIntrospection(this.#shaped, key, nodes, completion.variables);
    if (isObjectType(type)) return type.name;
    const { schema } = this.#shaped;
    const named = [object["__typename"], ownValue(object, key)].find((name) =>
      isConcrete(schema, name),
    );
    if (named !== undefined) return named;
    completion.path.push(key);
    reportViolation(`the type of an object of ${type.name} is absent`, completion);
    completion.path.pop();
    return INVALID;
  }
}

/** More names than a type has possible types come from a subgraph at fault. */
const MAX_SHAPES = 1_000;

function completeField(
  { key, coordinate, isRequired }: ShapedField,
  complete: Completer,
  object: Answer,
  completion: Completion,
): unknown {
  const given = ownValue(object, key);
  completion.path.push(key);
  let value: unknown;
  if (given === undefined) {
    reportViolation(`${coordinate} is absent`, completion);
    value = isRequired ? INVALID : null;
  } else {
    value = complete(given, completion);
  }
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
