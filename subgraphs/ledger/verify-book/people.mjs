import { isString } from "./values.mjs";

/** Of the payload of a decision: the user who owns the API client that decided. */
export const ofDecider = { "deciderOwner?": isString };

/** The names of who decided: the actor of the event and, of an API client, the user who owns it. */
export const namesOf = ({ actor, payload: { deciderOwner } }) =>
  deciderOwner === undefined ? [actor] : [actor, deciderOwner];

/** The person behind a decision. */
export const personOf = ({ actor, payload: { deciderOwner } }) => deciderOwner ?? actor;

/** True when one person is behind both. */
export const haveOneInCommon = (one, other) => other.some((name) => one.includes(name));

/** True when one of these decided. Earlier versions did not record who owns a client, which may be anyone's of them. */
export const mayBeAmong = (people, event) =>
  people.length > 0 &&
  (event.payload.deciderOwner === undefined || haveOneInCommon(people, namesOf(event)));
