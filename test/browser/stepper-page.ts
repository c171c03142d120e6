import { openStepper } from '../../training/time-stepper/open-stepper.js';
import { rollout } from '../../training/time-stepper/rollout.js';

/** The last state of a roll-out of a stepper's file, given as base64, in WebAssembly. */
async function rollOut(file: string, shape: number[], values: number[], steps: number) {
  const onnx = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
  const model = await openStepper(onnx, { device: 'wasm', wasmPaths: '/ort/' });
  const states = await rollout(model, { shape, data: Float32Array.from(values) }, steps);
  await model.dispose();
  return states.map(({ data }) => [...data]);
}

Object.assign(window, { ready: true, rollOut });
