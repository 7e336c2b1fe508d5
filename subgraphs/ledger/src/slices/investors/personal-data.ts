import { hash as sha256, randomBytes } from "node:crypto";
import { isIban } from "@allfunds/contract/identifiers";
import { withTransaction, type TransactionPool } from "@allfunds/platform/database";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { Findings, checkDate, checkText } from "../../engine/input-rules.ts";

/** What is known of a person; never in an event, a log or an export of a book. */
export interface Person {
  readonly name: string;
  readonly address: string | null;
  readonly dateOfBirth: string | null;
  readonly taxNumber: string | null;
  readonly bankAccount: string | null;
  readonly email: string | null;
}

/** Refuses personal data that cannot be stored, with every fault at once; no fault repeats what was sent. */
export function refusePersons(persons: readonly Person[]): void {
  const findings = new Findings();
  for (const [index, person] of persons.entries()) {
    const path = `investors.${index}.person`;
    checkText(findings, `${path}.name`, person.name, { min: 1, max: 200 });
    const { address, taxNumber, email, dateOfBirth, bankAccount } = person;
    if (address !== null) checkText(findings, `${path}.address`, address, { min: 1, max: 500 });
    if (taxNumber !== null)
      checkText(findings, `${path}.taxNumber`, taxNumber, { min: 1, max: 60 });
    if (email !== null) checkText(findings, `${path}.email`, email, { min: 3, max: 200 });
    if (dateOfBirth !== null) checkDate(findings, `${path}.dateOfBirth`, dateOfBirth);
    if (bankAccount !== null && !isIban(bankAccount)) {
      findings.add(`${path}.bankAccount`, "must be an IBAN with right check digits");
    }
  }
  findings.refuseIfAny();
}

/** What the log has of a person: of no use to anyone without the salt. */
const commitmentTo = (salt: string, person: Person): string =>
  sha256("sha256", canonicalJson([salt, person]), "hex");

const INSERT = `
  INSERT INTO investor_person (tenant_id, id, salt, data)
  SELECT $1, id, salt, data::jsonb FROM unnest($2::uuid[], $3::text[], $4::text[]) AS p (id, salt, data)
  ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id`;

const READ = `
  SELECT id, salt, data FROM investor_person WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const DELETE = `DELETE FROM investor_person WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** Erased ones, too, whose rows a process left behind that ended before it could delete them. */
const DELETE_ERASED = `
  DELETE FROM investor_person p USING investor i
  WHERE p.tenant_id = $1 AND i.tenant_id = p.tenant_id AND i.id = p.id AND i.is_erased`;

interface StoredPerson {
  readonly id: string;
  readonly salt: string;
  readonly data: Person;
}

/**
 * Stores personal data before their investors are registered; a repeat keeps what the first request stored, and so
 * its salts. Returns the commitments by id, and the ids that this request stored.
 */
export async function storePersons(
  pool: TransactionPool,
  tenantId: string,
  persons: ReadonlyMap<string, Person>,
): Promise<{
  readonly commitments: ReadonlyMap<string, string>;
  readonly stored: readonly string[];
}> {
  const ids = [...persons.keys()];
  const salts = ids.map(() => randomBytes(32).toString("hex"));
  const data = [...persons.values()].map((person) => JSON.stringify(person));
  return withTransaction(pool, { tenantId }, async (client) => {
    const values = [tenantId, ids, salts, data];
    const inserted = await client.query<{ id: string }>(INSERT, values);
    const { rows } = await client.query<StoredPerson>(READ, [tenantId, ids]);
    const commitments = rows.map(
      ({ id, salt, data: person }) => [id, commitmentTo(salt, person)] as const,
    );
    return { commitments: new Map(commitments), stored: inserted.rows.map(({ id }) => id) };
  });
}

/** Deletes personal data whose investors were not registered. */
export const deletePersons = (
  pool: TransactionPool,
  tenantId: string,
  ids: readonly string[],
): Promise<void> =>
  withTransaction(pool, { tenantId }, async (client) => {
    await client.query(DELETE, [tenantId, ids]);
  });

/** Deletes the personal data of every investor of the tenant whose erasure is recorded. */
export const deleteErased = (pool: TransactionPool, tenantId: string): Promise<void> =>
  withTransaction(pool, { tenantId }, async (client) => {
    await client.query(DELETE_ERASED, [tenantId]);
  });
