import {
  usersOf,
  type Deprecation,
  type GraphBreak,
  type GraphVersion,
  deprecationsOf,
  findBreaks,
} from "./graph-changes.ts";
import { daysAgo, type UseCount } from "../usage/usage-stores.ts";

/** What a comparison of two versions of the graph found. */
interface GraphComparison {
  /** Lines for people: breaks with their users, and deprecations with theirs. */
  readonly lines: readonly string[];
  /** Whether the new version may not replace the old one. */
  readonly isBroken: boolean;
}

/** A break of what was not used for so many days is listed, and allowed. */
const USED_DAYS = 30;
const MAX_USERS = 5;

/**
 * Compares the published graph with the one that is to replace it. Where the uses are recorded, a change that
 * touches nothing that was used in 30 days is allowed; without a record every break counts.
 */
export function compareGraphs(
  published: GraphVersion,
  next: GraphVersion,
  recorded: readonly UseCount[] | undefined,
): GraphComparison {
  const uses = recorded?.filter(({ day }) => day >= daysAgo(USED_DAYS));
  const breaks = findBreaks(published, next).map((one) => describeBreak(one, uses, published));
  const deprecations = deprecationsOf(next).map((one) => describeDeprecation(one, uses, next));
  return {
    lines: [
      ...breaks.map(({ line }) => line),
      ...deprecations.map(({ line }) => line),
      `${breaks.length} breaking changes, ${deprecations.length} deprecated.`,
    ],
    isBroken: [...breaks, ...deprecations].some(({ isRefused }) => isRefused),
  };
}

interface Described {
  readonly line: string;
  readonly isRefused: boolean;
}

function describeBreak(
  { kind, description, coordinates }: GraphBreak,
  uses: readonly UseCount[] | undefined,
  { schema }: GraphVersion,
): Described {
  const text = `BREAK ${kind}: ${description}`;
  // What subgraphs need of each other is in no client's operation.
  if (uses === undefined || coordinates.length === 0) return { line: text, isRefused: true };
  const users = usersOf(coordinates, uses, schema);
  if (users.length === 0)
    return { line: `${text} Allowed: not used in ${USED_DAYS} days.`, isRefused: false };
  return { line: `${text} Used by ${listOf(users)}.`, isRefused: true };
}

function describeDeprecation(
  { coordinate, reason, removal }: Deprecation,
  uses: readonly UseCount[] | undefined,
  { schema }: GraphVersion,
): Described {
  if (removal === undefined)
    return {
      line: `BREAK DEPRECATION_WITHOUT_DATE: ${coordinate}: "${reason}" needs "Removal: YYYY-MM-DD".`,
      isRefused: true,
    };
  const users = uses === undefined ? [] : usersOf([coordinate], uses, schema);
  const used = users.length === 0 ? "" : ` Used by ${listOf(users)}.`;
  const unknown = uses === undefined ? " No uses are recorded here." : "";
  return {
    line: `deprecated: ${coordinate}, to be removed ${removal}.${used}${unknown}`,
    isRefused: false,
  };
}

/** The most frequent clients, with their versions. */
function listOf(users: readonly UseCount[]): string {
  const totals = new Map<string, number>();
  for (const { client, version, count } of users) {
    const name = version === "" ? client : `${client} ${version}`;
    totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const named = [...totals].toSorted(([, one], [, other]) => other - one);
  const shown = named.slice(0, MAX_USERS).map(([name, count]) => `${name} (${count} times)`);
  const others = named.length - shown.length;
  return shown.join(", ") + (others > 0 ? `, and ${others} more` : "");
}
