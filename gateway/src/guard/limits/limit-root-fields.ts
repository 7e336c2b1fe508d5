import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** Each root field may be a subgraph request of its own, and each mutation is. */
export const limitRootFields = ({ rootFields }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.rootFields, rootFields, "root fields");
