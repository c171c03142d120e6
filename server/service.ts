import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import swagger from '@fastify/swagger';
import { fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { parseBodies } from './body-parsers.js';
import { clientLimit } from './client-limit.js';
import { answerClientError, answerError, answerErrors } from './error-answers.js';
import { guardRequests } from './guard.js';
import { type JobPool, jobPool } from './job-pool.js';
import { meshStore } from './mesh-store.js';
import { type ServiceMetrics, serviceMetrics } from './metrics.js';
import { readModels } from './models.js';
import { openApiOptions } from './open-api.js';
import { bodyBudget } from './read-body.js';
import { followRequests } from './request-lifetime.js';
import { fieldRoutes } from './routes/field-routes.js';
import { meshRoutes, UPLOAD_TYPES } from './routes/mesh-routes.js';
import { modelRoutes } from './routes/model-routes.js';
import { statusRoutes } from './routes/status-routes.js';
import { type ServiceOptions, serviceSettings } from './service-options.js';

/** A service that listens. */
export interface Service {
  readonly url: string;
  /** Its worker threads */
  readonly pool: JobPool;
  /**
   * Takes no more requests, gives those under way `shutdownSeconds` to be answered, then ends them and the workers. May be
   * called again.
   */
  close(): Promise<void>;
}

/** Seconds that an idle connection is kept for the next request of its client. */
const KEEP_ALIVE_SECONDS = 10;
/** A connection on which nothing moves for this much longer than an answer may take is closed. */
const IDLE_SECONDS = 10;
/** Time for the last answers to be sent when the service ends. */
const LAST_MILLISECONDS = 500;
/** Decoded arrays of a file over its largest size on the wire */
const DECODED_SIZE = 16;
/** Bytes that the heads of a request may have together. */
const HEAD_BYTES = 16_384;

/**
 * Starts the HTTP service: certified solves, predictions and meshes, as its `/openapi.json` describes. Work is done in worker
 * threads, each request within limits of size, time and number.
 *
 * @throws InvalidInputError for options out of range, an address that is taken, or one that others can reach without a token;
 * FileError for what is no model
 */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const settings = serviceSettings(options);
  const { host, port, headSeconds, requestSeconds, answerSeconds } = settings;
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  const models = readModels(settings.models);
  const meshes = meshStore(settings.meshBytes);
  const bodies = bodyBudget(settings.bodyBytes);
  const clients = clientLimit(settings.requestsPerClient);

  const app = fastify({
    logger: { level: 'info', ...settings.log },
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 1000 * requestSeconds,
    connectionTimeout: 1000 * (answerSeconds + IDLE_SECONDS),
    keepAliveTimeout: 1000 * KEEP_ALIVE_SECONDS,
    http: {
      headersTimeout: 1000 * Math.min(headSeconds, requestSeconds),
      connectionsCheckingInterval: Math.min(1000, 250 * Math.min(headSeconds, requestSeconds)),
      maxHeaderSize: HEAD_BYTES,
    },
    exposeHeadRoutes: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = settings.connections;
  app.server.on('drop', () => app.log.warn({ connections: settings.connections }, 'a connection too many'));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  let metrics: ServiceMetrics | undefined;
  const pool = jobPool({
    models,
    workers: settings.workers,
    queue: settings.queue,
    answerMilliseconds: 1000 * answerSeconds,
    limits: { maximumCells: settings.maximumCells, maximumBytes: DECODED_SIZE * settings.uploadBytes },
    onWorkerLost: (reason) => {
      metrics?.workerLost();
      app.log.warn({ reason }, 'a worker ended');
    },
  });
  metrics = serviceMetrics({ pool, meshes, bodies });

  const context = { version, models, meshes, pool, metrics };
  followRequests(app, { metrics, bodies, clients });
  guardRequests(app, settings, clients);
  answerErrors(app);
  parseBodies(app, { ...settings, bodies, fileTypes: Object.keys(UPLOAD_TYPES) });
  await app.register(swagger, openApiOptions(version, settings.token !== undefined));
  for (const routes of [statusRoutes, modelRoutes, meshRoutes, fieldRoutes]) routes(app, context);

  const end = async () => {
    app.log.info('closing');
    const late = setTimeout(async () => {
      await pool.close();
      // the answers to jobs that were ended have left by then; what still comes in does not end by itself
      setTimeout(() => app.server.closeAllConnections(), LAST_MILLISECONDS).unref();
    }, 1000 * settings.shutdownSeconds);
    await app.close();
    clearTimeout(late);
    await pool.close();
  };
  try {
    // of the two addresses that localhost has, a second server would serve one without its limits
    await app.listen({ host: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host, port });
  } catch (cause) {
    await pool.close();
    await app.close();
    throw new InvalidInputError(`serve: cannot listen on ${host}:${port}: ${(cause as Error).message}`, {
      cause,
    });
  }
  const address = app.server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${shownHost}:${address.port}`,
    pool,
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}
