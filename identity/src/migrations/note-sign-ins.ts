import { Migration } from "@allfunds/platform/database";

/** Where a session is used, so that its user can distinguish it from the others. */
export class NoteSignIns extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE protocol_record ADD COLUMN ip text, ADD COLUMN user_agent text`);
  }
}
