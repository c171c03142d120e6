import type { Progress } from '../../common/progress.js';
import type { StepOptions } from '../../geometry/steps.js';

/** A call of a method of an object that lives in a worker. */
export type Call =
  | { readonly id: number; readonly method: string; readonly parameters: readonly unknown[] }
  | { readonly cancel: number };

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly phase: string; readonly done: number; readonly total: number };

/** The methods of T as the page calls them: each returns a promise; options of steps are given apart. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...parameters: infer P) => infer R
    ? (...parameters: [...WithoutOptions<P>, options?: StepOptions]) => Promise<Awaited<R>>
    : never;
};
type WithoutOptions<P extends unknown[]> = P extends [...infer Rest, StepOptions] ? Rest : P;

/** What both ends of a connection look like: a Worker, or its inside. */
interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Answers calls of `service`; `withOptions` names the methods whose last parameter are options of steps. */
export function serve<T extends object>(service: T, withOptions: readonly (keyof T)[], port: Port): void {
  const running = new Map<number, AbortController>();
  port.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    if ('cancel' in data) {
      running.get(data.cancel)?.abort();
      return;
    }
    const { id, method, parameters } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const progress: Progress = {
      update: (phase, done, total) => port.postMessage({ id, phase, done, total }, []),
      message: () => {},
    };
    try {
      const options: StepOptions[] = withOptions.includes(method as keyof T)
        ? [{ signal: controller.signal, progress }]
        : [];
      const call = service[method as keyof T] as (...all: unknown[]) => unknown;
      const result = await call.apply(service, [...parameters, ...options]);
      port.postMessage({ id, result }, buffersOf(result));
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) }, []);
    } finally {
      running.delete(id);
    }
  });
}

/** Calls the methods of a service in a worker. A cancelled call rejects with the signal's reason. */
export function connect<T extends object>(port: Port): Remote<T> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  port.addEventListener('message', ({ data }: MessageEvent<Reply>) => waiting.get(data.id)?.(data));
  const call = (method: string, given: unknown[]) => {
    const id = ++last;
    const options = isOptions(given.at(-1)) ? (given.at(-1) as StepOptions) : {};
    const parameters = isOptions(given.at(-1)) ? given.slice(0, -1) : given;
    const { signal, progress } = options;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const end = () => {
        waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
      };
      const cancel = () => {
        end();
        port.postMessage({ cancel: id } satisfies Call, []);
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', cancel);
      waiting.set(id, (reply) => {
        if ('phase' in reply) {
          progress?.update(reply.phase, reply.done, reply.total);
          return;
        }
        end();
        if ('error' in reply) reject(new Error(reply.error));
        else resolve(reply.result);
      });
      port.postMessage({ id, method, parameters } satisfies Call, []);
    });
  };
  return new Proxy({} as Remote<T>, {
    get:
      (_, method: string) =>
      async (...given: unknown[]) =>
        call(method, given),
  });
}

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('signal' in value || 'progress' in value);
}

/** The memory of a result, handed over in place of copied: typed arrays at its first two levels. */
function buffersOf(result: unknown): Transferable[] {
  const buffers = new Set<ArrayBuffer>();
  const visit = (value: unknown, depth: number) => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
    else if (depth > 0 && typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) visit(inner, depth - 1);
  };
  visit(result, 2);
  return [...buffers];
}
