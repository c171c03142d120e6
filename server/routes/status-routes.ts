import { z } from 'zod';
import { OPEN_ROUTE } from '../guard.js';
import { REFUSALS } from '../refusals.js';
import type { Application, ServiceContext } from '../service-context.js';

const health = z.object({ status: z.literal('ok'), version: z.string() });

/** Whether the service lives, what it does, and what it can do. */
export function statusRoutes(app: Application, { version, metrics }: ServiceContext): void {
  app.get(
    OPEN_ROUTE,
    {
      schema: {
        summary: 'whether the service lives; needs no token',
        tags: ['service'],
        security: [],
        response: { 200: health },
      },
    },
    async () => ({ status: 'ok' as const, version }),
  );
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'figures of the service in the format of Prometheus',
        tags: ['service'],
        response: {
          200: { description: 'figures', content: { 'text/plain': { schema: z.string() } } },
          ...REFUSALS,
        },
      },
    },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
  app.get(
    '/openapi.json',
    {
      schema: {
        summary: 'this document',
        tags: ['service'],
        response: { 200: z.record(z.string(), z.unknown()).describe('OpenAPI 3.1'), ...REFUSALS },
      },
    },
    async () => app.swagger() as unknown as Record<string, unknown>,
  );
}
