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

/** A surrogate that is fetched and opened when it is first asked. */
export interface LazySurrogate extends ControlSurrogate {
  /** Where it runs; undefined before it is open */
  device(): string | undefined;
  dispose(): Promise<void>;
}

/**
 * The surrogate at an address, for control: opened at once, so that its trained range is known, or (`lazy`) when a method wants
 * its answers.
 *
 * @throws Error if it cannot be fetched; FileError if it is no model
 */
export async function openSurrogateAt(
  { model, module, wasmPaths }: SurrogateAssets,
  { lazy }: { readonly lazy: boolean },
): Promise<LazySurrogate> {
  let opening: ReturnType<typeof OpenLiveModel> | undefined;
  let device: string | undefined;
  const open = async () => {
    const response = await fetch(model);
    if (!response.ok)
      throw new Error(`The model for plates cannot be fetched: the server answered ${response.status}.`);
    const onnx = new Uint8Array(await response.arrayBuffer());
    const { openLiveModel } = (await import(module)) as { openLiveModel: typeof OpenLiveModel };
    const opened = await openLiveModel(onnx, 'control', wasmPaths);
    device = opened.model.device;
    return opened;
  };
  const opened = () => {
    opening ??= open();
    return opening;
  };
  const rangeOf: Pick<ControlSurrogate, 'rangeOf'> = {};
  if (!lazy) {
    const { surrogate } = await opened();
    Object.assign(rangeOf, { rangeOf: surrogate.rangeOf });
  }
  return {
    ...rangeOf,
    card: { operator: { output: 'basis' } },
    predict: async (problem) => (await opened()).surrogate.predict(problem),
    reduce: async (operator, types) => (await opened()).surrogate.reduce(operator, types),
    device: () => device,
    dispose: async () => {
      await (await opening)?.surrogate.dispose();
    },
  };
}
