import type { DocumentNode } from "graphql";
import { limitAliases } from "./limit-aliases.ts";
import { limitDepth } from "./limit-depth.ts";
import { limitDirectives } from "./limit-directives.ts";
import { limitFields } from "./limit-fields.ts";
import { limitFragments } from "./limit-fragments.ts";
import { limitRepeatedFields } from "./limit-repeated-fields.ts";
import { limitRootFields } from "./limit-root-fields.ts";
import type { Limits } from "./limits.ts";
import { measureDocument, type OperationShape } from "./operation-shape.ts";
import { refuseCircularFragments } from "./refuse-circular-fragments.ts";

const SIZE_RULES: readonly ((shape: OperationShape, limits: Limits) => void)[] = [
  limitFragments,
  refuseCircularFragments,
  limitFields,
  limitRootFields,
  limitDepth,
  limitAliases,
  limitRepeatedFields,
  limitDirectives,
];

/** Refuses a document that is too large in any way, before any expensive step. */
export function limitDocument(document: DocumentNode, limits: Limits): void {
  const shape = measureDocument(document, limits);
  for (const rule of SIZE_RULES) rule(shape, limits);
}
