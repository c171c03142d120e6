import { InvalidInputError } from '../common/errors.js';
import type { BoundaryTypes, BoundaryValues } from '../datasets/index.js';
import type { Mesh } from '../geometry/index.js';
import {
  domainScale,
  type EncoderInputOptions,
  type EncoderInputs,
  encoderFeatureCounts,
  encoderInputs,
  type NeuralOperator,
} from '../operators/index.js';
import { patchValues } from '../solvers/boundary-conditions.js';
import type { BoundaryConditions, PoissonOperator } from '../solvers/index.js';

/** What an operator reads, as plain data: a basis sees geometry alone, a field operator the source as its last cell feature. */
export interface InputPlan {
  readonly output: 'field' | 'basis';
  readonly features: Partial<EncoderInputOptions>;
}

export interface OperatorMember {
  readonly inputs: EncoderInputs;
  /**
   * Field that the network's 1 stands for: the larger of max|q| (L/π)²/κ, what a source of the longest wave cos(πx/L) gives,
   * with L the domain's half length and κ the volume mean (NPSolver's unscaled output on its square of side 2π), and of
   * the largest boundary value over `fieldOffset`, where the network sees values; 1 for a basis.
   */
  readonly fieldScale: number;
  /** u = fieldOffset + fieldScale · û: the mean of the boundary values, where the network sees them; otherwise 0 */
  readonly fieldOffset: number;
}

/** Feature counts of a plan on meshes of a dimension. */
export function featureCounts(
  plan: InputPlan,
  dimension: 2 | 3,
): { cellFeatures: number; faceFeatures: number; edgeFeatures?: number } {
  const counts = encoderFeatureCounts(dimension, plan.features);
  return { ...counts, cellFeatures: counts.cellFeatures + (plan.output === 'field' ? 1 : 0) };
}

/**
 * Network inputs of one problem. Sources and boundary values are scaled to the field's own size, so that units and strength
 * do not matter, and values counted from their mean, so that the zero of the temperature does not either.
 *
 * @param source q per unit volume, `[cell]`; needed by field operators
 * @param values u on Dirichlet patches; zero by default
 * @throws InvalidInputError for a field operator without a source, or with boundary values that its features leave out
 */
export function operatorMember(
  plan: InputPlan,
  operator: PoissonOperator,
  types: BoundaryTypes,
  source?: Float64Array,
  values?: BoundaryValues,
): OperatorMember {
  const { mesh, conductivity } = operator;
  if (plan.output === 'basis') {
    const inputs = encoderInputs(mesh, types, conductivity, plan.features);
    return { inputs, fieldScale: 1, fieldOffset: 0 };
  }
  if (!source)
    throw new InvalidInputError('operatorMember: a field operator needs a source, one value per cell');
  const perSource = (domainScale(mesh).length / Math.PI) ** 2 / meanConductivity(operator);
  const boundary = boundaryLevels(operator, values);
  if (!plan.features.boundaryValues && (boundary.offset !== 0 || boundary.largest !== 0)) {
    throw new InvalidInputError(
      'operatorMember: a field operator answers boundary values only where it sees them; set features.boundaryValues',
    );
  }
  const largest = source.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const fieldScale = Math.max(largest * perSource, boundary.largest) || perSource;
  // without the detour over fieldScale where the source decides: max |q̂| is then 1 to the last bit
  const sourceScale = fieldScale === largest * perSource ? largest : fieldScale / perSource;
  const inputs = encoderInputs(
    mesh,
    types,
    conductivity,
    plan.features,
    boundary.faces.map((value) => value / fieldScale),
  );
  const { cellCount, cellFeatures } = inputs;
  const cells = new Float32Array(cellCount * (cellFeatures + 1));
  for (let cell = 0; cell < cellCount; cell++) {
    cells.set(
      inputs.cells.subarray(cell * cellFeatures, (cell + 1) * cellFeatures),
      cell * (cellFeatures + 1),
    );
    cells[(cell + 1) * (cellFeatures + 1) - 1] = source[cell] / sourceScale;
  }
  return {
    inputs: { ...inputs, cells, cellFeatures: cellFeatures + 1 },
    fieldScale,
    fieldOffset: boundary.offset,
  };
}

/** Area-weighted mean of u over the Dirichlet faces, the values less that mean, `[face − internalFaceCount]`, and their largest size. */
export function boundaryLevels(
  { mesh, dirichlet }: PoissonOperator,
  values: BoundaryValues | undefined,
): { offset: number; faces: Float64Array; largest: number } {
  const faces = new Float64Array(dirichlet.length);
  if (!values) return { offset: 0, faces, largest: 0 };
  for (const { name, start, size } of mesh.patches) {
    if (size > 0 && values[name]) faces.set(values[name], start - mesh.internalFaceCount);
  }
  let [sum, area, largest] = [0, 0, 0];
  for (let i = 0; i < faces.length; i++) {
    if (dirichlet[i] === 0) continue;
    sum += mesh.faceAreas[mesh.internalFaceCount + i] * faces[i];
    area += mesh.faceAreas[mesh.internalFaceCount + i];
  }
  const offset = area > 0 ? sum / area : 0;
  for (let i = 0; i < faces.length; i++) {
    faces[i] = dirichlet[i] === 0 ? 0 : faces[i] - offset;
    largest = Math.max(largest, Math.abs(faces[i]));
  }
  return { offset, faces, largest };
}

/** u on the Dirichlet patches of a problem, as {@link operatorMember} takes it. */
export function boundaryValuesOf(mesh: Mesh, conditions: BoundaryConditions): BoundaryValues {
  return Object.fromEntries(
    mesh.patches.flatMap((patch) => {
      const condition = conditions[patch.name];
      if (patch.size === 0 || condition.type !== 'dirichlet') return [];
      return [[patch.name, patchValues(mesh, patch, 'value', condition.value)]];
    }),
  );
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
  const { edgeFeatures } = options;
  if (edgeFeatures !== undefined && edgeFeatures !== expected.edgeFeatures) {
    throw new InvalidInputError(
      `${operator.name}: built for ${edgeFeatures} edge features, the inputs have ${expected.edgeFeatures ?? 'no edges'}; ` +
        `set features.edges, and edgeFeatures to ${dimension + 3}`,
    );
  }
  return expected;
}

type Counts = { cellFeatures: number; faceFeatures: number; edgeFeatures?: number };

export function meanConductivity({ mesh, conductivity }: PoissonOperator): number {
  let sum = 0;
  let volume = 0;
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    sum += conductivity[cell] * mesh.cellVolumes[cell];
    volume += mesh.cellVolumes[cell];
  }
  return sum / volume;
}
