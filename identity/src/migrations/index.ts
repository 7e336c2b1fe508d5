import type { NamedMigration } from "@allfunds/platform/database";
import { AllowDevices } from "./allow-devices.ts";
import { CreateAdministratorChanges } from "./create-administrator-changes.ts";
import { CreateApplications } from "./create-applications.ts";
import { CreateAssistantAccess } from "./create-assistant-access.ts";
import { CreateRevocations } from "./create-revocations.ts";
import { CreateAudit, CreateClients, CreateProtocol, CreateUsers } from "./create-identity.ts";
import { ExtendAudit } from "./extend-audit.ts";
import { NarrowToTenant } from "./narrow-to-tenant.ts";
import { NoteSignIns } from "./note-sign-ins.ts";
import { ProvisionUsers } from "./provision-users.ts";
import { PinApiVersions } from "./pin-api-versions.ts";
import { RequireSecondFactor } from "./require-second-factor.ts";

export const MIGRATIONS: readonly NamedMigration[] = [
  { name: "identity-0001-users", class: CreateUsers },
  { name: "identity-0002-clients", class: CreateClients },
  { name: "identity-0003-protocol", class: CreateProtocol },
  { name: "identity-0004-audit", class: CreateAudit },
  { name: "identity-0005-reported-audit", class: ExtendAudit },
  { name: "identity-0006-sign-ins", class: NoteSignIns },
  { name: "identity-0007-narrow-to-tenant", class: NarrowToTenant },
  { name: "identity-0008-applications", class: CreateApplications },
  { name: "identity-0009-revocations", class: CreateRevocations },
  { name: "identity-0010-api-versions", class: PinApiVersions },
  { name: "identity-0011-assistants", class: CreateAssistantAccess },
  { name: "identity-0012-devices", class: AllowDevices },
  { name: "identity-0013-provisioning", class: ProvisionUsers },
  { name: "identity-0014-administrator-changes", class: CreateAdministratorChanges },
  { name: "identity-0015-second-factor", class: RequireSecondFactor },
];
