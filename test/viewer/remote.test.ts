import { expect, test } from 'vitest';
import type { StepOptions } from '../../geometry/steps.js';
import { connect, serve } from '../../viewer/data/remote.js';

/** Two ends of a connection that copies what is sent, as a worker's does, and counts what is handed over. */
function connection() {
  const listeners: ((event: MessageEvent) => void)[][] = [[], []];
  const transferred: Transferable[] = [];
  const end = (own: 0 | 1) => ({
    postMessage(message: unknown, transfer: Transferable[]) {
      transferred.push(...transfer);
      const data = structuredClone(message, { transfer });
      queueMicrotask(() => {
        for (const listener of listeners[1 - own]) listener({ data } as MessageEvent);
      });
    },
    addEventListener(_: 'message', listener: (event: MessageEvent) => void) {
      listeners[own].push(listener);
    },
  });
  return { inside: end(0), outside: end(1), transferred };
}

class Service {
  stopped = false;

  add(a: number, b: number): number {
    return a + b;
  }

  arrays(size: number): { all: Float64Array[]; name: string } {
    return { all: [new Float64Array(size).fill(1), new Float64Array(size).fill(2)], name: 'two' };
  }

  fail(): never {
    throw new Error('it went wrong');
  }

  async count(to: number, { signal, progress }: StepOptions): Promise<number> {
    for (let i = 0; i < to; i++) {
      progress?.update('counting', i, to);
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.stopped = signal?.aborted === true;
      signal?.throwIfAborted();
    }
    return to;
  }
}

function start() {
  const { inside, outside, transferred } = connection();
  const service = new Service();
  serve(service, ['count'], inside);
  return { service, remote: connect<Service>(outside), transferred };
}

test('calls return what the method returns, and arrays are handed over without a copy', async () => {
  const { remote, transferred } = start();
  expect(await remote.add(2, 3)).toBe(5);
  const { all, name } = await remote.arrays(4);
  expect(name).toBe('two');
  expect(all.map((values) => Array.from(values))).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ]);
  expect(transferred).toHaveLength(2);
});

test('an error comes with its message, and the next call works', async () => {
  const { remote } = start();
  await expect(remote.fail()).rejects.toThrow('it went wrong');
  expect(await remote.add(1, 1)).toBe(2);
});

test('progress is told while a call runs; a cancelled one rejects at once and stops', async () => {
  const { remote, service } = start();
  const seen: number[] = [];
  const progress = { update: (_: string, done: number) => seen.push(done), message: () => {} };
  expect(await remote.count(3, { progress })).toBe(3);
  expect(seen).toEqual([0, 1, 2]);
  const controller = new AbortController();
  const running = remote.count(1000, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect.poll(() => service.stopped).toBe(true);
  await expect(remote.count(3, { signal: controller.signal })).rejects.toThrow('enough');
});
