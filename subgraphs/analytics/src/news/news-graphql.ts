import { invalidInput } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/contract/feed";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity, InstrumentEntity } from "../books/entities.ts";
import { SentimentObject } from "../sentiment/sentiment-graphql.ts";
import type { News, NewsSubject } from "./news.ts";
import { dailyTone, listNews, postNews } from "./news-store.ts";
import type { NewsItem, NewsPlace, PostedNews } from "./news-store.ts";

const LONGEST_HEADLINE = 300;
const LONGEST_BODY = 20_000;
const LONGEST_SOURCE = 100;
const LONGEST_URL = 2_000;
/** A series is read day by day; three years are enough for every figure made of it. */
const LONGEST_PERIOD_DAYS = 1_100;
const DAY_MS = 24 * 60 * 60 * 1_000;

@InputType("PostNewsInput", { description: "A piece of news about a fund or an instrument." })
class PostNewsInput {
  @Field(() => ID, { nullable: true, description: "The fund; either it or the instrument." })
  fundId?: string | null;

  @Field(() => ID, { nullable: true, description: "The instrument; either it or the fund." })
  instrumentId?: string | null;

  @Field(() => String, { description: `Headline, 1 to ${LONGEST_HEADLINE} characters.` })
  headline!: string;

  @Field(() => String, {
    nullable: true,
    description: `Text below the headline, at most ${LONGEST_BODY} characters.`,
  })
  body?: string | null;

  @Field(() => DateTimeScalar, { description: "When it was published." })
  publishedAt!: string;

  @Field(() => String, {
    description: `Who published it, such as a news agency; 1 to ${LONGEST_SOURCE} characters.`,
  })
  source!: string;

  @Field(() => String, { nullable: true, description: "Address with http or https." })
  url?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "A repeat with the same key stores nothing and answers as the first did. The header Idempotency-Key serves as well.",
  })
  idempotencyKey?: string | null;
}

@ObjectType("NewsItem", { description: "A piece of news, with its tone." })
class NewsObject {
  @Field(() => ID, { description: "Id of the item." })
  id!: string;

  @Field(() => FundEntity, { nullable: true, description: "The fund it is about." })
  fund!: Pick<FundEntity, "id"> | null;

  @Field(() => InstrumentEntity, { nullable: true, description: "The instrument it is about." })
  instrument!: Pick<InstrumentEntity, "id"> | null;

  @Field(() => String, { description: "Headline." })
  headline!: string;

  @Field(() => String, { nullable: true, description: "Text below the headline." })
  body!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was published." })
  publishedAt!: Date;

  @Field(() => String, { description: "Who published it." })
  source!: string;

  @Field(() => String, { nullable: true, description: "Its address." })
  url!: string | null;

  @Field(() => SentimentObject, {
    description: "The tone of the headline, or of the text when the headline has none.",
  })
  sentiment!: SentimentObject;
}

const NewsConnection = connectionType("NewsItem", NewsObject);

@ObjectType("PostedNews", { description: "What became of a piece of news." })
class PostedNewsObject {
  @Field(() => NewsObject, { description: "The stored item: the new one, or the one there was." })
  item!: NewsObject;

  @Field(() => Boolean, {
    description:
      "The story was there: about the same subject, within three days, with the same headline or most of its words, figures and tone. Nothing was stored.",
  })
  duplicate!: boolean;

  @Field(() => Boolean, { description: "An earlier request with the same key stored it." })
  replayed!: boolean;
}

@ObjectType("DailyNewsSentiment", { description: "The tone of the news of a day." })
class DailyNewsSentimentObject {
  @Field(() => DateScalar, { description: "UTC day." })
  date!: string;

  @Field(() => Int, { description: "Number of items." })
  count!: number;

  @Field(() => Float, { description: "Mean of their scores, -1 (bad) to 1 (good)." })
  meanScore!: number;
}

@ArgsType()
class NewsPeriod {
  @Field(() => DateScalar, { description: "First UTC day." })
  from!: string;

  @Field(() => DateScalar, {
    description: `Last UTC day, at most ${LONGEST_PERIOD_DAYS} days after the first.`,
  })
  to!: string;
}

@ArgsType()
class NewsPage {
  @Field(() => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
  first!: number;

  @Field(() => CursorScalar, { nullable: true, description: "Cursor to read on from." })
  after?: string | null;
}

/** What a resolver of news receives. */
export interface NewsContext {
  readonly request: RequestContext;
  readonly reads: TenantReads;
}

@Resolver()
export class NewsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => PostedNewsObject, {
    description:
      "Stores a piece of news about a fund or an instrument and judges its tone, unless the same story is there. INVALID_INPUT, FUND_NOT_FOUND and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async postNews(
    @Arg("input", () => PostNewsInput, { description: "The news." }) input: PostNewsInput,
    @Ctx() { request }: NewsContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PostedNewsObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const subject = checkSubject(input);
    const news = checkNews(input);
    requireGrant(request, subject);
    return toPosted(await postNews(this.#pool, request, subject, news, key));
  }
}

@Resolver(() => FundEntity)
export class FundNewsResolver {
  @RequiresScopes("analytics:read")
  @FieldResolver(() => NewsConnection, {
    nullable: true,
    description: "News about the fund, newest first.",
  })
  news(
    @Root() { id }: FundEntity,
    @Ctx() context: NewsContext,
    @Args(() => NewsPage) page: NewsPage,
  ): Promise<Connection<NewsObject>> {
    return newsPage(context, { of: "FUND", id }, page);
  }

