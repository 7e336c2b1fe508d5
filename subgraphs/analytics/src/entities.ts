/** Every row that is read through the object mapper. */
export { MovementEntity } from "./movements/movement-entity.ts";
export { PayeeRuleEntity } from "./payee-rules/payee-rule-entity.ts";
