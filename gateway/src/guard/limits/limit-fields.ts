import type { Limits } from "./limits.ts";
import type { OperationShape } from "./operation-shape.ts";
import { refuseMoreThan } from "./refuse-more-than.ts";

/** A document of a few lines may expand to millions of fields; the count stops one past the limit. */
export const limitFields = ({ fields }: OperationShape, limits: Limits): void =>
  refuseMoreThan(limits.fields, fields, "fields or more");
