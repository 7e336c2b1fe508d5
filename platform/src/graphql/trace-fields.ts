import { Trace, google } from "@apollo/usage-reporting-protobuf";
import { mapSchema, MapperKind } from "@graphql-tools/utils";
import {
  defaultFieldResolver,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import { executeOperation } from "./execute-operation.ts";

type Path = GraphQLResolveInfo["path"];

/** A trace is of so many fields and items at most; the others have no time of their own. */
const MAX_NODES = 10_000;

/** The traces of operations under way, by their context. */
const traces = new WeakMap<object, FieldTrace>();
const timedSchemas = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** Executes an operation, with the time of each field in `extensions.ftv1`: Apollo's format, protobuf in base64. */
export async function executeTraced(args: ExecutionArgs): Promise<ExecutionResult> {
  const trace = new FieldTrace();
  // Each request has a context of its own.
  traces.set(args.contextValue as object, trace);
  const result = await executeOperation({ ...args, schema: timedSchemaOf(args.schema) });
  return { ...result, extensions: { ...result.extensions, ftv1: trace.end(result.errors) } };
}

/** The schema with resolvers that note their times; the one without stays as fast as it is. */
function timedSchemaOf(schema: GraphQLSchema): GraphQLSchema {
  const known = timedSchemas.get(schema);
  if (known !== undefined) return known;
  const timed = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => ({
      ...field,
      resolve: timedResolver(field.resolve ?? defaultFieldResolver),
    }),
  });
  timedSchemas.set(schema, timed);
  return timed;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const timedResolver =
  (resolve: Resolver): Resolver =>
  (source, args, context, info) => {
    const ended = traces.get(context as object)?.resolving(info);
    if (ended === undefined) return resolve(source, args, context, info);
    let result: unknown;
    try {
      result = resolve(source, args, context, info);
    } catch (error) {
      ended();
      throw error;
    }
    if (result instanceof Promise) result.then(ended, ended);
    else ended();
    return result;
  };

class FieldTrace {
  readonly #startedAt = performance.now();
  readonly #startTime = Date.now();
  readonly #root = new Trace.Node();
  readonly #nodes = new Map<string, Trace.Node>();

  /** Starts a field's time; call the returned function when it is resolved. */
  resolving({ path, fieldName, returnType, parentType }: GraphQLResolveInfo): () => void {
    const node = this.#nodeAt(path);
    if (node === undefined) return () => undefined;
    node.type = String(returnType);
    node.parentType = parentType.name;
    if (path.key !== fieldName) node.originalFieldName = fieldName;
    node.startTime = this.#elapsed();
    return () => {
      node.endTime = this.#elapsed();
    };
  }

  /** The whole trace as text. The text of an error stays in the log. */
  end(errors: readonly GraphQLError[] = []): string {
    for (const { path, locations } of errors) {
      const at = path?.reduce<Path | undefined>(
        (prev, key) => ({ prev, key, typename: undefined }),
        undefined,
      );
      const node = (at === undefined ? undefined : this.#nodeAt(at)) ?? this.#root;
      const location = (locations ?? []).map((one) => new Trace.Location(one));
      const message = "<masked>";
      node.error.push(new Trace.Error({ message, location, json: JSON.stringify({ message }) }));
    }
    const trace = new Trace({
      root: this.#root,
      startTime: timestamp(this.#startTime),
      endTime: timestamp(Date.now()),
      durationNs: this.#elapsed(),
      fieldExecutionWeight: 1,
    });
    return Buffer.from(Trace.encode(trace).finish()).toString("base64");
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#startedAt) * 1e6);
  }

  #nodeAt(path: Path): Trace.Node | undefined {
    const name = nameOf(path);
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    if (this.#nodes.size >= MAX_NODES) return undefined;
    const above = path.prev === undefined ? this.#root : this.#nodeAt(path.prev);
    const { key } = path;
    const node = new Trace.Node(typeof key === "number" ? { index: key } : { responseName: key });
    this.#nodes.set(name, node);
    above?.child.push(node);
    return node;
  }
}

const nameOf = ({ prev, key }: Path): string =>
  (prev === undefined ? "" : nameOf(prev)) + `.${key}`;

const timestamp = (ms: number): google.protobuf.Timestamp =>
  new google.protobuf.Timestamp({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
