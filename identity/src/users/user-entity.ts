import { defineEntity, p } from "@mikro-orm/core";

export type UserStatus = "INVITED" | "ACTIVE" | "DISABLED";

/** A user as administration reads it. */
export const UserEntity = defineEntity({
  name: "User",
  tableName: "app_user",
  properties: {
    tenantId: p.uuid().primary(),
    userId: p.uuid().primary(),
    email: p.text(),
    name: p.text(),
    roles: p.array(),
    allFunds: p.boolean(),
    status: p.text().$type<UserStatus>(),
    createdAt: p.datetime(),
    fundIds: p.array().formula(
      ({ tenantId, userId }) => `ARRAY(SELECT fund_id::text FROM fund_grant g
        WHERE g.tenant_id = ${tenantId} AND g.user_id = ${userId} ORDER BY fund_id)`,
    ),
    hasTotp: p
      .boolean()
      .formula(({ userId }) => `EXISTS (SELECT FROM totp_factor t WHERE t.user_id = ${userId})`),
    passkeys: p
      .integer()
      .formula(({ userId }) => `(SELECT count(*)::int FROM passkey k WHERE k.user_id = ${userId})`),
  },
});