  @RequiresScopes("analytics:read")
  @FieldResolver(() => [DailyNewsSentimentObject], {
    nullable: true,
    description: "Tone of the news about the fund: each UTC day that has any, in order.",
  })
  newsSentiment(
    @Root() { id }: FundEntity,
    @Ctx() context: NewsContext,
    @Args(() => NewsPeriod) period: NewsPeriod,
  ): Promise<DailyNewsSentimentObject[]> {
    return dailySeries(context, { of: "FUND", id }, period);
  }
}

@Resolver(() => InstrumentEntity)
export class InstrumentNewsResolver {
  @RequiresScopes("analytics:read")
  @FieldResolver(() => NewsConnection, {
    nullable: true,
    description: "News about the instrument, newest first.",
  })
  news(
    @Root() { id }: InstrumentEntity,
    @Ctx() context: NewsContext,
    @Args(() => NewsPage) page: NewsPage,
  ): Promise<Connection<NewsObject>> {
    return newsPage(context, { of: "INSTRUMENT", id }, page);
  }

  @RequiresScopes("analytics:read")
  @FieldResolver(() => [DailyNewsSentimentObject], {
    nullable: true,
    description: "Tone of the news about the instrument: each UTC day that has any, in order.",
  })
  newsSentiment(
    @Root() { id }: InstrumentEntity,
    @Ctx() context: NewsContext,
    @Args(() => NewsPeriod) period: NewsPeriod,
  ): Promise<DailyNewsSentimentObject[]> {
    return dailySeries(context, { of: "INSTRUMENT", id }, period);
  }
}

async function newsPage(
  { request, reads }: NewsContext,
  subject: NewsSubject,
  { first, after }: NewsPage,
): Promise<Connection<NewsObject>> {
  requireGrant(request, subject);
  const size = pageSize(first);
  const page = { after: placeOf(after), limit: size + 1 };
  const found = await listNews(reads, request.tenantId, subject, page);
  return toConnection(found.map(toObject), {
    first: size,
    after,
    cursorOf: ({ publishedAt, id }) => encodeCursor([publishedAt.toISOString(), id]),
  });
}

function dailySeries(
  { request, reads }: NewsContext,
  subject: NewsSubject,
  { from, to }: NewsPeriod,
): Promise<DailyNewsSentimentObject[]> {
  requireGrant(request, subject);
  if (to < from) throw invalidInput("to", "must not be before from");
  if (Date.parse(to) - Date.parse(from) > LONGEST_PERIOD_DAYS * DAY_MS) {
    throw invalidInput("to", `must be at most ${LONGEST_PERIOD_DAYS} days after from`);
  }
  return dailyTone(reads, request.tenantId, subject, { from, to });
}

function requireGrant(request: NewsContext["request"], { of, id }: NewsSubject): void {
  if (of === "FUND" && !seesFund(request, id)) throw fundNotFound();
}

function checkSubject({ fundId, instrumentId }: PostNewsInput): NewsSubject {
  if ((fundId == null) === (instrumentId == null)) {
    throw invalidInput("fundId", "give either a fund or an instrument");
  }
  if (fundId != null) {
    if (!isId(fundId)) throw invalidInput("fundId", "must be a UUID");
    return { of: "FUND", id: fundId };
  }
  if (instrumentId == null || !isId(instrumentId))
    throw invalidInput("instrumentId", "must be a UUID");
  return { of: "INSTRUMENT", id: instrumentId };
}

function checkNews(input: PostNewsInput): News {
  const { headline, body = null, source, url = null } = input;
  requireLength("headline", headline.trim(), LONGEST_HEADLINE, 1);
  requireLength("body", body ?? "", LONGEST_BODY);
  requireLength("source", source.trim(), LONGEST_SOURCE, 1);
  requireLength("url", url ?? "", LONGEST_URL);
  if (url !== null && !/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw invalidInput("url", "must be an address with http or https");
  }
  const publishedAt = new Date(input.publishedAt);
  return { headline: headline.trim(), body, publishedAt, source: source.trim(), url };
}

function requireLength(field: string, text: string, most: number, least = 0): void {
  if (text.length < least || text.length > most || text.includes("\0")) {
    throw invalidInput(field, `must have ${least} to ${most} characters`);
  }
}

const toObject = ({ newsId, fundId, instrumentId, ...news }: NewsItem): NewsObject => ({
  ...news,
  id: newsId,
  fund: fundId === null ? null : { id: fundId },
  instrument: instrumentId === null ? null : { id: instrumentId },
});

const toPosted = ({ item, ...rest }: PostedNews): PostedNewsObject => ({
  ...rest,
  item: toObject(item),
});

function placeOf(after: string | null | undefined): NewsPlace | null {
  if (after === null || after === undefined) return null;
  const [publishedAt, newsId] = decodeCursor(after, 2);
  if (
    typeof publishedAt !== "string" ||
    Number.isNaN(Date.parse(publishedAt)) ||
    typeof newsId !== "string" ||
    !isId(newsId)
  ) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return { publishedAt, newsId };
}
