import type { FastifyInstance } from 'fastify';
import { isLoopback, namesLoopback, tokenCheck } from './access.js';
import type { ClientLimit } from './client-limit.js';
import { HttpProblem } from './http-problem.js';
import type { ServiceSettings } from './service-options.js';

/** Answered without a token: it tells that the service lives, and nothing else. */
export const OPEN_ROUTE = '/health';

/** Turns requests away by their head, before anything of their body is read. */
export function guardRequests(
  app: FastifyInstance,
  { host, token }: Pick<ServiceSettings, 'host' | 'token'>,
  clients: ClientLimit,
): void {
  const bearsToken = token === undefined ? undefined : tokenCheck(token);
  const checksHost = bearsToken === undefined && isLoopback(host);
  app.addHook('onRequest', async (request) => {
    if (checksHost && !namesLoopback(request.headers.host)) {
      throw new HttpProblem(403, 'request: this service answers to the name of its own machine alone', {
        kind: 'ForeignHost',
      });
    }
    if (request.routeOptions.url === OPEN_ROUTE) return;
    if (bearsToken && !bearsToken(request.headers.authorization)) {
      throw new HttpProblem(
        401,
        'request: it has to bear the token of this service, Authorization: Bearer …',
        {
          kind: 'Unauthorized',
          headers: { 'www-authenticate': 'Bearer' },
        },
      );
    }
    clients.enter(request.ip);
    request.lifetime?.counted();
  });
}
