import type { NamedArrays } from '../../runtime/index.js';
import { openConstrained } from '../../training/constrained/open-constrained.js';

/** Answers of a constrained operator's file, given as base64: the network in WebAssembly, the solve in this page. */
async function answers(file: string, shape: number[], values: number[], initial: number[]) {
  const onnx = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
  const model = await openConstrained(onnx, { device: 'wasm', wasmPaths: '/ort/' });
  const inputs: NamedArrays = { field: { shape, data: Float32Array.from(values) } };
  const [{ field, diagnostics }] = await model.predict(inputs, [{ initial: Float64Array.from(initial) }]);
  await model.dispose();
  return { field: [...field], status: diagnostics[0].status };
}

Object.assign(window, { ready: true, answers });
