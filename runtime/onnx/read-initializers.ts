import { ELEMENT_TYPE_CODES } from '../lowering.js';
import type { Parameters } from '../parameters.js';
import { checkTensors, eachVarint } from './check-tensors.js';
import { eachField, messages, number, text } from './fields.js';

/**
 * The float32 arrays of an ONNX file, a model's parameters among them under their names. Reads untrusted bytes as `readOnnx` does.
 *
 * @throws FileError when the bytes are no complete ONNX model, or an array holds more or fewer values than its shape asks for
 */
export function readInitializers(bytes: Uint8Array): Parameters {
  checkTensors(bytes);
  const parameters: Record<string, Parameters[string]> = Object.create(null);
  for (const tensor of messages(bytes, 7).flatMap((graph) => messages(graph, 5))) {
    const raw = messages(tensor, 9).at(-1);
    if (number(tensor, 2) !== ELEMENT_TYPE_CODES.float32 || !raw) continue;
    const shape: number[] = [];
    eachField(tensor, (field, value) => {
      if (field !== 1) return;
      if (typeof value === 'number') shape.push(value);
      else eachVarint(value, (size) => shape.push(size));
    });
    // copied, since the file's bytes need not lie on a multiple of four
    parameters[text(tensor, 8)] = { shape, values: new Float32Array(raw.slice().buffer) };
  }
  return { ...parameters };
}
