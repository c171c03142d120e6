import { checkDevice, type Device } from '../../runtime/index.js';
import type { ModelCard, Surrogate } from '../../training/inference.js';
import { modelFromOnnx, openSurrogate } from '../../training/inference.js';
import { type TypeCoverage, typeCoverage } from './default-settings.js';

/** A model as the page describes it. */
export interface LiveModel {
  /** Of its file */
  readonly name: string;
  readonly operator: string;
  readonly answers: ModelCard['operator']['output'];
  readonly dimension: 2 | 3;
  readonly coverage: TypeCoverage;
  /** Whether its answers follow boundary values; a field operator that does not see them takes them for zero */
  readonly seesValues: boolean;
  readonly cells: readonly [number, number];
  readonly geometry: string;
  readonly device: string;
  /** Why it runs there */
  readonly reason: string;
}

export interface OpenedModel {
  readonly surrogate: Surrogate;
  readonly model: LiveModel;
}

export interface LiveModelOptions {
  /** Address of the folder with ONNX Runtime's files */
  readonly wasmPaths: string;
  /** By default WebGPU where there is one that answers rightly, else WebAssembly */
  readonly device?: Device | 'auto';
}

/**
 * Opens a model, and says where it runs and why.
 *
 * @throws FileError for a file that is no model of this package
 */
export async function openLiveModel(
  onnx: Uint8Array,
  name: string,
  { wasmPaths, device = 'auto' }: LiveModelOptions,
): Promise<OpenedModel> {
  const files = modelFromOnnx(onnx, name);
  const notes: string[] = [];
  const surrogate = await openSurrogate(files, {
    device,
    wasmPaths,
    // the page shows the verdict on the range itself
    outOfRange: 'ignore',
    onFallback: (message) => notes.push(message),
  });
  const { operator, trainedRange, meshKind } = files.card;
  return {
    surrogate,
    model: {
      name,
      operator: operator.name,
      answers: operator.output,
      dimension: trainedRange.statistics?.dimension ?? (meshKind.startsWith('3D') ? 3 : 2),
      coverage: typeCoverage(trainedRange.boundary),
      seesValues: operator.output === 'basis' || operator.features.boundaryValues === true,
      cells: trainedRange.cells,
      geometry: trainedRange.geometry,
      ...(await placeOf(surrogate, notes, wasmPaths)),
    },
  };
}

/** Where the graph runs, in words. */
async function placeOf(
  { device }: Surrogate,
  notes: readonly string[],
  wasmPaths: string,
): Promise<Pick<LiveModel, 'device' | 'reason'>> {
  if (device === 'webgpu')
    return { device: 'WebGPU', reason: 'the graphics card answered the model’s probe' };
  const threads = globalThis.crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1;
  const reason = notes[0] ?? (await checkDevice('webgpu', { wasmPaths })).reason ?? 'WebGPU was not chosen';
  return {
    device: `WebAssembly, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    reason: reason.replace(/^provider missing: /, ''),
  };
}
