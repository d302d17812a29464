import { ROLES, type Role } from '#contracts';
import { newId } from '#kernel';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { type Route, routesOf } from '../testing/route-table.js';

/** Not among the routes of the matrix, each for its own reason. */
const OWN_ROUTES = [
  /^\/internal\//, // between our processes; refused at the edge, see the test below
  /^\/socket\.io/, // engine of the sockets: signs in at the handshake
];

/** Fastify draws its routes as a tree; a line is four characters deeper than the one it continues. */
function paths(tree: string): string[] {
  const parts: string[] = [];
  const found: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S+)( \([\w, ]+\))?/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 4;
    parts.splice(depth, parts.length, match[2]!);
    if (match[3]) found.push(parts.join(''));
  }
  return found;
}

describe('who may call what', () => {
  let gateway: GatewayHarness;
  let routes: Route[];
  const tokens = {} as Record<Role, string>;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    routes = routesOf(gateway.running.app).filter((route) => !route.path.startsWith('/internal/'));
    for (const role of ROLES) tokens[role] = (await gateway.person(role)).token;
  });
  afterAll(() => gateway?.close());

  const call = (route: Route, token?: string) =>
    gateway.call<{ code?: string; title?: string }>(
      route.method,
      route.path.replace(/:\w+\*?/g, newId()).replace(/\*\w*/g, 'x'),
      { token, ...(route.method === 'GET' ? {} : { body: {} }) },
    );

  it('D a route without an access rule fails here', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter((route) => route.rule === undefined)).toEqual([]);
  });

  it('D every route that the server answers is one of these', () => {
    const fastify = gateway.running.app.getHttpAdapter().getInstance() as { printRoutes(o: object): string };
    const served = paths(fastify.printRoutes({ commonPrefix: false }));
    const known = new Set(routes.map((route) => route.path));
    const foreign = served.filter((path) => !known.has(path) && !OWN_ROUTES.some((own) => own.test(path)));
    expect(served.length).toBeGreaterThan(15);
    expect(foreign).toEqual([]);
  });

  it('D nobody: 401 where a role is needed, as a problem with words', async () => {
    for (const route of routes.filter(({ rule }) => rule !== 'public' && rule !== 'signed')) {
      const answer = await call(route);
      expect([route.handler, answer.status, answer.body.code]).toEqual([route.handler, 401, 'not_signed_in']);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it.each(ROLES)('D as %s: 403 below the least role, something else from it on, never a 500', async (role) => {
    for (const route of routes) {
      if (route.handler === 'SessionController.signOut') continue; // would end this very session
      const answer = await call(route, tokens[role]);
      const refused = answer.status === 403 && answer.body.code === 'role_too_low';
      const least = ROLES.indexOf(route.rule as Role);
      expect([route.method, route.path, refused]).toEqual([route.method, route.path, least > ROLES.indexOf(role)]);
      expect([route.path, answer.status]).not.toEqual([route.path, 401]);
      expect([route.path, answer.status >= 500 && answer.status !== 503]).toEqual([route.path, false]);
    }
  });

  it('G2 what our processes say to each other is not served to the world', async () => {
    for (const path of [
      '/internal/v1/parked',
      '/internal/v1/openapi.json',
      '//internal/v1/parked',
      '/INTERNAL/v1/parked',
    ]) {
      const answer = await gateway.call<{ code: string }>('GET', path, { token: tokens.admin });
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
    }
    const replay = await gateway.call('POST', `/internal/v1/parked/${newId()}/replay`, {
      token: tokens.admin,
      body: {},
    });
    expect(replay.status).toBe(404);
  });

  it('a token that is none of ours signs nobody in, whatever cookie comes beside it', async () => {
    const cookie = await gateway.signIn();
    for (const authorization of ['Bearer kairos_nonsense', 'Bearer x', 'Basic b3duZXI6eA==', '']) {
      const answer = await gateway.call('GET', '/api/v1/session', { cookie, headers: { authorization } });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
    }
  });
});
