import { isAnswer, ownValue, setOwn, type Answer } from "./answer.ts";

/** Adds what one subgraph said of an object to what others have said of it. */
export function mergeData(into: Answer, from: Answer): void {
  for (const key of Object.keys(from)) {
    const value = from[key];
    if (value === undefined) continue;
    const there = ownValue(into, key);
    if (isAnswer(value) && isAnswer(there) && areAlike(value, there)) mergeData(there, value);
    else setOwn(into, key, value);
  }
}

/** Lists of one length are the same objects, told of twice; an array's keys are its indexes. */
const areAlike = (one: Answer, other: Answer): boolean =>
  Array.isArray(one) ? Array.isArray(other) && one.length === other.length : !Array.isArray(other);
