/** Every row that is read through the object mapper. */
export { InsightEntity } from "./insights/insight-entity.ts";
export { MovementEntity } from "./movements/movement-entity.ts";
