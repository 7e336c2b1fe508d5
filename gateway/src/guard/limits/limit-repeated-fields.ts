import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** Validation compares the fields of one key in pairs: thousands of them take seconds. */
export const limitRepeatedFields = ({ repeatedFields }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.repeatedFields, repeatedFields, "repeated fields");
