import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { type Answer, setOwn } from "../answer/answer.ts";
import { isCondition, isDefer } from "../operation/collect-fields.ts";
import { fragmentsOf, type Variables } from "../operation/operation-request.ts";
import { LITERAL_VARIABLE } from "./exact-literals.ts";
import type { PlannerKeys } from "../supergraph/planner-keys.ts";

const PREFIX = "_client_";

/** The renamed keys of an answer: for each response key that is renamed, or above one, the client's key and those below. */
export interface RenamedKeys {
  readonly children: ReadonlyMap<
    string,
    { readonly clientKey: string; readonly below: RenamedKeys }
  >;
}

export interface ProtectedDocument {
  readonly document: DocumentNode;
  /** Absent when no client key was renamed. */
  readonly renamed: RenamedKeys | undefined;
}

/**
 * Renames client response keys that collide with the planner's: `position: name` becomes
 * `_client_position: name` while the plan runs. `restoreClientKeys` reverts it in the answer.
 */
export function protectPlannerKeys(document: DocumentNode, keys: PlannerKeys): ProtectedDocument {
  let isRenamed = false;
  const rewritten = visit(document, {
    Field(field) {
      const key = field.alias?.value ?? field.name.value;
      if (!mustRename(field, key, keys)) return undefined;
      isRenamed = true;
      return { ...field, alias: { kind: Kind.NAME, value: PREFIX + key } };
    },
  });
  return isRenamed
    ? { document: rewritten, renamed: renamedKeysOf(rewritten) }
    : { document, renamed: undefined };
}

const mustRename = (field: FieldNode, key: string, keys: PlannerKeys): boolean =>
  key.startsWith(PREFIX) ||
  (keys.plain.has(key) && (field.name.value !== key || (field.arguments?.length ?? 0) > 0));

type MutableKeys = { children: Map<string, { clientKey: string; below: MutableKeys }> };

function renamedKeysOf(document: DocumentNode): RenamedKeys {
  const fragments = fragmentsOf(document);
  const root: MutableKeys = { children: new Map() };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      collect(definition.selectionSet, root, fragments);
  }
  return onlyRenamed(root);
}

/** Without the keys that nothing is renamed at or below: what is there needs no copy. */
function onlyRenamed({ children }: RenamedKeys): RenamedKeys {
  const renamed = [...children]
    .map(([key, { clientKey, below }]) => [key, { clientKey, below: onlyRenamed(below) }] as const)
    .filter(([key, { clientKey, below }]) => clientKey !== key || below.children.size > 0);
  return { children: new Map(renamed) };
}

function collect(
  set: SelectionSetNode,
  into: MutableKeys,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      collect(selection.selectionSet, into, fragments);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, into, fragments);
    } else {
      const key = selection.alias?.value ?? selection.name.value;
      const entry = into.children.get(key) ?? {
        clientKey: clientKeyOf(key),
        below: { children: new Map() },
      };
      into.children.set(key, entry);
      if (selection.selectionSet !== undefined)
        collect(selection.selectionSet, entry.below, fragments);
    }
  }
}

const clientKeyOf = (key: string): string =>
  key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;

/** Restores the client's keys in an answer, in their order. What has none below is the same object. */
export function restoreClientKeys(value: unknown, renamed: RenamedKeys): unknown {
  if (Array.isArray(value)) return value.map((item) => restoreClientKeys(item, renamed));
  if (typeof value !== "object" || value === null || renamed.children.size === 0) return value;
  // An object without a prototype would be a hash table, which takes several times as long to write as JSON.
  const restored: Answer = {};
  for (const [key, item] of Object.entries(value)) {
    const entry = renamed.children.get(key);
    const clientKey = entry?.clientKey ?? key;
    setOwn(restored, clientKey, entry === undefined ? item : restoreClientKeys(item, entry.below));
  }
  return restored;
}

/** The renamed keys below a path with the planner's keys. */
export const renamedBelow = (
  renamed: RenamedKeys,
  path: readonly (string | number)[],
): RenamedKeys =>
  path.reduce<RenamedKeys>(
    (keys, step) => (typeof step === "string" ? (keys.children.get(step)?.below ?? NONE) : keys),
    renamed,
  );

const NONE: RenamedKeys = { children: new Map() };

/** Restores the client's keys in the path of an error. */
export const restorePath = (path: readonly (string | number)[]): (string | number)[] =>
  path.map((step) => (typeof step === "string" ? clientKeyOf(step) : step));

/** The variables of plans, which would overwrite a client's of the same name: representations, what is around entities, and literals. */
const PLANNER_VARIABLE = new RegExp(`^(representations$|contextualArgument_|${LITERAL_VARIABLE})`);

const variableName = (name: string): string =>
  PLANNER_VARIABLE.test(name) || name.startsWith(PREFIX) ? PREFIX + name : name;

/** Renames a client's variables that collide with the planner's. */
export const protectPlannerVariables = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Variable: ({ name, ...variable }) => {
      const value = variableName(name.value);
      return value === name.value ? undefined : { ...variable, name: { ...name, value } };
    },
  });

/** The values of an operation's variables, by their names in its plan. */
export function plannerVariables(variables: Variables): Variables {
  const names = Object.keys(variables);
  if (names.every((name) => variableName(name) === name)) return variables;
  return Object.fromEntries(names.map((name) => [variableName(name), variables[name]]));
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

const INTROSPECTION = new Set(["__schema", "__type"]);

/** Without introspection, which the gateway answers itself: the planner finds no subgraph for it in a deferred fragment. */
export const withoutIntrospection = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: (set) => {
      const selections = set.selections.filter(
        (one) => one.kind !== Kind.FIELD || !INTROSPECTION.has(one.name.value),
      );
      if (selections.length === set.selections.length) return undefined;
      return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections };
    },
  });

/**
 * Adds `__typename` for the planner wherever conditions or `@defer` may remove all selections of an object. The planner
 * fetches nothing for an object without selections, so `{}` and `null` could not be distinguished.
 */
export function fetchEmptySelections(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document);
  const mayBeEmpty = ({ selections }: SelectionSetNode): boolean => selections.every(mayBeSkipped);
  const mayBeSkipped = (selection: SelectionNode): boolean => {
    if (selection.directives?.some((one) => isCondition(one) || isDefer(one)) === true) return true;
    if (selection.kind === Kind.INLINE_FRAGMENT) return mayBeEmpty(selection.selectionSet);
    if (selection.kind === Kind.FIELD) return false;
    return mayFragmentBeEmpty(selection.name.value);
  };
  // Each fragment is visited once: fragments that spread each other twice take exponential time otherwise.
  const checked = new Map<string, boolean>();
  const mayFragmentBeEmpty = (name: string): boolean => {
    const fragment = fragments.get(name);
    const isEmpty =
      checked.get(name) ?? (fragment !== undefined && mayBeEmpty(fragment.selectionSet));
    checked.set(name, isEmpty);
    return isEmpty;
  };
  return visit(document, {
    Field: ({ selectionSet, ...field }) => {
      if (selectionSet === undefined || !mayBeEmpty(selectionSet)) return undefined;
      const selections = [TYPENAME, ...selectionSet.selections];
      return { ...field, selectionSet: { ...selectionSet, selections } };
    },
  });
}
