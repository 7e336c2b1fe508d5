import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { Migration, withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, NamedMigration, Pool } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/contract/feed";
import { newId } from "@allfunds/platform/ids";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { Sentiment } from "../sentiment/judge-sentiment.ts";
import { SENTIMENT_MODEL } from "../sentiment/judge-sentiment.ts";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { isSameStory, judgeNews, REPEATED_WITHIN_MS } from "./news.ts";
import type { News, NewsSubject } from "./news.ts";

class CreateNews extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE news_item (
        tenant_id uuid NOT NULL,
        news_id uuid NOT NULL,
        fund_id uuid,
        instrument_id uuid,
        headline text NOT NULL,
        body text,
        published_at timestamptz NOT NULL,
        source text NOT NULL,
        url text,
        label text NOT NULL CHECK (label IN ('POSITIVE', 'NEUTRAL', 'NEGATIVE')),
        score double precision NOT NULL CHECK (score BETWEEN -1 AND 1),
        confidence double precision NOT NULL,
        evidence jsonb NOT NULL,
        model text NOT NULL,
        posted_by text NOT NULL,
        posted_at timestamptz NOT NULL,
        idempotency_key text,
        input jsonb NOT NULL,
        PRIMARY KEY (tenant_id, news_id),
        UNIQUE (tenant_id, posted_by, idempotency_key),
        CHECK (num_nonnulls(fund_id, instrument_id) = 1)
      )`);
    this.addSql(`
      CREATE INDEX news_of_fund ON news_item (tenant_id, fund_id, published_at DESC, news_id DESC)
      WHERE fund_id IS NOT NULL`);
    this.addSql(`
      CREATE INDEX news_of_instrument ON news_item (tenant_id, instrument_id, published_at DESC, news_id DESC)
      WHERE instrument_id IS NOT NULL`);
    this.addSql(...enforceTenancy("news_item"));
    // Instruments belong to the whole tenant, as in metrics; news of funds needs the fund's grant.
    this.addSql(`CREATE POLICY granted_funds ON news_item AS RESTRICTIVE FOR SELECT
      USING (fund_id IS NULL OR ${grantRule("fund_id")})`);
  }
}

export const newsMigration: NamedMigration = { name: "analytics-0021-news", class: CreateNews };

/** A stored piece of news, with its tone. */
export interface NewsItem extends News {
  readonly newsId: string;
  readonly fundId: string | null;
  readonly instrumentId: string | null;
  readonly sentiment: Sentiment & { readonly model: string };
}

interface NewsRow extends Omit<NewsItem, "sentiment">, Sentiment {
  readonly model: string;
}

const COLUMNS = `news_id AS "newsId", fund_id AS "fundId", instrument_id AS "instrumentId", headline, body,
  published_at AS "publishedAt", source, url, label, score, confidence, evidence, model`;

const toItem = ({ label, score, confidence, evidence, model, ...news }: NewsRow): NewsItem => ({
  ...news,
  sentiment: { label, score, confidence, evidence, model },
});

export interface PostedNews {
  readonly item: NewsItem;
  /** The story was there already; nothing was stored. */
  readonly duplicate: boolean;
  /** An earlier request with the same key stored it. */
  readonly replayed: boolean;
}

/** Each has an index of its own. */
const SUBJECT_COLUMNS = { FUND: "fund_id", INSTRUMENT: "instrument_id" } as const;

// Posts of one tenant take turns, so that the same story cannot be stored twice at the same time.
const TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('news ' || $1, 0))";

const FIND_FUND = `
  SELECT 1 FROM feed_book_position WHERE follower = $1 AND tenant_id = $2 AND fund_id = $3`;

const FIND_KEY = `
  SELECT ${COLUMNS}, input = $4::jsonb AS same FROM news_item
  WHERE tenant_id = $1 AND posted_by = $2 AND idempotency_key = $3`;

/** Stories of one subject that may be the same are at most so many. */
const MOST_COMPARED = 500;

const near = ({ of }: NewsSubject): string => `
  SELECT ${COLUMNS} FROM news_item
  WHERE tenant_id = $1 AND ${SUBJECT_COLUMNS[of]} = $2 AND published_at BETWEEN $3 AND $4
  ORDER BY published_at DESC, news_id DESC LIMIT ${MOST_COMPARED}`;

const INSERT = `
  INSERT INTO news_item (tenant_id, news_id, fund_id, instrument_id, headline, body, published_at, source, url,
    label, score, confidence, evidence, model, posted_by, posted_at, idempotency_key, input)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  RETURNING ${COLUMNS}`;

/**
 * Stores a piece of news with its tone, unless its story is there within three days before or after. Throws
 * FUND_NOT_FOUND, and IDEMPOTENCY_CONFLICT when the key was used for another piece.
 */
export function postNews(
  pool: Pool,
  { tenantId, actor, now }: RequestContext,
  subject: NewsSubject,
  news: News,
  key: string | undefined,
): Promise<PostedNews> {
  const input = JSON.stringify({ subject, news });
  return withTransaction(pool, { tenantId }, async (client) => {
    if (subject.of === "FUND") await requireFund(client, tenantId, subject.id);
    await client.query(TAKE_TURNS, [tenantId]);
    const earlier =
      key === undefined ? undefined : await findKey(client, [tenantId, actor, key, input]);
    if (earlier !== undefined) return { item: earlier, duplicate: false, replayed: true };
    const same = await findStory(client, tenantId, subject, news);
    if (same !== undefined) return { item: same, duplicate: true, replayed: false };
    const { headline, body, publishedAt, source, url } = news;
    const { label, score, confidence, evidence } = judgeNews(news);
    const [fundId, instrumentId] = subject.of === "FUND" ? [subject.id, null] : [null, subject.id];
    const written = [tenantId, newId(), fundId, instrumentId, headline, body, publishedAt, source];
    const judged = [label, score, confidence, JSON.stringify(evidence), SENTIMENT_MODEL];
    const values = [...written, url, ...judged, actor, now, key ?? null, input];
    const { rows } = await client.query<NewsRow>(INSERT, values);
    if (rows[0] === undefined) throw new Error("the news was not stored");
    return { item: toItem(rows[0]), duplicate: false, replayed: false };
  });
}

/** A fund is there once its opening was read from the feed. */
async function requireFund(
  client: DatabaseClient,
  tenantId: string,
  fundId: string,
): Promise<void> {
  const { rowCount } = await client.query(FIND_FUND, [FOLLOWER_NAME, tenantId, fundId]);
  if (rowCount === 0) throw fundNotFound();
}

async function findKey(
  client: DatabaseClient,
  parameters: readonly string[],
): Promise<NewsItem | undefined> {
  const { rows } = await client.query<NewsRow & { same: boolean }>(FIND_KEY, [...parameters]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { same, ...found } = row;
  if (same) return toItem(found);
  throw new AppError(
    "IDEMPOTENCY_CONFLICT",
    "The idempotency key was used for other news. Choose a new key.",
  );
}

async function findStory(
  client: DatabaseClient,
  tenantId: string,
  subject: NewsSubject,
  { publishedAt, headline }: News,
): Promise<NewsItem | undefined> {
  const at = publishedAt.getTime();
  const [from, to] = [at - REPEATED_WITHIN_MS, at + REPEATED_WITHIN_MS].map((ms) => new Date(ms));
  const { rows } = await client.query<NewsRow>(near(subject), [tenantId, subject.id, from, to]);
  const found = rows.find((row) => isSameStory(row.headline, headline));
  return found === undefined ? undefined : toItem(found);
}

const listOf = ({ of }: NewsSubject): string => `
  SELECT ${COLUMNS} FROM news_item
  WHERE tenant_id = $1 AND ${SUBJECT_COLUMNS[of]} = $2
    AND ($3::timestamptz IS NULL OR (published_at, news_id) < ($3, $4::uuid))
  ORDER BY published_at DESC, news_id DESC LIMIT $5`;

/** The place of an item in the list: newest first. */
export interface NewsPlace {
  readonly publishedAt: string;
  readonly newsId: string;
}

/** The news about a subject, newest first. */
export async function listNews(
  reads: TenantReads,
  tenantId: string,
  subject: NewsSubject,
  page: { readonly after: NewsPlace | null; readonly limit: number },
): Promise<NewsItem[]> {
  const { publishedAt = null, newsId = null } = page.after ?? {};
  const parameters = [tenantId, subject.id, publishedAt, newsId, page.limit] as const;
  const { rows } = await reads.query<NewsRow>(listOf(subject), parameters);
  return rows.map(toItem);
}

/** The news of a UTC day, counted, with the mean of its scores. */
export interface DailyTone {
  /** ISO calendar date. */
  readonly date: string;
  readonly count: number;
  /** -1 (bad) to 1 (good). */
  readonly meanScore: number;
}

const dailyOf = ({ of }: NewsSubject): string => `
  SELECT (published_at AT TIME ZONE 'UTC')::date::text AS date, count(*)::int AS count,
    avg(score)::double precision AS "meanScore"
  FROM news_item
  WHERE tenant_id = $1 AND ${SUBJECT_COLUMNS[of]} = $2
    AND published_at >= $3::date::timestamp AT TIME ZONE 'UTC'
    AND published_at < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY 1 ORDER BY 1`;

/** The days of a period that have news, in their order. */
export async function dailyTone(
  reads: TenantReads,
  tenantId: string,
  subject: NewsSubject,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<DailyTone[]> {
  const parameters = [tenantId, subject.id, from, to] as const;
  const { rows } = await reads.query<DailyTone>(dailyOf(subject), parameters);
  return rows;
}
