import { isExactNumber, parseExactJson } from "@allfunds/platform/exact-json";
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parseType,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { type Answer, ownValue, setOwn } from "../answer/answer.ts";
import type { Variables } from "../operation/operation-request.ts";

/** Begins the names of the variables that stand for literals in plans. */
export const LITERAL_VARIABLE = "exactLiteral_";

/** An operation whose long numbers are variables, because the planner reads literals as doubles. */
export interface ExactLiterals {
  readonly document: DocumentNode;
  /** The variables of the plan, from those of the client; absent when the document has no such number. */
  readonly variablesOf: ((variables: Variables) => Variables) | undefined;
}

/** Replaces what custom scalars are given as literals, and defaults of variables, where a number would be rounded. */
export function hoistLiterals(schema: GraphQLSchema, document: DocumentNode): ExactLiterals {
  const literals = new Map<string, ValueNode>();
  const defaults = new Map<string, ValueNode>();
  const definitions: VariableDefinitionNode[] = [];
  const hoist = (value: ValueNode, type: GraphQLInputType): ValueNode => {
    const name = { kind: Kind.NAME, value: `${LITERAL_VARIABLE}${literals.size}` } as const;
    const variable = { kind: Kind.VARIABLE, name } as const;
    literals.set(name.value, value);
    definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) });
    return variable;
  };
  const types = new TypeInfo(schema);
  const hoisted = visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: ({ defaultValue, ...definition }) => {
        if (defaultValue === undefined || !isRounded(defaultValue)) return undefined;
        defaults.set(definition.variable.name.value, defaultValue);
        return definition;
      },
      enter: (node) => {
        if (!isValue(node)) return undefined;
        // In a list it is that of the items already.
        const type = node.kind === Kind.LIST ? types.getParentInputType() : types.getInputType();
        if (!type || !isCustomScalar(type) || !isRounded(node)) return undefined;
        return hoist(node, type);
      },
    }),
  );
  if (literals.size === 0 && defaults.size === 0) return { document, variablesOf: undefined };
  return {
    document: visit(hoisted, {
      OperationDefinition: (operation) => ({
        ...operation,
        variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions],
      }),
    }),
    variablesOf: (variables) => {
      const given = { ...valuesOf(defaults, {}), ...variables };
      return { ...given, ...valuesOf(literals, given) };
    },
  };
}

const VALUES = new Set<string>([Kind.INT, Kind.FLOAT, Kind.LIST, Kind.OBJECT]);

const isValue = (node: { readonly kind: string }): node is ValueNode => VALUES.has(node.kind);

function isCustomScalar(type: GraphQLInputType): boolean {
  const nullable = getNullableType(type);
  return isScalarType(nullable) && !isSpecifiedScalarType(nullable);
}

/** A number with every digit; a text that is one alone is not read as JSON with long numbers. */
const exactNumber = (text: string): unknown => (parseExactJson(`[${text}]`) as unknown[])[0];

/** Whether a literal has a number that a double would round. */
function isRounded(literal: ValueNode): boolean {
  let found = false;
  const note = ({ value }: { readonly value: string }): void => {
    found ||= isExactNumber(exactNumber(value));
  };
  visit(literal, { IntValue: note, FloatValue: note });
  return found;
}

const valuesOf = (literals: ReadonlyMap<string, ValueNode>, variables: Variables): Variables =>
  Object.fromEntries(
    [...literals].map(([name, literal]) => [name, exactValue(literal, variables)]),
  );

/** The JSON of a literal, its numbers with every digit. */
function exactValue(literal: ValueNode, variables: Variables): unknown {
  switch (literal.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return exactNumber(literal.value);
    case Kind.LIST:
      return literal.values.map((value) => exactValue(value, variables));
    case Kind.OBJECT: {
      const object: Answer = {};
      for (const { name, value } of literal.fields)
        setOwn(object, name.value, exactValue(value, variables));
      return object;
    }
    case Kind.VARIABLE:
      return ownValue(variables, literal.name.value);
    case Kind.NULL:
      return null;
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return literal.value;
  }
}
