import type { ResponsePath } from "@apollo/query-planner";
import { type Answer, isAnswer, ownValue } from "../answer/answer.ts";

type Path = readonly (string | number)[];

/** In a plan's path: every item of the list. */
const EACH = "@";

/** The objects a part of a plan works on: the root of the answer, or the objects at a path below it. */
export interface Place {
  readonly path: ResponsePath;
  readonly objects: readonly Answer[];
  readonly root: Answer;
}

export const rootPlace = (root: Answer): Place => ({ path: [], objects: [root], root });

/** The objects at a plan's path below a place; lists on the path are flattened. */
export function placeBelow(place: Place, path: ResponsePath): Place {
  const objects: Answer[] = [];
  for (const object of place.objects) gather(object, path, 0, objects);
  return { path: [...place.path, ...path], objects, root: place.root };
}

function gather(value: unknown, path: ResponsePath, at: number, into: Answer[]): void {
  if (!isAnswer(value)) return;
  const step = path[at];
  if (step === EACH) {
    // Shaping reports a value that should be a list.
    for (const item of Array.isArray(value) ? value : []) gather(item, path, at + 1, into);
  } else if (step !== undefined) {
    gather(ownValue(value, String(step)), path, at + 1, into);
  } else if (Array.isArray(value)) {
    for (const item of value) gather(item, path, at, into);
  } else {
    into.push(value);
  }
}

/** The client's path to each object at a place, in their order. */
export function pathsTo({ path, root }: Place): Path[] {
  const paths: Path[] = [];
  const walk = (value: unknown, at: number, current: Path): void => {
    if (!isAnswer(value)) return;
    const step = path[at];
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        walk(item, step === EACH ? at + 1 : at, [...current, index]);
    } else if (step === undefined) {
      paths.push(current);
    } else {
      walk(ownValue(value, String(step)), at + 1, [...current, step]);
    }
  };
  walk(root, 0, []);
  return paths;
}
