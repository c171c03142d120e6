import { createRandom } from '../../common/random.js';
import type { OperatorInputs } from '../../operators/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';

export const asTensors = (parameters: Parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );

export interface Sizes {
  batch: number;
  cells: number;
  faces: number;
  cellFeatures: number;
  faceFeatures: number;
}

const KEYS = ['cells', 'faces', 'cellMask', 'faceMask', 'cellMeasures', 'faceMeasures'] as const;
export type InputArrays = { sizes: Sizes } & Record<(typeof KEYS)[number], Float32Array>;

const nodes = (key: (typeof KEYS)[number]) => (key.startsWith('cell') ? 'cells' : 'faces');
const columns = (key: (typeof KEYS)[number], sizes: Sizes) =>
  key === 'cells' ? sizes.cellFeatures : key === 'faces' ? sizes.faceFeatures : 1;

export function randomInputs(seed: number, sizes: Sizes): InputArrays {
  const random = createRandom(seed);
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const shares = (count: number) =>
    Float32Array.from({ length: sizes.batch * count }, () => random.uniform(0.5, 1.5) / count);
  return {
    sizes,
    cells: draw(sizes.batch * sizes.cells * sizes.cellFeatures),
    faces: draw(sizes.batch * sizes.faces * sizes.faceFeatures),
    cellMask: new Float32Array(sizes.batch * sizes.cells).fill(1),
    faceMask: new Float32Array(sizes.batch * sizes.faces).fill(1),
    cellMeasures: shares(sizes.cells),
    faceMeasures: shares(sizes.faces),
  };
}

export function toInputs(arrays: InputArrays): OperatorInputs {
  const { sizes } = arrays;
  const tensors = KEYS.map((key) => {
    const shape = [sizes.batch, sizes[nodes(key)]];
    return [key, tf.tensor(arrays[key], key === nodes(key) ? [...shape, columns(key, sizes)] : shape)];
  });
  return Object.fromEntries(tensors) as unknown as OperatorInputs;
}

/** Every row `[batch][node]` of the arrays of one kind is taken from `source(node)`; −1 fills with rubbish or zero. */
function gatherRows(arrays: InputArrays, kind: 'cells' | 'faces', order: readonly number[]): InputArrays {
  const result = { ...arrays, sizes: { ...arrays.sizes, [kind]: order.length } };
  for (const key of KEYS.filter((name) => nodes(name) === kind)) {
    const width = columns(key, arrays.sizes);
    const old = arrays.sizes[kind];
    result[key] = Float32Array.from({ length: arrays.sizes.batch * order.length * width }, (_, at) => {
      const row = Math.floor(at / width);
      const from = order[row % order.length];
      if (from < 0) return key === kind ? 0.7 : 0;
      return arrays[key][(Math.floor(row / order.length) * old + from) * width + (at % width)];
    });
  }
  return result;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

export const padInputs = (arrays: InputArrays, cells: number, faces: number): InputArrays =>
  gatherRows(
    gatherRows(arrays, 'cells', [...range(arrays.sizes.cells), ...new Array(cells).fill(-1)]),
    'faces',
    [...range(arrays.sizes.faces), ...new Array(faces).fill(-1)],
  );

export const permuteRows = (arrays: InputArrays, kind: 'cells' | 'faces', order: readonly number[]) =>
  gatherRows(arrays, kind, order);

/** Member `index` of the batch alone. */
export function member(arrays: InputArrays, index: number): InputArrays {
  const { batch } = arrays.sizes;
  const result = { ...arrays, sizes: { ...arrays.sizes, batch: 1 } };
  for (const key of KEYS) {
    const size = arrays[key].length / batch;
    result[key] = arrays[key].slice(index * size, (index + 1) * size);
  }
  return result;
}
