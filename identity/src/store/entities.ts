/** Every row that is read through the object mapper. */
export { ApplicationEntity } from "../applications/application-entity.ts";
export { AuditEventEntity } from "../audit/audit-event-entity.ts";
export { ApiClientEntity } from "../clients/api-client-entity.ts";
export { PasskeyEntity } from "../factors/passkey-entity.ts";
export { UserEntity } from "../users/user-entity.ts";
