import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** Nesting multiplies a subgraph's work. */
export const limitDepth = ({ depth }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.depth, depth, "levels of fields");
