import type { Platform } from '@tensorflow/tfjs-core/dist/platforms/platform.js';

/**
 * What TensorFlow.js asks of its surroundings, from globals that browsers and Node share. Its own platform for Node
 * calls `require`, which no ES module has; the build leaves it out.
 */
export const webPlatform: Platform = {
  fetch: (path, options) => fetch(path, options),
  now: () => performance.now(),
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes, encoding) => new TextDecoder(encoding).decode(bytes),
  isTypedArray: (value): value is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray =>
    value instanceof Float32Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array ||
    value instanceof Uint8ClampedArray,
};
