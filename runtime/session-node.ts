import { InvalidInputError } from '../common/errors.js';
import type { Device, OnnxRuntime } from './session.js';

// not a literal, so that bundlers for the browser do not follow it
const PACKAGE = ['onnxruntime', 'node'].join('-');

export const defaultDevice: Device = 'cpu';
export const writesIntoOutputs = true;

export async function onnxRuntime(): Promise<OnnxRuntime> {
  try {
    const module = await import(/* @vite-ignore */ PACKAGE);
    return module.default ?? module;
  } catch (cause) {
    throw new InvalidInputError(
      `createSession: the package ${PACKAGE} cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
}

export const coreCount = (): number => globalThis.navigator?.hardwareConcurrency ?? availableCores();

/** `navigator` exists since Node 21; before, the operating system module has to be asked without importing it. */
function availableCores(): number {
  const os = process.getBuiltinModule?.('node:os');
  return os?.availableParallelism() ?? 2;
}
