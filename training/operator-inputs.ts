import { InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes } from '../datasets/index.js';
import {
  domainScale,
  type EncoderInputOptions,
  type EncoderInputs,
  encoderFeatureCounts,
  encoderInputs,
  type NeuralOperator,
} from '../operators/index.js';
import type { PoissonOperator } from '../solvers/index.js';

/** What an operator reads, as plain data: a basis sees geometry alone, a field operator the source as its last cell feature. */
export interface InputPlan {
  readonly output: 'field' | 'basis';
  readonly features: Partial<EncoderInputOptions>;
}

export interface OperatorMember {
  readonly inputs: EncoderInputs;
  /**
   * Field that the network's 1 stands for: max|q| (L/π)²/κ, what a source of the longest wave cos(πx/L) gives, with L the
   * domain's half length and κ the volume mean (NPSolver's unscaled output on its square of side 2π); 1 for a basis.
   */
  readonly fieldScale: number;
}

/** Feature counts of a plan on meshes of a dimension. */
export function featureCounts(
  plan: InputPlan,
  dimension: 2 | 3,
): { cellFeatures: number; faceFeatures: number } {
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(dimension, plan.features);
  return { cellFeatures: cellFeatures + (plan.output === 'field' ? 1 : 0), faceFeatures };
}

/**
 * Network inputs of one problem. A source is scaled to max |q̂| = 1, so that units and strength do not matter.
 *
 * @param source q per unit volume, `[cell]`; needed by field operators
 */
export function operatorMember(
  plan: InputPlan,
  operator: PoissonOperator,
  types: BoundaryTypes,
  source?: Float64Array,
): OperatorMember {
  const { mesh, conductivity } = operator;
  const inputs = encoderInputs(mesh, types, conductivity, plan.features);
  if (plan.output === 'basis') return { inputs, fieldScale: 1 };
  if (!source)
    throw new InvalidInputError('operatorMember: a field operator needs a source, one value per cell');
  const largest = source.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const { cellCount, cellFeatures } = inputs;
  const cells = new Float32Array(cellCount * (cellFeatures + 1));
  for (let cell = 0; cell < cellCount; cell++) {
    cells.set(
      inputs.cells.subarray(cell * cellFeatures, (cell + 1) * cellFeatures),
      cell * (cellFeatures + 1),
    );
    cells[(cell + 1) * (cellFeatures + 1) - 1] = source[cell] / largest;
  }
  return {
    inputs: { ...inputs, cells, cellFeatures: cellFeatures + 1 },
    fieldScale: (largest * (domainScale(mesh).length / Math.PI) ** 2) / meanConductivity(operator),
  };
}

/** @throws InvalidInputError when the network was built for other feature counts */
export function requireFeatureCounts(
  operator: NeuralOperator,
  plan: InputPlan,
  dimension: 2 | 3,
): ReturnType<typeof featureCounts> {
  const expected = featureCounts(plan, dimension);
  const options = operator.options as Partial<Counts> & { encoder?: Partial<Counts> };
  const { cellFeatures, faceFeatures } = options.encoder ?? options;
  if (cellFeatures !== expected.cellFeatures || faceFeatures !== expected.faceFeatures) {
    throw new InvalidInputError(
      `${operator.name}: built for ${cellFeatures} cell and ${faceFeatures} face features, the inputs have ` +
        `${expected.cellFeatures} and ${expected.faceFeatures}; set cellFeatures and faceFeatures to these, or change features`,
    );
  }
  return expected;
}

type Counts = { cellFeatures: number; faceFeatures: number };

function meanConductivity({ mesh, conductivity }: PoissonOperator): number {
  let sum = 0;
  let volume = 0;
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    sum += conductivity[cell] * mesh.cellVolumes[cell];
    volume += mesh.cellVolumes[cell];
  }
  return sum / volume;
}
