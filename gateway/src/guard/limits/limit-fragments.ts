import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** Fragments that spread fragments double the work with each line; the count stops one past the limit. */
export const limitFragments = ({ fragments }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.fragments, fragments, "fragments or more");
