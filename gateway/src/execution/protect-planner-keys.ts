import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { PlannerKeys } from "../supergraph/planner-keys.ts";

const PREFIX = "_client_";

/** Where renamed keys sit in an answer: per response key its own name and what lies below. */
export interface RenamedKeys {
  readonly children: ReadonlyMap<
    string,
    { readonly clientKey: string; readonly below: RenamedKeys }
  >;
}

export interface ProtectedDocument {
  readonly document: DocumentNode;
  /** Absent when no client key had to move, which is nearly always. */
  readonly renamed: RenamedKeys | undefined;
}

/**
 * Moves client response keys out of the planner's way: `position: name` becomes
 * `_client_position: name` while the plan runs, and is given back in the answer.
 */
export function protectPlannerKeys(document: DocumentNode, keys: PlannerKeys): ProtectedDocument {
  let moved = false;
  const rewritten = visit(document, {
    Field(field) {
      const key = field.alias?.value ?? field.name.value;
      if (!mustMove(field, key, keys)) return undefined;
      moved = true;
      return { ...field, alias: { kind: Kind.NAME, value: PREFIX + key } };
    },
  });
  return moved
    ? { document: rewritten, renamed: renamedKeysOf(rewritten) }
    : { document, renamed: undefined };
}

const mustMove = (field: FieldNode, key: string, keys: PlannerKeys): boolean =>
  key.startsWith(PREFIX) ||
  keys.withArguments.has(key) ||
  (keys.plain.has(key) && (field.name.value !== key || (field.arguments?.length ?? 0) > 0));

type MutableKeys = { children: Map<string, { clientKey: string; below: MutableKeys }> };

function renamedKeysOf(document: DocumentNode): RenamedKeys {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const root: MutableKeys = { children: new Map() };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      collect(definition.selectionSet, root, fragments);
  }
  return root;
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

/** Gives every moved key of an answer its own name back, order kept. Custom scalars are left as they are. */
export function restoreClientKeys(value: unknown, renamed: RenamedKeys): unknown {
  if (Array.isArray(value)) return value.map((item) => restoreClientKeys(item, renamed));
  if (typeof value !== "object" || value === null || renamed.children.size === 0) return value;
  const restored: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    const entry = renamed.children.get(key);
    restored[entry?.clientKey ?? key] =
      entry === undefined ? item : restoreClientKeys(item, entry.below);
  }
  return restored;
}

/** The same for the path of an error. */
export const restorePath = (path: readonly (string | number)[]): (string | number)[] =>
  path.map((step) => (typeof step === "string" ? clientKeyOf(step) : step));
