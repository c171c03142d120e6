import { createRandom } from '../../../common/random.js';
import { baTransolver, batchSpecs, type OperatorInputs } from '../../../operators/index.js';
import { type TensorSpecs, tf } from '../../../runtime/index.js';
import { sizesOf } from '../../../runtime/specs.js';
import { randomArrays } from './case.js';
import type { Entries } from './entry.js';

const SIZES = { cells: 40, faces: 12 };
const operator = baTransolver({
  width: 16,
  blocks: 1,
  heads: 2,
  cellSlices: 8,
  faceSlices: 4,
  cellFeatures: 5,
  faceFeatures: 4,
});
const parameters = operator.initialParameters(createRandom(3));
const specs: TensorSpecs = batchSpecs(5, 4, 1);

/** A boundary-aware Transolver of one block, as a function of its cells' features. */
function encoded(cells: tf.Tensor): tf.Tensor {
  const same: Readonly<Record<string, () => number>> = {
    cellMask: () => 1,
    faceMask: () => 1,
    cellMeasures: () => 1 / SIZES.cells,
    faceMeasures: () => 1 / SIZES.faces,
  };
  const inputs = Object.fromEntries(
    Object.entries(randomArrays(specs, SIZES, 4, same)).map(([name, { shape, data }]) => [
      name,
      tf.tensor([...data], [...shape]),
    ]),
  );
  const weights = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor([...values], [...shape])]),
  );
  return operator.forward(weights, { ...inputs, cells } as unknown as OperatorInputs);
}

/** A whole network. */
export const encoder: Entries = {
  'boundary-aware Transolver': {
    fn: encoded,
    shape: sizesOf(specs.cells.shape, SIZES),
    limit: { order: 1, because: 'the shaders of its second gradient take longer to compile than the table' },
  },
};
