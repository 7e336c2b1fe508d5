import { Migration } from "@allfunds/platform/database";
import type { NamedMigration } from "@allfunds/platform/database";

class CreatePrices extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE instrument (
        tenant_id uuid NOT NULL,
        instrument_id uuid NOT NULL,
        symbol text NOT NULL,
        name text NOT NULL,
        currency text NOT NULL,
        PRIMARY KEY (tenant_id, instrument_id),
        CONSTRAINT instrument_symbol UNIQUE (tenant_id, symbol)
      )`);
    this.addSql(`
      CREATE TABLE instrument_price (
        tenant_id uuid NOT NULL,
        instrument_id uuid NOT NULL,
        day date NOT NULL,
        close numeric NOT NULL CHECK (close > 0),
        PRIMARY KEY (tenant_id, instrument_id, day),
        FOREIGN KEY (tenant_id, instrument_id) REFERENCES instrument
      )`);
  }
}

export const instrumentMigrations: readonly NamedMigration[] = [
  { name: "metrics-0003-prices", class: CreatePrices },
];
