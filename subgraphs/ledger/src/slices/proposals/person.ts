import type { EventPlace, Requester } from "../../engine/book.ts";

/** Whose a requester is: an API client's is the user who owns it. */
export const personOf = ({ actor, owner }: Requester): string => owner ?? actor;

/** A person behind both: the same one, or one whose API client the other is. */
export function isSamePerson(one: Requester, other: Requester): boolean {
  const people = [one.actor, one.owner].filter((name) => name !== undefined);
  return (
    people.includes(other.actor) || (other.owner !== undefined && people.includes(other.owner))
  );
}

/** What a decision records of an API client: the user who owns it. Absent for persons, and in earlier events. */
export interface OfDecider {
  readonly deciderOwner?: string | undefined;
}

export const ofDecider = ({ owner }: Requester): OfDecider =>
  owner === undefined ? {} : { deciderOwner: owner };

/** Who gave a decision, as its event proves it. */
export const deciderOf = (
  { actor }: Pick<EventPlace, "actor">,
  { deciderOwner }: OfDecider,
): Requester => ({ actor, owner: deciderOwner });

/** True when one of those who approved is behind a requester. */
export const hasApproved = (approvedBy: readonly string[], requester: Requester): boolean =>
  approvedBy.some((actor) => isSamePerson({ actor }, requester));

/** What an event records of who could have approved, where that is known, so that a replay proves the decision. */
export const ofAdministrators = ({
  secondAdministrator,
}: Requester): { readonly secondAdministrator?: boolean } =>
  secondAdministrator === undefined ? {} : { secondAdministrator };
