import { FileError } from '../common/errors.js';
import { createSession, type HostArray, type NamedArrays, type SessionOptions } from '../runtime/index.js';
import { type ModelCard, restoreArray } from './model-card.js';
import type { ModelFiles } from './model-from-onnx.js';

/** A graph whose probe has been checked on this machine. */
export interface OpenModel {
  readonly card: ModelCard;
  /** Named inputs to named outputs, shapes as in the card. */
  run(inputs: NamedArrays): Promise<NamedArrays>;
  dispose(): Promise<void>;
}

/**
 * Opens a model on a device and runs its stored probe: max |output − stored| ≤ tolerance · max |stored|. Browser-safe.
 *
 * @throws FileError when the runtime refuses the graph, or the probe's output differs: the device computes something
 *   else than the model that was exported
 */
export async function openModel(
  { card, onnx }: ModelFiles,
  options: SessionOptions = {},
): Promise<OpenModel> {
  const session = await createSession(onnx, options);
  const run = async (inputs: NamedArrays): Promise<NamedArrays> => {
    const feeds = Object.fromEntries(
      card.inputs.map(({ name, dtype }) => {
        if (!inputs[name]) throw new FileError(`openModel: input ${name} is missing`);
        return [name, session.tensor(dtype, inputs[name])];
      }),
    );
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      card.outputs.map(({ name }) => {
        const { dims, data } = outputs[name];
        return [name, { shape: [...dims], data: data as Float32Array }];
      }),
    );
  };
  try {
    const inputs = Object.entries(card.probe.inputs).map(([name, array]) => [name, restoreArray(array)]);
    const outputs = await run(Object.fromEntries(inputs));
    for (const [name, stored] of Object.entries(card.probe.outputs)) {
      requireEqual(name, outputs[name], restoreArray(stored), card.probe.tolerance);
    }
  } catch (error) {
    await session.dispose();
    throw error;
  }
  return { card, run, dispose: () => session.dispose() };
}

function requireEqual(
  name: string,
  found: HostArray | undefined,
  expected: HostArray,
  tolerance: number,
): void {
  let largest = 0;
  let difference = found?.data.length === expected.data.length ? 0 : Number.NaN;
  for (let i = 0; i < expected.data.length && found; i++) {
    largest = Math.max(largest, Math.abs(expected.data[i]));
    // a NaN must survive the maximum
    difference = Math.max(difference, Math.abs(found.data[i] - expected.data[i]));
  }
  if (!(difference <= tolerance * largest)) {
    throw new FileError(
      `openModel: the probe's output ${name} differs by ${difference} from the stored one (largest value ${largest}, ` +
        `tolerance ${tolerance}); the files are damaged, or this device computes wrongly: try another device`,
    );
  }
}
