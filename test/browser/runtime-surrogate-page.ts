import { createMesh } from '../../geometry/index.js';
import type { Device } from '../../runtime/index.js';
import { modelFromOnnx } from '../../training/model-from-onnx.js';
import { openSurrogate } from '../../training/surrogate.js';
import { disc, problemOn } from './surrogate-problem.js';

/** The field of a trained model's file, given as base64, on the problem that the test solves in Node. */
async function predict(file: string, device: Device) {
  const onnx = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
  const messages: string[] = [];
  const surrogate = await openSurrogate(modelFromOnnx(onnx), {
    device,
    wasmPaths: '/ort/',
    onFallback: (message) => messages.push(message),
  });
  const field = await surrogate.predict(problemOn(createMesh(disc())));
  await surrogate.dispose();
  return { field: [...field], messages };
}

Object.assign(window, { ready: true, predict });
