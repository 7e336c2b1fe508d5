/** Statements that only add what a version without them need not write, whatever tables they are about. */
const ADDS = [
  /^CREATE TABLE \w+/i,
  /^CREATE SEQUENCE \w+/i,
  /^CREATE FUNCTION \w+/i,
  /^CREATE INDEX( CONCURRENTLY)? /i,
  /^COMMENT ON /i,
  /^GRANT /i,
  /^SELECT enforce_\w+\(\)$/i,
];

/** What a table is named by that a statement changes or restricts. */
const CHANGED = [
  /^ALTER TABLE (?:ONLY )?(\w+)/i,
  /^INSERT INTO (\w+)/i,
  /^REVOKE .+ ON (\w+) FROM/is,
  /^CREATE UNIQUE INDEX \w+ ON (\w+)/i,
  /^CREATE (?:CONSTRAINT )?TRIGGER .+? ON (\w+)/is,
  /^CREATE POLICY \w+ ON (\w+)/i,
];

const ADDED_COLUMN = /^ADD COLUMN \w+ .+$/is;

/** Columns that the version before leaves out of its INSERTs. */
function addsOptionalColumns(statement: string): boolean {
  const changes = /^ALTER TABLE \w+ (.+)$/is.exec(statement)?.[1]?.split(/,\s*(?=[a-z]+\s)/i);
  return (changes ?? ["?"]).every(
    (change) =>
      ADDED_COLUMN.test(change.trim()) &&
      (!/\bNOT NULL\b/i.test(change) || /\bDEFAULT\b/i.test(change)) &&
      !/\b(?:UNIQUE|PRIMARY KEY|REFERENCES|CHECK)\b/i.test(change),
  );
}

/**
 * The statements of a migration that do more than add, so that the version before it might fail on the new schema.
 * What a migration does to tables that it creates itself is free.
 */
export function contractionsOf(statements: readonly string[]): string[] {
  const trimmed = statements.map((statement) => statement.trim());
  const created = new Set(
    trimmed.flatMap((statement) => /^CREATE TABLE (\w+)/i.exec(statement)?.[1] ?? []),
  );
  return trimmed.filter((statement) => {
    if (ADDS.some((pattern) => pattern.test(statement))) return false;
    const [table] = CHANGED.flatMap((pattern) => pattern.exec(statement)?.[1] ?? []);
    return !(table !== undefined && created.has(table)) && !addsOptionalColumns(statement);
  });
}
