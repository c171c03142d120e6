import type { Device, OnnxRuntime } from './session.js';

export const defaultDevice: Device = 'wasm';
/** It accepts them, and then leaves them as they were. */
export const writesIntoOutputs = false;

export async function onnxRuntime(): Promise<OnnxRuntime> {
  return (await import('onnxruntime-web')) as unknown as OnnxRuntime;
}

/** WebAssembly threads need shared memory, which a page has only when it is served isolated. */
export const coreCount = (): number => (globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1);
