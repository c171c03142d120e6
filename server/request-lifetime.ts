import type { FastifyInstance } from 'fastify';
import type { ClientLimit } from './client-limit.js';
import type { ServiceMetrics } from './metrics.js';
import type { BodyBudget } from './read-body.js';

/** What lasts as long as a request: from its head to the end of its answer, or until its client leaves. */
export interface RequestLifetime {
  /** Aborts when the client leaves before it has its answer. */
  readonly signal: AbortSignal;
  /** Figures for the line in the log; never what the client sent */
  note(figures: Readonly<Record<string, string | number>>): void;
  /** Remembers bytes that were taken from the budget, to be given back at the end. */
  holds(bodyBytes: number): void;
  /** Remembers that the client was counted. */
  counted(): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    lifetime: RequestLifetime | null;
  }
}

export interface LifetimeOptions {
  readonly metrics: ServiceMetrics;
  readonly bodies: BodyBudget;
  readonly clients: ClientLimit;
}

/** The status that is logged for a client that left, as nginx has it. */
export const CLIENT_LEFT = 499;

/** Gives each request its lifetime; at its end, one line in the log and in the metrics, whatever came of it. */
export function followRequests(app: FastifyInstance, { metrics, bodies, clients }: LifetimeOptions): void {
  app.decorateRequest('lifetime', null);
  app.addHook('onRequest', async (request, reply) => {
    const started = performance.now();
    const controller = new AbortController();
    const figures: Record<string, string | number> = {};
    let bodyBytes = 0;
    let isCounted = false;
    let over = false;
    const client = request.ip;
    request.lifetime = {
      signal: controller.signal,
      note: (more) => Object.assign(figures, more),
      holds: (bytes) => {
        if (over) bodies.give(bytes);
        else bodyBytes += bytes;
      },
      counted: () => {
        if (over) clients.leave(client);
        else isCounted = true;
      },
    };
    reply.header('request-id', request.id);
    reply.raw.once('close', () => {
      over = true;
      const answered = reply.raw.writableFinished;
      if (!answered) controller.abort();
      bodies.give(bodyBytes);
      if (isCounted) clients.leave(client);
      const status = answered ? reply.raw.statusCode : CLIENT_LEFT;
      const milliseconds = performance.now() - started;
      const { method } = request;
      const route = request.routeOptions.url ?? 'none';
      metrics.answered({ method, route, status, seconds: milliseconds / 1000 });
      const line = { method, route, status, milliseconds: Math.round(milliseconds), client, ...figures };
      // health is asked for every few seconds, by machines
      const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : route === '/health' ? 'debug' : 'info';
      request.log[level](line, 'request');
    });
  });
}
