import { FileError } from '../common/errors.js';
import {
  type Device,
  loadProbedModel,
  type NamedArrays,
  readOnnx,
  type SessionOptions,
} from '../runtime/index.js';
import { type ModelCard, restoreArray, type StoredArray } from './model-card.js';
import type { ModelFiles } from './model-from-onnx.js';

/** A graph whose probe has been checked on this machine. */
export interface OpenModel {
  readonly card: ModelCard;
  /** Where it runs, which may be another device than the one asked for. */
  readonly device: Device;
  /** Named inputs to named outputs, as in the card. */
  run(inputs: NamedArrays): Promise<NamedArrays>;
  dispose(): Promise<void>;
}

/**
 * Opens a model on a device and runs its stored probe: max |output − stored| ≤ tolerance · max |stored|; a GPU that
 * fails or answers otherwise is given up for the next device. Browser-safe.
 *
 * @throws FileError when the runtime refuses the graph, its inputs are not the card's, or the probe's output differs
 *   on the last device too: it is not the model that was exported
 */
export async function openModel(
  { card, onnx }: ModelFiles,
  options: SessionOptions = {},
): Promise<OpenModel> {
  const [found, expected] = [readOnnx(onnx).inputs, card.inputs].map((list) =>
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
  const model = await loadProbedModel(onnx, probe, { ...options, tolerance });
  return { card, device: model.session.device, run: model.run, dispose: model.dispose };
}

function restoreAll(arrays: Readonly<Record<string, StoredArray>>): NamedArrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, restoreArray(array)]));
}
