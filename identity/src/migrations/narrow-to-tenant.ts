import { Migration } from "@allfunds/platform/database";
import { narrowToTenant } from "@allfunds/platform/tenancy";

/**
 * Administration sees and writes rows of its own tenant only, whatever a query selects. A sign-in and the
 * protocol find the tenant by an address or a token, so they run without `app.tenant`.
 */
export class NarrowToTenant extends Migration {
  override up(): void {
    this.addSql(...narrowToTenant("tenant", "app_user", "fund_grant", "api_client", "audit_event"));
  }
}
