import { FileError } from '../common/errors.js';
import { loadModel, type NamedArrays, type SessionOptions, verifyProbe } from '../runtime/index.js';
import { type ModelCard, restoreArray, type StoredArray } from './model-card.js';
import type { ModelFiles } from './model-from-onnx.js';

/** A graph whose probe has been checked on this machine. */
export interface OpenModel {
  readonly card: ModelCard;
  /** Named inputs to named outputs, as in the card. */
  run(inputs: NamedArrays): Promise<NamedArrays>;
  dispose(): Promise<void>;
}

/**
 * Opens a model on a device and runs its stored probe: max |output − stored| ≤ tolerance · max |stored|. Browser-safe.
 *
 * @throws FileError when the runtime refuses the graph, its inputs are not the card's, or the probe's output differs:
 *   the device computes something else than the model that was exported
 */
export async function openModel(
  { card, onnx }: ModelFiles,
  options: SessionOptions = {},
): Promise<OpenModel> {
  const model = await loadModel(onnx, options);
  try {
    const [found, expected] = [model.inputs, card.inputs].map((list) =>
      list
        .map(({ name, shape }) => `${name} [${shape}]`)
        .sort()
        .join(', '),
    );
    if (found !== expected) {
      throw new FileError(`openModel: the graph's inputs are ${found}, the card's ${expected}`);
    }
    const { inputs, outputs, tolerance } = card.probe;
    const probe = { inputs: restoreAll(inputs), outputs: restoreAll(outputs) };
    const { agrees, relativeDifference } = await verifyProbe(model, probe, { tolerance });
    if (!agrees) {
      throw new FileError(
        `openModel: the probe's output differs by ${relativeDifference.toExponential(1)} of its largest value from the ` +
          `stored one (tolerance ${tolerance}): the files are damaged, or this device computes wrongly; try another device`,
      );
    }
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return { card, run: model.run, dispose: model.dispose };
}

function restoreAll(arrays: Readonly<Record<string, StoredArray>>): NamedArrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, restoreArray(array)]));
}
