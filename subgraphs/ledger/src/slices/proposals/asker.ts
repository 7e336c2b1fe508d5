/** Who gives a command, as far as that decides what it leads to. */
export interface Asker {
  readonly actor: string;
  /** Of an API client: the user who made it, where that is known. */
  readonly owner?: string | undefined;
}

/** Nobody in particular, for commands whose outcome does not depend on who gives them. */
export const NOBODY: Asker = { actor: "" };

/** A person behind both: the same one, or one whose API client the other is. */
export function isSamePerson(one: Asker, other: Asker): boolean {
  const people = [one.actor, one.owner].filter((name) => name !== undefined);
  return (
    people.includes(other.actor) || (other.owner !== undefined && people.includes(other.owner))
  );
}
