import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** Validation compares directives in pairs. */
export const limitDirectives = ({ directives }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.directives, directives, "directives");
