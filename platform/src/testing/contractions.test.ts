import { expect, test } from "vitest";
import { contractionsOf } from "./contractions.ts";

test.each([
  ["CREATE TABLE note (id uuid PRIMARY KEY)", "REVOKE DELETE ON note FROM PUBLIC"],
  ["CREATE TABLE note (id uuid)", "CREATE UNIQUE INDEX note_id ON note (id)"],
  ["ALTER TABLE account ADD COLUMN note text", "COMMENT ON COLUMN account.note IS 'x'"],
  ["ALTER TABLE account ADD COLUMN a numeric(39, 0) NOT NULL DEFAULT 0, ADD COLUMN b text"],
  ["CREATE INDEX account_by_note ON account (note)"],
])("%s only adds", (...statements) => {
  expect(contractionsOf(statements)).toEqual([]);
});

test.each([
  "ALTER TABLE account ADD COLUMN note text NOT NULL",
  "ALTER TABLE account DROP COLUMN note",
  "ALTER TABLE account ADD COLUMN note text, DROP COLUMN other",
  "ALTER TABLE account ADD COLUMN fund uuid REFERENCES fund",
  "ALTER TABLE account RENAME COLUMN note TO text",
  "ALTER TABLE account ALTER COLUMN note TYPE integer",
  "CREATE UNIQUE INDEX account_note ON account (note)",
  "CREATE TRIGGER checked BEFORE INSERT ON account EXECUTE FUNCTION refuse()",
  "REVOKE INSERT ON account FROM CURRENT_USER",
  "UPDATE account SET note = ''",
  "DROP TABLE account",
])("%s does more", (statement) => {
  expect(contractionsOf(["CREATE TABLE other (id uuid)", statement])).toEqual([statement]);
});
