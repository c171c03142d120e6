import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobPool } from './job-pool.js';
import type { MeshStore } from './mesh-store.js';
import type { BodyBudget } from './read-body.js';

export interface ServiceMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** `route` is the pattern, not the path: as many series as routes, whatever clients ask for. */
  answered(request: { method: string; route: string; status: number; seconds: number }): void;
  workerLost(): void;
}

export interface MetricSources {
  readonly pool: JobPool;
  readonly meshes: MeshStore;
  readonly bodies: BodyBudget;
}

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** Figures of one service in the format of Prometheus, beside those of its process. */
export function serviceMetrics({ pool, meshes, bodies }: MetricSources): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'fieldsmith_requests_total',
    help: 'Requests answered; 499 are those whose client left before',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'fieldsmith_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers,
  });
  const lost = new Counter({
    name: 'fieldsmith_workers_lost_total',
    help: 'Worker threads that ended before their time and were replaced',
    registers,
  });
  const gauges: readonly [name: string, help: string, value: () => number][] = [
    ['fieldsmith_jobs_running', 'Jobs in worker threads', () => pool.running],
    ['fieldsmith_jobs_waiting', 'Jobs that wait for a worker thread', () => pool.waiting],
    ['fieldsmith_meshes', 'Meshes kept', () => meshes.count],
    ['fieldsmith_mesh_bytes', 'Memory of the meshes kept', () => meshes.bytes],
    ['fieldsmith_body_bytes', 'Memory of the bodies of requests under way', () => bodies.bytes],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    answered({ method, route, status, seconds }) {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, seconds);
    },
    workerLost: () => lost.inc(),
  };
}
