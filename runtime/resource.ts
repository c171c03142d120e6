import { FieldsmithError } from '../common/errors.js';

/** A graph, model or session that is used after it was disposed of. */
export class DisposedError extends FieldsmithError {}

/** Memory outside JavaScript that is given back when it is told to, and not before a use under way has ended. */
export interface Resource {
  /** @throws DisposedError once `dispose` was called */
  use<Result>(body: () => Promise<Result>): Promise<Result>;
  /** Waits for uses under way, then releases. Further calls wait for the same release. */
  dispose(): Promise<void>;
}

/** @param what names the thing in the error */
export function resource(what: string, release: () => Promise<void>): Resource {
  const uses = new Set<Promise<unknown>>();
  let released: Promise<void> | undefined;
  return {
    async use(body) {
      if (released) throw new DisposedError(`${what} was disposed of: it cannot run any more`);
      const running = body();
      uses.add(running);
      try {
        return await running;
      } finally {
        uses.delete(running);
      }
    },
    dispose() {
      released ??= Promise.allSettled(uses).then(release);
      return released;
    },
  };
}
