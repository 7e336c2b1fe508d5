/** Every row that is read through the object mapper. */
export { MovementEntity } from "./movements/movement-entity.ts";
