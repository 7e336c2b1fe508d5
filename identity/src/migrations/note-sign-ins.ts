import { Migration } from "@allfunds/platform/database";

/** From where a session was begun, so that its owner can tell it from the others. */
export class NoteSignIns extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE protocol_record ADD COLUMN ip text, ADD COLUMN user_agent text`);
  }
}
