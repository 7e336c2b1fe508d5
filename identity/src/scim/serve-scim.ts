import { AppError } from "@allfunds/contract/errors";
import { authenticateHeaders, EVERY_TENANT, requireScope } from "@allfunds/platform/auth";
import { authenticate, type PossessionRules } from "@allfunds/platform/auth/tokens";
import { requestContext, toAppError } from "@allfunds/platform/http";
import { parseStrictJson } from "@allfunds/platform/strict-json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { managerOf, type Manager } from "../access/manager.ts";
import type { CallerContext } from "../graph/present-access.ts";
import type { UserParts } from "../users/manage-users.ts";
import {
  changeProvisioned,
  deprovisionUser,
  findProvisioned,
  listProvisioned,
  provisionUser,
} from "./provision-users.ts";
import { equalityOf, readFilter } from "./scim-filter.ts";
import { groupResource, groupResources, readMembers, requireRole } from "./scim-group.ts";
import {
  errorMessage,
  isObject,
  listMessage,
  readPage,
  SCIM_TYPE,
  type JsonObject,
} from "./scim-message.ts";
import { resourceTypes, schemas, serviceProviderConfig } from "./scim-metadata.ts";
import { patched } from "./scim-patch.ts";
import { selected } from "./scim-selection.ts";
import {
  namesTag,
  readUser,
  refuseReadOnly,
  requireVersion,
  userResource,
  type ProvisionedUser,
} from "./scim-user.ts";

const SCIM_PATH = "/scim/v2";

interface ScimRoutes extends UserParts {
  readonly rules: PossessionRules;
  /** The request with what its caller may do now. Throws UNAUTHENTICATED when that is nothing. */
  readonly withPresentAccess: (context: CallerContext) => Promise<CallerContext>;
}

interface ScimRequest {
  Params: { readonly id: string };
  Querystring: Readonly<Record<string, unknown>>;
}
type Request = FastifyRequest<ScimRequest>;

/** SCIM 2.0 (RFC 7644): a directory provisions the users of the tenant and their roles. */
export async function serveScim(app: FastifyInstance, routes: ScimRoutes): Promise<void> {
  await app.register(
    async (scope) => {
      acceptScim(scope);
      answerErrors(scope);
      scope.addHook("onRequest", async (request) => {
        await identify(request, routes);
      });
      const base = `${routes.issuer}${SCIM_PATH}`;
      serveMetadata(scope, base);
      serveUsers(scope, routes, base);
      serveGroups(scope, routes, base);
    },
    { prefix: SCIM_PATH },
  );
}

function acceptScim(app: FastifyInstance): void {
  app.addContentTypeParser(
    SCIM_TYPE,
    { parseAs: "string" },
    // Directories name the type of every request, also of a DELETE, which has no body.
    async ({ method }: FastifyRequest, body: string) =>
      method === "DELETE" && body === "" ? undefined : parseStrictJson(body),
  );
  app.addHook("onSend", async (_request, reply) => void reply.header("cache-control", "no-store"));
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown);
    if (error.status >= 500) request.log.error({ err: thrown }, error.message);
    if (error.code === "UNAUTHENTICATED") {
      void reply.headers({ ...authenticateHeaders(error, request.headers.authorization) });
    }
    return send(reply.status(error.status), errorMessage(error));
  });
  app.setNotFoundHandler((_request, reply) =>
    send(reply.status(404), errorMessage(new AppError("NOT_FOUND", "There is nothing here."))),
  );
}

const send = (reply: FastifyReply, body: JsonObject): FastifyReply =>
  reply.type(`${SCIM_TYPE}; charset=utf-8`).send(JSON.stringify(body));

const managers = new WeakMap<FastifyRequest["raw"], Manager>();

/** Programs with the scope, and administrators, of the tenant that they belong to. */
async function identify(
  request: FastifyRequest,
  { rules, withPresentAccess }: ScimRoutes,
): Promise<void> {
  const [path = ""] = request.url.split("?");
  const arrival = { method: request.method, path };
  const context = await withPresentAccess(await authenticate(rules, request.headers, arrival));
  requireScope(context.caller, "users:provision");
  if (context.caller.tenantId === EVERY_TENANT) {
    throw new AppError("FORBIDDEN", "A service of the system has no users.");
  }
  const { clientAddress = request.ip } = requestContext(request);
  managers.set(request.raw, managerOf({ ...context, clientAddress }));
}

const managerOfRequest = ({ raw }: FastifyRequest): Manager => managers.get(raw) as Manager;

function serveMetadata(app: FastifyInstance, base: string): void {
  app.get("/ServiceProviderConfig", (_request, reply) => send(reply, serviceProviderConfig(base)));
  for (const [path, resources] of [
    ["/ResourceTypes", resourceTypes(base)],
    ["/Schemas", schemas(base)],
  ] as const) {
    app.get<ScimRequest>(path, (request, reply) => {
      if (request.query["filter"] !== undefined) {
        throw new AppError("FORBIDDEN", "There is no filter here.");
      }
      return send(reply, listMessage(resources, readPage({})));
    });
    app.get<ScimRequest>(`${path}/:id`, (request, reply) => {
      const found = resources.find(({ id }) => id === request.params.id);
      if (found === undefined) throw new AppError("NOT_FOUND", "There is nothing here.");
      return send(reply, found);
    });
  }
}

const versionIn = (resource: JsonObject): string => {
  const { meta } = resource;
  return isObject(meta) && typeof meta["version"] === "string" ? meta["version"] : "";
};

