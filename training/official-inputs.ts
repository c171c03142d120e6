import { InvalidInputError } from '../common/errors.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import { type EncoderInputs, type NpsolverPresetName, npsolverPreset } from '../operators/index.js';
import { requireKnownPatches } from '../solvers/boundary-conditions.js';
import { boundaryFaceValues, type PoissonProblem } from '../solvers/index.js';
import { removeVolumeMean } from '../solvers/neumann-projection.js';
import { cellSources } from '../solvers/problem.js';

/**
 * `scaled`: the domain is mapped to a box of longest side 2π from 0, as NPSolver's are, and the source to NPSolver's size
 * (max |f| = 1; mean f = −1 for control). `as-given`: nothing is scaled but the sign.
 */
export type OfficialScaling = 'scaled' | 'as-given';

export interface OfficialInputs {
  readonly inputs: EncoderInputs;
  /** u = fieldScale · û */
  readonly fieldScale: number;
  /** No patch is Dirichlet: u is fixed up to a constant only. */
  readonly singular: boolean;
}

/**
 * A problem −∇·(κ∇u) = q in the features of NPSolver's networks for ∇²û = f: cells [x, f] with f = −q/F, faces [x],
 * [x, Neumann, Dirichlet] or [x, Neumann, Dirichlet, g/s], u = s û with s = F (L/2π)²/κ, L the longest side.
 *
 * @throws InvalidInputError for what NPSolver's networks do not know: κ that varies, reactions, contact resistances,
 *   fluxes, boundary values but in `control`, types that the task does not have, another dimension
 */
export function officialInputs(
  problem: PoissonProblem,
  task: NpsolverPresetName,
  scaling: OfficialScaling = 'scaled',
): OfficialInputs {
  const { mesh } = problem;
  const { dimension, cellCount, internalFaceCount } = mesh;
  const conductivity = requireKnownPhysics(problem, task);
  const { low, longestSide } = meshBoundingBox(mesh);
  const scale = scaling === 'scaled' ? (2 * Math.PI) / longestSide : 1;
  const origin = scaling === 'scaled' ? low : low.map(() => 0);

  const types = faceTypes(problem, task);
  const singular = !types.includes(1);
  const source = Float64Array.from(cellSources(mesh, problem.source));
  if (singular) removeVolumeMean(source, mesh.cellVolumes);
  const size = scaling === 'scaled' ? sourceSize(source, task) : 1;
  const fieldScale = size / (conductivity * scale ** 2);

  const cells = new Float32Array(cellCount * (dimension + 1));
  for (let cell = 0; cell < cellCount; cell++) {
    for (let axis = 0; axis < dimension; axis++) {
      cells[cell * (dimension + 1) + axis] =
        (mesh.cellCentroids[cell * dimension + axis] - origin[axis]) * scale;
    }
    cells[cell * (dimension + 1) + dimension] = -source[cell] / size;
  }
  const { faceFeatures } = npsolverPreset(task);
  const faceCount = mesh.faceCount - internalFaceCount;
  const values = boundaryFaceValues(mesh, problem.boundaryConditions);
  const faces = new Float32Array(faceCount * faceFeatures);
  for (let i = 0; i < faceCount; i++) {
    const at = i * faceFeatures;
    for (let axis = 0; axis < dimension; axis++) {
      const x = mesh.faceCentroids[(internalFaceCount + i) * dimension + axis];
      faces[at + axis] = (x - origin[axis]) * scale;
    }
    if (faceFeatures > dimension) faces[at + dimension + types[i]] = 1;
    if (task === 'control') faces[at + dimension + 2] = types[i] === 1 ? values[i] / fieldScale : 0;
  }
  return {
    inputs: {
      cellCount,
      faceCount,
      cellFeatures: dimension + 1,
      faceFeatures,
      cells,
      faces,
      // NPSolver counts nodes, whatever their size
      cellMeasures: new Float32Array(cellCount).fill(1 / cellCount),
      faceMeasures: new Float32Array(faceCount).fill(1 / faceCount),
    },
    fieldScale,
    singular,
  };
}

/** κ, when the problem has nothing that NPSolver's equation lacks. */
function requireKnownPhysics(problem: PoissonProblem, task: NpsolverPresetName): number {
  const { mesh, conductivity = 1, reaction = 0, contactResistances = [] } = problem;
  const dimension = task === 'cube' ? 3 : 2;
  if (mesh.dimension !== dimension) {
    throw fail(`the networks of '${task}' are ${dimension}D, the mesh is ${mesh.dimension}D`);
  }
  if (typeof conductivity !== 'number' || !(conductivity > 0 && Number.isFinite(conductivity))) {
    throw fail('conductivity must be one positive number: NPSolver has constant coefficients');
  }
  if (reaction !== 0 || contactResistances.length > 0) {
    throw fail('NPSolver has neither reactions nor contact resistances; solve without its guess');
  }
  return conductivity;
}

/** 0 of Neumann and 1 of Dirichlet faces, `[face − internalFaceCount]`. */
function faceTypes({ mesh, boundaryConditions }: PoissonProblem, task: NpsolverPresetName): Uint8Array {
  requireKnownPatches(mesh, boundaryConditions);
  const values = boundaryFaceValues(mesh, boundaryConditions);
  const types = new Uint8Array(values.length);
  for (const { name, start, size } of mesh.patches) {
    if (size === 0) continue;
    const { type } = boundaryConditions[name];
    if (type !== 'dirichlet' && type !== 'neumann') {
      throw fail(`patch '${name}' is ${type}; NPSolver knows dirichlet and neumann patches`);
    }
    if ((task === 'dirichlet' || task === 'neumann') && type !== task) {
      throw fail(`patch '${name}' is ${type}; the networks of '${task}' saw ${task} patches only`);
    }
    const [from, to] = [start - mesh.internalFaceCount, start - mesh.internalFaceCount + size];
    if (type === 'dirichlet') types.fill(1, from, to);
    const given = values.subarray(from, to).find((value) => value !== 0);
    if (given !== undefined && !(task === 'control' && type === 'dirichlet')) {
      throw fail(
        `patch '${name}' has the ${type === 'dirichlet' ? 'value' : 'flux'} ${given}; the networks of '${task}' ` +
          `know 0 ${type === 'dirichlet' ? "only ('control' has boundary values)" : 'only'}`,
      );
    }
  }
  return types;
}

/** What NPSolver's sources have as 1. */
function sourceSize(source: Float64Array, task: NpsolverPresetName): number {
  const mean = source.reduce((sum, value) => sum + value, 0) / source.length;
  if (task === 'control' && mean > 0) return mean;
  return source.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}

function fail(reason: string): InvalidInputError {
  return new InvalidInputError(`officialPredictor: ${reason}`);
}
