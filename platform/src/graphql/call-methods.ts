import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { getMetadataStorage } from "type-graphql";

type Storage = ReturnType<typeof getMetadataStorage>;
type Handler = (Storage["mutations"] | Storage["fieldResolvers"])[number];
type Parameter = NonNullable<Handler["params"]>[number];
type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Method = (this: unknown, ...values: unknown[]) => unknown;

/** The arguments of a graphql-js resolver. */
interface Call {
  readonly root: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  readonly info: GraphQLResolveInfo;
}

/** Returns the instance of a resolver class for the call of a field. */
export interface Instances {
  get(resolver: Function, call: Pick<Call, "info">): unknown;
}

/**
 * Returns resolvers, by type and field, that call resolver classes' methods with the values of graphql-js.
 * The resolvers of type-graphql first copy every input object into an instance of its class, which no
 * method needs and which dominates the cost of large bulks. Methods with middleware, roles or other
 * parameters keep the resolvers of type-graphql.
 */
export function callMethods(
  classes: readonly Function[],
  instances: Instances,
): Map<string, Record<string, Resolver>> {
  const { queries, mutations, fieldResolvers, objectTypes } = getMetadataStorage();
  const ofType = (handler: Storage["fieldResolvers"][number]): string | undefined => {
    const owner = handler.kind === "external" ? handler.getObjectType?.() : undefined;
    return objectTypes.find(({ target }) => target === owner)?.name;
  };
  const handlers = [
    ...queries.map((handler) => ["Query", handler] as const),
    ...mutations.map((handler) => ["Mutation", handler] as const),
    ...fieldResolvers.map((handler) => [ofType(handler), handler] as const),
  ];
  const resolvers = new Map<string, Record<string, Resolver>>();
  for (const [type, handler] of handlers) {
    if (type === undefined || !classes.includes(handler.target)) continue;
    const resolve = callMethod(handler, instances);
    if (resolve === undefined) continue;
    resolvers.set(type, { ...resolvers.get(type), [handler.schemaName]: resolve });
  }
  return resolvers;
}

function callMethod(handler: Handler, instances: Instances): Resolver | undefined {
  const parameters = (handler.params ?? []).toSorted((a, b) => a.index - b.index);
  const readers = parameters.map(readerOf);
  const isPlain = (handler.middlewares ?? []).length === 0 && handler.roles === undefined;
  if (!isPlain || !readers.every((read) => read !== undefined)) return undefined;
  return (root, args, context, info) => {
    const call: Call = { root, args, context, info };
    const instance = instances.get(handler.target, call) as Record<string, Method>;
    const method = instance[handler.methodName] as Method;
    return method.apply(
      instance,
      readers.map((read) => read(call)),
    );
  };
}

function readerOf(parameter: Parameter): ((call: Call) => unknown) | undefined {
  switch (parameter.kind) {
    case "arg":
      return ({ args }) => args[parameter.name];
    case "args":
      return ({ args }) => args;
    case "info":
      return ({ info }) => info;
    case "context":
      return parameter.propertyName === undefined ? ({ context }) => context : undefined;
    case "root":
      return parameter.propertyName === undefined && parameter.getType === undefined
        ? ({ root }) => root
        : undefined;
    case "custom":
    case "pubSub":
      return undefined;
  }
}
