import { FileError, InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes } from '../datasets/index.js';
import { batchInputs, batchSpecs, type LinearResponse, type OperatorInputs } from '../operators/index.js';
import {
  exportOnnx,
  type HostArray,
  loadModel,
  type NamedArrays,
  type SessionOptions,
  type TensorSpecs,
} from '../runtime/index.js';
import type { PoissonOperator } from '../solvers/index.js';
import { type ModelCard, restoreArray } from './model-card.js';
import { operatorMember, requireFeatureCounts } from './operator-inputs.js';
import type { TrainedOperator } from './train.js';

/** A linear response as two graphs: geometry once, then any number of sources. */
export interface EncodeApplyFiles {
  readonly card: ModelCard;
  /** Inputs as the whole model's without the source; outputs what `apply` reads beside it. */
  readonly encode: Uint8Array;
  /** Inputs: the outputs of `encode` and `source` `[1, cells, 1]`; output `field` `[1, cells, 1]`. */
  readonly apply: Uint8Array;
}

/** Whether an operator can be exported as two graphs. */
export function encodesApart(operator: object): operator is LinearResponse {
  return 'encode' in operator && 'apply' in operator;
}

/** @throws InvalidInputError for an operator without `encode` and `apply` */
export async function exportEncodeApply(run: TrainedOperator, card: ModelCard): Promise<EncodeApplyFiles> {
  const { operator, plan, task, parameters } = run;
  if (!encodesApart(operator)) {
    throw new InvalidInputError(
      `exportEncodeApply: ${operator.name} has no encode and apply; export it as one graph`,
    );
  }
  const { cellFeatures, faceFeatures } = requireFeatureCounts(operator, plan, task.meshes[0].dimension);
  const encode = exportOnnx(
    (inputs, weights) => operator.encode(weights, inputs as unknown as OperatorInputs),
    batchSpecs(cellFeatures - 1, faceFeatures, 1),
    { parameters },
  );
  const { outputs, dispose } = await loadModel(encode, { device: 'cpu' });
  await dispose();
  const specs: Record<string, TensorSpecs[string]> = {
    source: { shape: [1, 'cells', 1], dtype: 'float32' },
  };
  for (const { name, shape } of outputs) {
    specs[name] = {
      shape: shape.map((size) => (typeof size === 'number' ? size : 'cells')),
      dtype: 'float32',
    };
  }
  const apply = exportOnnx(
    ({ source, ...encoded }, weights) => ({ field: operator.apply(weights, encoded, source) }),
    specs as TensorSpecs & { source: TensorSpecs[string] },
    { parameters },
  );
  return { card, encode, apply };
}

/** One mesh, one set of boundary types and one κ, encoded. */
export interface EncodedGeometry {
  /** u for each q per unit volume, both `[source][cell]`: linear, with zero boundary values. */
  apply(sources: readonly Float64Array[]): Promise<Float64Array[]>;
}

export interface EncodeApplyModel {
  readonly card: ModelCard;
  encode(operator: PoissonOperator, types: BoundaryTypes): Promise<EncodedGeometry>;
  dispose(): Promise<void>;
}

/**
 * Opens both graphs and runs the card's probe through them. Browser-safe.
 *
 * @throws FileError when a graph cannot be opened or the two together do not give the stored output
 */
export async function openEncodeApply(
  { card, encode, apply }: EncodeApplyFiles,
  options: SessionOptions = {},
): Promise<EncodeApplyModel> {
  const first = await loadModel(encode, options);
  const second = await loadModel(apply, options);
  const dispose = async () => {
    await first.dispose();
    await second.dispose();
  };
  const needed = new Set(second.inputs.map(({ name }) => name));
  const encoded = async (inputs: NamedArrays): Promise<NamedArrays> =>
    Object.fromEntries(Object.entries(await first.run(inputs)).filter(([name]) => needed.has(name)));
  const field = async (geometry: NamedArrays, source: HostArray) =>
    (await second.run({ ...geometry, source })).field.data as Float32Array;
  await checkProbe(card, encoded, field).catch(async (error) => {
    await dispose();
    throw error;
  });
  const { features } = card.operator;
  return {
    card,
    dispose,
    encode: async (operator, types) => {
      if (features.boundaryValues) {
        throw new InvalidInputError(
          'encode: the network reads boundary values with the geometry, so that no part of it serves several of them; ' +
            'use the whole model',
        );
      }
      // of a unit source: the scale of the answer to it, and inputs of which the source is taken off
      const unit = new Float64Array(operator.mesh.cellCount).fill(1);
      const { inputs, fieldScale } = operatorMember({ output: 'field', features }, operator, types, unit);
      const { cells, ...rest } = batchInputs([inputs]);
      const geometry = await encoded({ ...rest, cells: withoutSource(cells).cells });
      return {
        apply: async (sources) => {
          const answers: Float64Array[] = [];
          for (const source of sources) {
            const scale = source.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
            const data = Float32Array.from(source, (value) => value / scale);
            const answer = await field(geometry, { shape: [1, data.length, 1], data });
            answers.push(Float64Array.from(answer, (value) => value * scale * fieldScale));
          }
          return answers;
        },
      };
    },
  };
}

async function checkProbe(
  { probe }: ModelCard,
  encoded: (inputs: NamedArrays) => Promise<NamedArrays>,
  field: (geometry: NamedArrays, source: HostArray) => Promise<Float32Array>,
): Promise<void> {
  const inputs = Object.fromEntries(
    Object.entries(probe.inputs).map(([name, array]) => [name, restoreArray(array)]),
  );
  const { cells, source } = withoutSource(inputs.cells);
  const found = await field(await encoded({ ...inputs, cells }), source);
  const stored = restoreArray(probe.outputs.field).data;
  let largest = 0;
  let difference = 0;
  found.forEach((value, at) => {
    largest = Math.max(largest, Math.abs(Number(stored[at])));
    difference = Math.max(difference, Math.abs(value - Number(stored[at])));
  });
  if (!(difference <= PROBE_FACTOR * probe.tolerance * largest)) {
    throw new FileError(
      `openEncodeApply: the two graphs give another answer than the card's probe (${difference} of ${largest}); ` +
        'they do not belong to this card',
    );
  }
}

/** The two graphs round differently from the one that the probe was stored from. */
const PROBE_FACTOR = 10;

/** `[1, cells, features]` with the source last, taken apart. */
function withoutSource({ shape, data }: HostArray): { cells: HostArray; source: HostArray } {
  const [batch, rows, features] = shape;
  const cells = new Float32Array(rows * (features - 1));
  const source = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k + 1 < features; k++) cells[row * (features - 1) + k] = Number(data[row * features + k]);
    source[row] = Number(data[(row + 1) * features - 1]);
  }
  return {
    cells: { shape: [batch, rows, features - 1], data: cells },
    source: { shape: [batch, rows, 1], data: source },
  };
}
