import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  print,
} from "graphql";
import type { SubgraphRequest } from "./subgraph-request.ts";

/** The argument that a feed goes on behind, and the field of its events that states where that is. */
const AFTER = "after";
const CURSOR = "cursor";
/** Where the cursor is in an event whose subscriber did not ask for it. */
const ADDED_CURSOR = "resumeCursor";

/**
 * A subscription to a feed, which can go on elsewhere without loss: its field takes the argument `after`, and its
 * events have a `cursor`.
 */
export class ResumableSubscription {
  readonly #document: DocumentNode;
  readonly #field: FieldNode;
  readonly #request: SubgraphRequest;
  readonly #cursorKey: string;
  #cursor: string | undefined;

  private constructor(request: SubgraphRequest, document: DocumentNode, field: FieldNode) {
    this.#request = request;
    this.#document = document;
    this.#field = field;
    this.#cursorKey = cursorKeyOf(field) ?? ADDED_CURSOR;
  }

  /** Undefined when the subscription is to no feed. */
  static of(request: SubgraphRequest, schema: GraphQLSchema): ResumableSubscription | undefined {
    const document = parse(request.query, { noLocation: true });
    const field = rootField(document);
    if (field === undefined || !isFeed(field, schema)) return undefined;
    return new ResumableSubscription(request, document, field);
  }

  /** Whether it is known where to go on: behind the last event, or where the subscriber wanted to begin. */
  get isPlaced(): boolean {
    return this.#cursor !== undefined || this.#isGiven();
  }

  /** The request that goes on behind the last event seen. */
  get request(): SubgraphRequest {
    const variable = this.#afterVariable();
    if (variable === undefined || this.#cursor === undefined)
      return { ...this.#request, query: print(this.#rewritten()) };
    return {
      ...this.#request,
      query: print(this.#rewritten()),
      variables: { ...this.#request.variables, [variable]: this.#cursor },
    };
  }

  /** Remembers the place of an event. */
  see(payload: unknown): void {
    const { data } = payload as { data?: Record<string, Record<string, unknown> | null> | null };
    const key = this.#field.alias?.value ?? this.#field.name.value;
    const cursor = data?.[key]?.[this.#cursorKey];
    if (typeof cursor === "string") this.#cursor = cursor;
  }

  #isGiven(): boolean {
    const variable = this.#afterVariable();
    if (variable !== undefined) return typeof this.#request.variables[variable] === "string";
    return argumentOf(this.#field)?.value.kind === Kind.STRING;
  }

  #afterVariable(): string | undefined {
    const value = argumentOf(this.#field)?.value;
    return value?.kind === Kind.VARIABLE ? value.name.value : undefined;
  }

  #rewritten(): DocumentNode {
    const field = { ...this.#field, ...this.#arguments(), ...this.#selections() };
    return {
      ...this.#document,
      definitions: this.#document.definitions.map((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION
          ? {
              ...definition,
              selectionSet: { ...definition.selectionSet, selections: [field] },
            }
          : definition,
      ),
    };
  }

  #arguments(): Pick<FieldNode, "arguments"> {
    const given = this.#field.arguments ?? [];
    if (this.#cursor === undefined || this.#afterVariable() !== undefined)
      return { arguments: given };
    const after = {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: AFTER },
      value: { kind: Kind.STRING, value: this.#cursor },
    } as const;
    return { arguments: [...given.filter(({ name }) => name.value !== AFTER), after] };
  }

  #selections(): Pick<FieldNode, "selectionSet"> {
    const { selectionSet } = this.#field;
    if (selectionSet === undefined || this.#cursorKey !== ADDED_CURSOR) return {};
    const cursor: FieldNode = {
      kind: Kind.FIELD,
      alias: { kind: Kind.NAME, value: ADDED_CURSOR },
      name: { kind: Kind.NAME, value: CURSOR },
    };
    return { selectionSet: { ...selectionSet, selections: [...selectionSet.selections, cursor] } };
  }
}

/** The only field of a subscription. */
function rootField({ definitions }: DocumentNode): FieldNode | undefined {
  const [operation] = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const { selections } = operation.selectionSet;
  const [field] = selections;
  return selections.length === 1 && field?.kind === Kind.FIELD ? field : undefined;
}

function isFeed({ name }: FieldNode, schema: GraphQLSchema): boolean {
  const field = schema.getSubscriptionType()?.getFields()[name.value];
  const type = getNamedType(field?.type);
  if (field === undefined || !isObjectType(type)) return false;
  return field.args.some((argument) => argument.name === AFTER) && CURSOR in type.getFields();
}

const argumentOf = ({ arguments: given }: FieldNode) =>
  given?.find(({ name }) => name.value === AFTER);

/** The key of a cursor that the subscriber asked for at the event itself. */
function cursorKeyOf({ selectionSet }: FieldNode): string | undefined {
  for (const selection of selectionSet?.selections ?? [])
    if (selection.kind === Kind.FIELD && selection.name.value === CURSOR)
      return selection.alias?.value ?? CURSOR;
  return undefined;
}