/** One resource, with its tag; 304 when the client has it. */
function sendResource(request: Request, reply: FastifyReply, resource: JsonObject): FastifyReply {
  const version = versionIn(resource);
  void reply.header("etag", version);
  const known = request.headers["if-none-match"];
  if (request.method === "GET" && known !== undefined && namesTag(known, version)) {
    return reply.status(304).send();
  }
  return send(reply, selected(resource, request.query));
}

function serveUsers(app: FastifyInstance, routes: ScimRoutes, base: string): void {
  const shown = (user: ProvisionedUser): JsonObject => userResource(user, base);
  const requireSame = (request: Request) => (before: ProvisionedUser) =>
    requireVersion(request.headers["if-match"], versionIn(shown(before)));

  app.get<ScimRequest>("/Users", async (request, reply) => {
    const { filter } = request.query;
    const text = typeof filter === "string" ? filter : undefined;
    const matches = text === undefined ? () => true : readFilter(text);
    // What directories look up is found by an index; any other filter reads all users of the tenant.
    const users = await listProvisioned(routes.pool, managerOfRequest(request), {
      userName: text === undefined ? undefined : equalityOf(text, "userName"),
      externalId: text === undefined ? undefined : equalityOf(text, "externalId"),
    });
    const found = users.map(shown).filter(matches);
    const page = found.map((resource) => selected(resource, request.query));
    return send(reply, listMessage(page, readPage(request.query)));
  });
  app.post<ScimRequest>("/Users", async (request, reply) => {
    const wanted = readUser(request.body);
    const user = await provisionUser(routes, managerOfRequest(request), wanted);
    const resource = shown(user);
    void reply.status(201).header("location", `${base}/Users/${user.userId}`);
    return sendResource(request, reply, resource);
  });
  app.get<ScimRequest>("/Users/:id", async (request, reply) => {
    const manager = managerOfRequest(request);
    const user = await findProvisioned(routes.pool, manager, request.params.id);
    return sendResource(request, reply, shown(user));
  });
  app.put<ScimRequest>("/Users/:id", async (request, reply) => {
    const manager = managerOfRequest(request);
    const user = await changeProvisioned(routes, manager, request.params.id, (before) => {
      requireSame(request)(before);
      return readUser(request.body, before);
    });
    return sendResource(request, reply, shown(user));
  });
  app.patch<ScimRequest>("/Users/:id", async (request, reply) => {
    const manager = managerOfRequest(request);
    const user = await changeProvisioned(routes, manager, request.params.id, (before) => {
      requireSame(request)(before);
      const resource = shown(before);
      return readUser(refuseReadOnly(resource, patched(resource, request.body)), before);
    });
    return sendResource(request, reply, shown(user));
  });
  app.delete<ScimRequest>("/Users/:id", async (request, reply) => {
    const manager = managerOfRequest(request);
    await deprovisionUser(routes, manager, request.params.id, requireSame(request));
    return reply.status(204).send();
  });
}

function serveGroups(app: FastifyInstance, routes: ScimRoutes, base: string): void {
  const usersOf = (request: FastifyRequest): Promise<ProvisionedUser[]> =>
    listProvisioned(routes.pool, managerOfRequest(request));

  app.get<ScimRequest>("/Groups", async (request, reply) => {
    const { filter } = request.query;
    const matches = typeof filter === "string" ? readFilter(filter) : () => true;
    const found = groupResources(await usersOf(request), base).filter(matches);
    const page = found.map((resource) => selected(resource, request.query));
    return send(reply, listMessage(page, readPage(request.query)));
  });
  app.get<ScimRequest>("/Groups/:id", async (request, reply) => {
    const role = requireRole(request.params.id);
    return sendResource(request, reply, groupResource(role, await usersOf(request), base));
  });
  const changeMembers =
    (wanted: (group: JsonObject, body: unknown) => unknown) =>
    async (request: Request, reply: FastifyReply): Promise<FastifyReply> => {
      const role = requireRole(request.params.id);
      const users = await usersOf(request);
      const group = groupResource(role, users, base);
      requireVersion(request.headers["if-match"], versionIn(group));
      const members = readMembers(role, wanted(group, request.body));
      await setMembers(routes, managerOfRequest(request), { role, users, members });
      const after = groupResource(role, await usersOf(request), base);
      return sendResource(request, reply, after);
    };
  app.put<ScimRequest>(
    "/Groups/:id",
    changeMembers((_group, body) => body),
  );
  app.patch<ScimRequest>(
    "/Groups/:id",
    changeMembers((group, body) => patched(group, body)),
  );
}

interface Membership {
  readonly role: ReturnType<typeof requireRole>;
  readonly users: readonly ProvisionedUser[];
  readonly members: readonly string[];
}

/** Gives the role to the new members, and takes it from those who no longer are. */
async function setMembers(
  routes: ScimRoutes,
  manager: Manager,
  { role, users, members }: Membership,
): Promise<void> {
  // An unknown member is refused before anyone is changed.
  for (const id of members) {
    if (!users.some(({ userId }) => userId === id)) {
      await findProvisioned(routes.pool, manager, id);
    }
  }
  for (const { userId, roles } of users) {
    const isMember = members.includes(userId);
    if (isMember === roles.includes(role)) continue;
    await changeProvisioned(routes, manager, userId, (before) => ({
      ...before,
      active: before.status !== "DISABLED",
      roles: isMember
        ? [...new Set([...before.roles, role])]
        : before.roles.filter((own) => own !== role),
    }));
  }
}
