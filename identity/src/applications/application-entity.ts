import { defineEntity, p } from "@mikro-orm/core";
import type { Application } from "./application.ts";

/** An application as administration reads it. */
export const ApplicationEntity = defineEntity({
  name: "Application",
  tableName: "application",
  properties: {
    tenantId: p.uuid().primary(),
    clientId: p.text().primary(),
    name: p.text(),
    redirectUris: p.array(),
    signOutUris: p.array(),
    scopes: p.array(),
    authentication: p.text().$type<Application["authentication"]>(),
    idTokenAlgorithm: p.text().$type<Application["idTokenAlgorithm"]>(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
});
