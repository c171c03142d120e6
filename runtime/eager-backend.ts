import { InvalidInputError } from '../common/errors.js';
import { registerGradients, tf } from './tf.js';

export type EagerBackend = 'tensorflow' | 'cpu';

// not literals, so that bundlers do not follow what a user may not have installed
const PACKAGES: Readonly<Record<EagerBackend, string>> = {
  tensorflow: ['@tensorflow', 'tfjs-node'].join('/'),
  cpu: ['@tensorflow', 'tfjs-backend-cpu'].join('/'),
};

/**
 * Makes plain TensorFlow.js calls run in this process, outside any compiled graph: to look at intermediate values, or
 * to compare with. `auto` takes the native TensorFlow of the optional package `@tensorflow/tfjs-node` where it is
 * installed and loads, and otherwise TensorFlow.js's own CPU backend, in plain JavaScript. Node only.
 *
 * The package carries its own copy of TensorFlow.js; copies share engine, kernels and gradients, which this folder's
 * corrected ones then replace again.
 *
 * @returns the backend in use, and why `tensorflow` is not
 * @throws InvalidInputError when the backend asked for cannot be loaded
 */
export async function useEagerBackend(
  choice: EagerBackend | 'auto' = 'auto',
): Promise<{ readonly backend: EagerBackend; readonly reason?: string }> {
  let reason: string | undefined;
  for (const backend of choice === 'auto' ? (['tensorflow', 'cpu'] as const) : [choice]) {
    try {
      await import(/* @vite-ignore */ PACKAGES[backend]);
      registerGradients();
      if (!(await tf.setBackend(backend))) throw new Error('TensorFlow.js refused it');
      return { backend, reason };
    } catch (cause) {
      const line = (cause as Error).message.trim().split('\n')[0];
      reason = `${PACKAGES[backend]} cannot be loaded: ${line}`;
      if (choice !== 'auto' || backend === 'cpu') {
        throw new InvalidInputError(`useEagerBackend: ${reason}`, { cause });
      }
    }
  }
  throw new InvalidInputError(`useEagerBackend: expected 'auto', 'tensorflow' or 'cpu', got ${choice}`);
}
