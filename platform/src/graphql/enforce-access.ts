import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import type { RequestContext } from "../context.ts";
import { accessRuleOf, enforceRule, type AccessRule } from "./access-rule.ts";

interface WithRequest {
  readonly request: RequestContext;
}

type Resolver = GraphQLFieldResolver<unknown, WithRequest>;

/**
 * Enforces the schema's access rules in the service itself, independent of the gateway. Before it is
 * resolved, a field checks its own rule and the rule of the type that it returns.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  const subscriptions = schema.getSubscriptionType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const rules = [accessRuleOf(field.astNode?.directives), ...rulesOfReturned(field.type, type)];
      const stated = rules.filter((rule) => rule !== undefined);
      if (stated.length === 0) continue;
      // The check at the start of a subscription covers its events.
      if (type === subscriptions) field.subscribe = guarded(stated, field.subscribe);
      else field.resolve = guarded(stated, field.resolve);
    }
  }
  return schema;
}

/** The rule of a returned type, unless the parent type has the same rule, which is met already. */
function rulesOfReturned(
  returned: Parameters<typeof getNamedType>[0],
  parent: GraphQLObjectType,
): (AccessRule | undefined)[] {
  const type = getNamedType(returned);
  if (!isObjectType(type) || type === parent) return [];
  const rule = accessRuleOf(type.astNode?.directives);
  const parents = accessRuleOf(parent.astNode?.directives);
  return JSON.stringify(rule) === JSON.stringify(parents) ? [] : [rule];
}

const guarded =
  (rules: readonly AccessRule[], resolve: Resolver = defaultFieldResolver): Resolver =>
  (source, args, context, info) => {
    for (const rule of rules) enforceRule(rule, context.request);
    return resolve(source, args, context, info);
  };

/** Resolves references to a type only for callers who meet the type's rule. */
export function guardReference<Resolve extends (...args: never[]) => unknown>(
  schema: GraphQLSchema,
  typeName: string,
  resolve: Resolve,
): Resolve {
  const type = schema.getType(typeName);
  const rule = isObjectType(type) ? accessRuleOf(type.astNode?.directives) : undefined;
  if (rule === undefined) return resolve;
  const guard = async (...args: Parameters<Resolve>): Promise<unknown> => {
    enforceRule(rule, (args[1] as unknown as WithRequest).request);
    return resolve(...args);
  };
  return guard as unknown as Resolve;
}
