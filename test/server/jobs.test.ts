import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, LONG_JOB, type RunningService, runService, SHORT_JOB, until } from './running-service.js';

let service: RunningService;
beforeAll(async () => {
  service = await runService({ models: [], queue: 2 });
});
afterAll(() => service.close());
afterEach(async () => {
  await until(() => service.pool.running === 0);
  const { status, json } = await ask(service, '/solve', { body: SHORT_JOB });
  expect(status).toBe(200);
  expect(json.certified).toBe(true);
});

const metric = async (name: string) =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec((await ask(service, '/metrics')).bytes.toString())?.[1]);

/** A long job whose client leaves when told to. */
function leaving() {
  const controller = new AbortController();
  const left = ask(service, '/solve', { body: LONG_JOB, signal: controller.signal }).then(
    () => 'answered',
    () => 'left',
  );
  return { leave: () => controller.abort(), left };
}

describe('a client that leaves', () => {
  test('while its job runs, frees the worker', async () => {
    const { leave, left } = leaving();
    await until(() => service.pool.running === 1);
    leave();
    expect(await left).toBe('left');
    await until(() => service.pool.running === 0);
    await until(() => service.log.some(({ status }) => status === 499));
  });

  test('in a solve, stops it at its next pause: the worker lives on', async () => {
    const lost = await metric('fieldsmith_workers_lost_total');
    const [{ threadId }] = service.pool.threads;
    const controller = new AbortController();
    // layers a thousand times thinner than others: thousands of iterations
    const mesh = { generator: 'box', size: [1, 1, 1], cells: [40, 40, 40], grading: [1000, 1000, 1000] };
    const { id } = (await ask(service, '/meshes/generate', { body: mesh })).json;
    const body = {
      mesh: { id },
      source: 1,
      boundaryConditions: { xMin: { type: 'dirichlet', value: 0 }, '*': { type: 'neumann', flux: 0 } },
      preconditioner: 'jacobi',
      relativeTolerance: 1e-14,
      maximumIterations: 100_000,
    };
    const started = performance.now();
    await ask(service, '/solve', { body: { ...body, maximumIterations: 1 } });
    const setup = performance.now() - started;
    const asked = ask(service, '/solve', { body, signal: controller.signal }).catch(() => 'left');
    // the matrix is there by then, and the solution far
    await new Promise((resolve) => setTimeout(resolve, 1.5 * setup + 500));
    expect(service.pool.running).toBe(1);
    controller.abort();
    expect(await asked).toBe('left');
    await until(() => service.pool.running === 0);
    expect(service.pool.threads[0].threadId).toBe(threadId);
    expect(await metric('fieldsmith_workers_lost_total')).toBe(lost);
  });

  test('while its job waits, takes it out of the queue', async () => {
    const first = leaving();
    await until(() => service.pool.running === 1);
    const second = leaving();
    await until(() => service.pool.waiting === 1);
    second.leave();
    expect(await second.left).toBe('left');
    await until(() => service.pool.waiting === 0);
    expect(service.pool.running).toBe(1);
    first.leave();
    await first.left;
  });
});

describe('a worker that ends in mid-request', () => {
  test('gives its client an error, and the next request works', async () => {
    const lostBefore = await metric('fieldsmith_workers_lost_total');
    const asked = ask(service, '/solve', { body: LONG_JOB });
    await until(() => service.pool.running === 1);
    const waiting = ask(service, '/solve', { body: SHORT_JOB });
    await until(() => service.pool.waiting === 1);
    await Promise.all(service.pool.threads.map((thread) => thread.terminate()));
    const { status, json } = await asked;
    expect(status).toBe(500);
    expect(json.kind).toBe('WorkerLost');
    expect(json.detail).toMatch(/ask again/);
    expect((await waiting).status).toBe(200);
    expect(await metric('fieldsmith_workers_lost_total')).toBe(lostBefore + 1);
  });
});

describe('limits', () => {
  test('a full queue turns further requests away, and other paths are answered at once', async () => {
    const jobs = [leaving(), leaving(), leaving()];
    await until(() => service.pool.running === 1 && service.pool.waiting === 2);
    const { status, json, headers } = await ask(service, '/solve', { body: SHORT_JOB });
    expect(status).toBe(503);
    expect(json.kind).toBe('QueueFull');
    expect(headers['retry-after']).toBe('1');
    expect((await ask(service, '/health')).status).toBe(200);
    expect(await metric('fieldsmith_jobs_waiting')).toBe(2);
    for (const { leave, left } of jobs) {
      leave();
      await left;
    }
  });

  test('one client has a share of the requests only', async () => {
    const shared = await runService({ models: [], requestsPerClient: 2 });
    const jobs = Array.from({ length: 2 }, () => {
      const controller = new AbortController();
      const asked = ask(shared, '/solve', { body: LONG_JOB, signal: controller.signal }).catch(() => {});
      return { controller, asked };
    });
    await until(() => shared.pool.running + shared.pool.waiting === 2);
    const { status, headers } = await ask(shared, '/models');
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('1');
    expect((await ask(shared, '/health')).status).toBe(200);
    for (const { controller, asked } of jobs) {
      controller.abort();
      await asked;
    }
    await until(() => shared.pool.running === 0);
    expect((await ask(shared, '/models')).status).toBe(200);
    await shared.close();
  });

  test('an answer that takes too long is given up', async () => {
    const hasty = await runService({ models: [], answerSeconds: 1 });
    const { status, json } = await ask(hasty, '/solve', { body: LONG_JOB });
    expect(status).toBe(504);
    expect(json.detail).toMatch(/within 1 s/);
    await until(() => hasty.pool.running === 0);
    await hasty.close();
  });

  test('the end of the service answers what is under way, ends what takes too long, and takes no more', async () => {
    const ending = await runService({ models: [], shutdownSeconds: 0.5 });
    const long = ask(ending, '/solve', { body: LONG_JOB });
    await until(() => ending.pool.running === 1);
    const closed = ending.close();
    expect(ending.close()).toBe(closed);
    const { status, json } = await long;
    expect(status).toBe(503);
    expect(json.kind).toBe('ShuttingDown');
    await closed;
    await expect(ask(ending, '/health')).rejects.toThrow();

    const patient = await runService({ models: [] });
    const short = ask(patient, '/solve', { body: SHORT_JOB });
    await until(() => patient.pool.running === 1);
    await patient.close();
    expect((await short).json.certified).toBe(true);
  });
});
