import { FileError } from '../common/errors.js';
import { FeedError } from './errors.js';
import type { ElementType, HostArray } from './graph.js';
import { type ModelSummary, readOnnx } from './onnx/read.js';
import { createSession, type Session, type SessionOptions, tensorFactory } from './session.js';
import { checkFeeds, type NamedArrays, type TensorSpecs } from './specs.js';

/** Inputs with the outputs that they had where the model was made. */
export interface Probe {
  readonly inputs: NamedArrays;
  readonly outputs: NamedArrays;
}

export interface ProbeResult {
  readonly agrees: boolean;
  /** Largest over the outputs of max |difference| / max |stored|. */
  readonly relativeDifference: number;
}

export const PROBE_DEFAULTS = { tolerance: 1e-4 };

/** An ONNX file opened for use. */
export interface LoadedModel extends ModelSummary, AsyncDisposable {
  readonly session: Session;
  run(feeds: NamedArrays): Promise<NamedArrays>;
  dispose(): Promise<void>;
}

/**
 * Opens an ONNX file: reads its border and metadata, then hands it to ONNX Runtime.
 * @throws FileError when the bytes are no complete model, refer to other files, or use types that are not supported.
 */
export async function loadModel(bytes: Uint8Array, options: SessionOptions = {}): Promise<LoadedModel> {
  const summary = readOnnx(bytes);
  // without a prototype: the names are the file's
  const specs: Record<string, TensorSpecs[string]> = Object.create(null);
  for (const { name, type, shape } of summary.inputs) {
    if (type !== 'float32' && type !== 'int32' && type !== 'bool') {
      throw new FileError(`loadModel: input ${name} has ${type}; only float32, int32 and bool are supported`);
    }
    specs[name] = { shape, dtype: type };
  }
  const session = await createSession(bytes, options);
  const tensor = await tensorFactory();
  return {
    ...summary,
    session,
    dispose: session.dispose,
    [Symbol.asyncDispose]: session.dispose,
    run: async (feeds) => {
      checkFeeds(feeds, specs, 'run');
      const tensors = Object.entries(feeds).map(([name, array]) => [
        name,
        tensor(specs[name].dtype as ElementType, array),
      ]);
      const outputs = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { dims, data }]) => [
          name,
          { shape: [...dims], data: data as HostArray['data'] },
        ]),
      );
    },
  };
}

/**
 * Runs the stored inputs and compares with the stored outputs: devices have been seen to answer wrongly in silence.
 * @throws FeedError when the model has no output of a stored name or shape.
 */
export async function verifyProbe(
  model: Pick<LoadedModel, 'run'>,
  probe: Probe,
  { tolerance }: { readonly tolerance: number } = PROBE_DEFAULTS,
): Promise<ProbeResult> {
  const outputs = await model.run(probe.inputs);
  let relativeDifference = 0;
  for (const [name, stored] of Object.entries(probe.outputs)) {
    const computed = outputs[name];
    if (!computed || computed.data.length !== stored.data.length) {
      throw new FeedError(
        `verifyProbe: stored output ${name} [${stored.shape}] does not fit the model's ${computed ? `[${computed.shape}]` : 'outputs'}`,
      );
    }
    let difference = 0;
    let scale = 0;
    for (let i = 0; i < stored.data.length; i++) {
      // a NaN on one side alone counts as infinitely wrong
      const gap = Math.abs(computed.data[i] - stored.data[i]);
      difference = Math.max(difference, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap);
      scale = Math.max(scale, Math.abs(stored.data[i]));
    }
    if (difference > 0) relativeDifference = Math.max(relativeDifference, difference / (scale || 1));
  }
  return { agrees: relativeDifference <= tolerance, relativeDifference };
}
