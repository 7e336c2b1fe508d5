import { Migration } from "@allfunds/platform/database";

/** Columns for events that other services report, and indexes for millions of events. */
export class ExtendAudit extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE audit_event
      ADD COLUMN event_id uuid, ADD COLUMN reported_by text, ADD COLUMN recorded_at timestamptz`);
    // Earlier events have no separate time of arrival: they were written as they happened.
    this.addSql(`ALTER TABLE audit_event ALTER COLUMN recorded_at SET DEFAULT clock_timestamp()`);
    this.addSql(`CREATE UNIQUE INDEX audit_event_once ON audit_event (event_id)
      WHERE event_id IS NOT NULL`);
    this.addSql(`CREATE INDEX audit_event_by_time ON audit_event (tenant_id, at, sequence)`);
    this.addSql(`CREATE INDEX audit_event_by_actor
      ON audit_event (tenant_id, actor_id, at, sequence)`);
    this.addSql(`CREATE INDEX audit_event_by_action
      ON audit_event (tenant_id, action, at, sequence)`);
    this.addSql(`CREATE INDEX audit_event_refused ON audit_event (tenant_id, at, sequence)
      WHERE outcome = 'REFUSED'`);
  }
}
