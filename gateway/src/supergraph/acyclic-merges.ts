import { MultiMap } from "@apollo/federation-internals";

/** What the planner fetches at once, before it makes a plan of it. */
interface FetchGroup {
  readonly children: () => readonly FetchGroup[];
  mergeInWithAllDependencies: (other: FetchGroup) => void;
}

const isFetchGroup = (value: unknown): value is FetchGroup =>
  typeof value === "object" && value !== null && "mergeInWithAllDependencies" in value;

function leadsTo(from: FetchGroup, to: FetchGroup, seen = new Set<FetchGroup>()): boolean {
  return from.children().some((child) => {
    if (child === to) return true;
    if (seen.has(child)) return false;
    seen.add(child);
    return leadsTo(child, to, seen);
  });
}

/**
 * Has the planner keep two fetches of the same from the same subgraph apart when one waits for the other. It would make
 * one of them that waits for itself, and follow that circle until the memory is full: so it does where fields of an
 * interface object require others for one type, and others for another type. No other plan changes. The planner
 * shows its groups nowhere but in the map in which it looks for those that are the same.
 */
export function keepMergesAcyclic(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own map below
  const { add } = MultiMap.prototype;
  MultiMap.prototype.add = function addGroup(key: unknown, value: unknown) {
    if (isFetchGroup(value)) {
      MultiMap.prototype.add = add;
      keepApart(Object.getPrototypeOf(value) as FetchGroup);
    }
    return add.call(this, key, value);
  };
}

function keepApart(prototype: FetchGroup): void {
  const { mergeInWithAllDependencies: merge } = prototype;
  prototype.mergeInWithAllDependencies = function mergeUnlessWaiting(
    this: FetchGroup,
    other: FetchGroup,
  ): void {
    if (!leadsTo(this, other) && !leadsTo(other, this)) merge.call(this, other);
  };
}
