import type { Device, OnnxRuntime } from './session-platform.js';

export const devices: readonly Device[] = ['webgpu', 'wasm'];
/** It accepts them, and then leaves them as they were. */
export const writesIntoOutputs = false;

/**
 * The entry `/webgpu` holds the same WebGPU provider as Node, and WebAssembly. The provider of the default entry, written
 * in JavaScript, answered wrongly in version 1.30: the gradient of elu, cumsum, concatenated reversals, and strided
 * convolutions' gradients of the filter (test/browser/runtime-devices.test.ts).
 */
export async function onnxRuntime(): Promise<OnnxRuntime> {
  return (await import('onnxruntime-web/webgpu')) as unknown as OnnxRuntime;
}

/** WebAssembly threads need shared memory, which a page has only when it is served isolated. */
export const coreCount = (): number => (globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1);

interface WebGpu {
  requestAdapter(): Promise<object | null>;
}

export async function missing(device: Device): Promise<string | undefined> {
  if (device !== 'webgpu') return undefined;
  const gpu = (navigator as { gpu?: WebGpu }).gpu;
  if (!gpu) {
    return globalThis.isSecureContext
      ? 'provider missing: this browser has no WebGPU'
      : 'provider missing: WebGPU needs a secure page (https or localhost)';
  }
  return (await gpu.requestAdapter()) ? undefined : 'no adapter: the browser found no usable graphics card';
}
