import { FileError } from '../../common/errors.js';
import type { ControlSurrogate } from '../../control/index.js';
import type { openLiveModel as OpenLiveModel } from '../live/open-live-model.js';

/** Addresses of what a surrogate needs; `fieldsmith view` serves them. */
export interface SurrogateAssets {
  /** The ONNX file */
  readonly model: string;
  /** The module that exports `openLiveModel`, with ONNX Runtime */
  readonly module: string;
  /** Folder of ONNX Runtime's own files */
  readonly wasmPaths: string;
}

export interface OpenControlSurrogate extends ControlSurrogate {
  /** Where it runs, in words */
  readonly device: string;
}

/**
 * Fetches and opens the surrogate at an address. The runtime comes with it as a module: a worker that needs the solver alone
 * does without.
 *
 * @throws FileError if it cannot be fetched or is no model
 */
export async function openSurrogateAt({
  model,
  module,
  wasmPaths,
}: SurrogateAssets): Promise<OpenControlSurrogate> {
  const response = await fetch(model);
  if (!response.ok)
    throw new FileError(`The model for plates cannot be fetched: the server answered ${response.status}.`);
  const onnx = new Uint8Array(await response.arrayBuffer());
  const { openLiveModel } = (await import(module)) as { openLiveModel: typeof OpenLiveModel };
  const { surrogate, model: opened } = await openLiveModel(onnx, 'control', { wasmPaths });
  const { card, predict, reduce, rangeOf } = surrogate;
  return { card, predict, reduce, rangeOf, device: opened.device };
}
