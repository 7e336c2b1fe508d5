import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** With aliases one operation may request the same field a thousand times. */
export const limitAliases = ({ aliases }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.aliases, aliases, "aliases");
