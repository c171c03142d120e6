import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { JobPool } from './job-pool.js';
import type { MeshStore } from './mesh-store.js';
import type { ServiceMetrics } from './metrics.js';
import type { ServedModel } from './models.js';

/** What the routes work with. */
export interface ServiceContext {
  readonly version: string;
  readonly models: readonly ServedModel[];
  readonly meshes: MeshStore;
  readonly pool: JobPool;
  readonly metrics: ServiceMetrics;
}

/** Fastify with zod's schemas. */
export type Application = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
