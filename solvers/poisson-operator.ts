import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import {
  type BoundaryConditions,
  boundaryFaceValues,
  boundaryType,
  type OperatorBoundaries,
  requireKnownPatches,
  robinCoefficients,
} from './boundary-conditions.js';
import {
  cellLinks,
  createFaceSide,
  createLinkGeometry,
  invertedFace,
  measureFaceSide,
  measureLink,
} from './cell-links.js';
import { type CellConductivities, type Conductivity, cellConductivities } from './conductivity.js';
import { type ContactResistance, faceResistances } from './contact-resistance.js';
import { requireMeasures } from './mesh-checks.js';
import { type PeriodicFaces, periodicFaces } from './periodic-faces.js';
import { cellReactions, cellSources, type PoissonProblem } from './problem.js';
import { requireDetermined } from './reachable-cells.js';
import type { SampledValue } from './sampled-values.js';
import { matrixFromPairs, type SparseMatrix } from './sparse-matrix.js';

/** The discrete −∇·(κ∇·) + c on a mesh for given boundary types; independent of source and boundary values. */
export interface PoissonOperator {
  readonly mesh: Mesh;
  /** B, volume-integrated: symmetric, positive definite, or semi-definite when `singular` */
  readonly matrix: SparseMatrix;
  /** Neither Dirichlet nor Robin face nor reaction: constants are in the kernel and Σ right-hand side must be zero. */
  readonly singular: boolean;
  /** κ, `[cell]`; the mean over the directions where it is anisotropic */
  readonly conductivity: Float64Array;
  /** `[cell][component]`, only where κ is anisotropic; see {@link Conductivity} */
  readonly conductivityTensors?: Float64Array;
  /** c, `[cell]`, only where there is a reaction */
  readonly reaction?: Float64Array;
  /** κ_f |S|/|d|, `[internal face]` and then `[pair of periodic faces]`, see {@link assembleOperator} */
  readonly faceCoefficients: Float64Array;
  /** κ|S|/δ of Dirichlet, |S|/(1/h + δ/κ) of Robin and 0 of other faces, `[face − internalFaceCount]` */
  readonly boundaryCoefficients: Float64Array;
  /** 1 of Dirichlet faces and 0 of others, `[face − internalFaceCount]` */
  readonly dirichlet: Uint8Array;
  /** h, `[face − internalFaceCount]`, only where a patch is Robin */
  readonly robin?: Float64Array;
  readonly periodic?: PeriodicFaces;
  /** R, `[internal face]`, only where there are contact resistances */
  readonly resistances?: Float64Array;
}

/** What else the matrix depends on. */
export interface OperatorOptions {
  /** c ≥ 0, see {@link PoissonProblem} */
  readonly reaction?: SampledValue;
  readonly contactResistances?: readonly ContactResistance[];
}

/**
 * Two-point finite volumes. With d from owner to neighbour centroid, unit normal n, area |S|:
 *
 *     flux out of P: a_f (u_N − u_P),   a_f = U |S| cos θ,   1/U = d_P/k_P + R + d_N/k_N
 *     k = n·K n,  d_P = |n·(x_f − x_P)|,  d_N = |n·(x_N − x_f)|,  θ between d and n (cos θ := 1 beyond 60° and for tensors)
 *     Dirichlet face: κ_P |S| (g − u_P)/δ,   δ = n·(x_f − x_P)
 *     Robin face:     |S| (u_ambient − u_P)/(1/h + δ/κ_P)
 *
 * so that (B u)_P = c V u_P − Σ_f flux, an M-matrix. Where κ is a number a_f is κ_f |S|/|d| with the harmonic mean
 * κ_f. On non-orthogonal meshes and for tensors it is consistent only with the deferred part of
 * `nonOrthogonalCorrection`. Periodic pairs are faces like internal ones. The `deltaCoefficients` of a mesh that has them
 * stand for cos θ/(n·d) and 1/δ.
 *
 * @param boundaries the type of every patch by name, or its condition
 * @throws InvalidInputError on unknown or missing patch names, κ that is not positive (definite), negative c, h or R,
 * and periodic patches that do not match
 * @throws GeometryError when a cell has no volume, a face no area, or a centroid lies on the wrong side of a face
 * @throws IllPosedProblemError when a part of the mesh is cut off from every fixed value beside other parts
 */
export function assembleOperator(
  mesh: Mesh,
  conductivity: Conductivity | undefined,
  boundaries: OperatorBoundaries,
  options: OperatorOptions = {},
): PoissonOperator {
  requireKnownPatches(mesh, boundaries);
  requireMeasures(mesh);
  const conductivities = cellConductivities(mesh, conductivity);
  const reaction = cellReactions(mesh, options.reaction);
  const resistances = faceResistances(mesh, options.contactResistances);
  const periodic = periodicFaces(mesh, boundaries);
  const links = cellLinks(mesh, periodic);
  const { internalFaceCount, dimension, faceAreas } = mesh;
  const diagonal = reaction
    ? reaction.map((value, cell) => value * mesh.cellVolumes[cell])
    : new Float64Array(mesh.cellCount);
  const faceCoefficients = new Float64Array(links.count);
  const geometry = createLinkGeometry(dimension);
  for (let link = 0; link < links.count; link++) {
    measureLink(mesh, conductivities, links, link, resistances?.[link] ?? 0, geometry);
    const coefficient = geometry.transmittance * geometry.matrixShare * faceAreas[links.face[link]];
    faceCoefficients[link] = coefficient;
    diagonal[links.first[link]] += coefficient;
    diagonal[links.second[link]] += coefficient;
  }

  const { boundaryCoefficients, dirichlet, robin } = boundaryPart(mesh, conductivities, boundaries);
  for (let i = 0; i < boundaryCoefficients.length; i++) {
    diagonal[mesh.owner[internalFaceCount + i]] += boundaryCoefficients[i];
  }
  const matrix = matrixFromPairs(diagonal, links.first, links.second, faceCoefficients);
  const singular = requireDetermined(mesh, matrix, boundaryCoefficients, reaction);
  return {
    mesh,
    matrix,
    singular,
    conductivity: conductivities.mean,
    faceCoefficients,
    boundaryCoefficients,
    dirichlet,
    ...(conductivities.tensors && { conductivityTensors: conductivities.tensors }),
    ...(reaction && { reaction }),
    ...(robin && { robin }),
    ...(periodic && { periodic }),
    ...(resistances && { resistances }),
  };
}

function boundaryPart(mesh: Mesh, conductivities: CellConductivities, boundaries: OperatorBoundaries) {
  const { internalFaceCount, dimension, faceAreas, owner } = mesh;
  const boundaryCoefficients = new Float64Array(mesh.faceCount - internalFaceCount);
  const dirichlet = new Uint8Array(boundaryCoefficients.length);
  const h = robinCoefficients(mesh, boundaries);
  const side = createFaceSide(dimension);
  let anyRobin = false;
  for (const patch of mesh.patches) {
    if (patch.size === 0) continue;
    const type = boundaryType(boundaries[patch.name]);
    if (type === 'robin') anyRobin = true;
    if (type !== 'dirichlet' && type !== 'robin') continue;
    for (let face = patch.start; face < patch.start + patch.size; face++) {
      const i = face - internalFaceCount;
      if (type === 'robin' && h[i] === 0) continue;
      measureFaceSide(mesh, conductivities, owner[face], face, face, side);
      if (!(side.signedDistance > 0)) throw invertedFace(face, owner[face]);
      if (type === 'dirichlet') {
        dirichlet[i] = 1;
        const distance = mesh.deltaCoefficients ? 1 / mesh.deltaCoefficients[face] : side.distance;
        boundaryCoefficients[i] = (side.normalConductivity * faceAreas[face]) / distance;
      } else {
        boundaryCoefficients[i] = faceAreas[face] / (1 / h[i] + side.distance / side.normalConductivity);
      }
    }
  }
  return { boundaryCoefficients, dirichlet, robin: anyRobin ? h : undefined };
}

/**
 * b_P = q_P V_P + Σ_Dirichlet (κ|S|/δ) g_f + Σ_Robin |S| u_ambient/(1/h + δ/κ) + Σ_Neumann |S| flux_f, `[cell]`, so that
 * B u = b. Source functions are sampled at cell centroids and boundary functions at face centroids (midpoint rule).
 *
 * @throws InvalidInputError on wrong lengths, values that are not finite, or conditions other than the operator's
 */
export function assembleRightHandSide(
  operator: PoissonOperator,
  source: PoissonProblem['source'],
  boundaryConditions: BoundaryConditions,
): Float64Array {
  const { mesh, boundaryCoefficients } = operator;
  const rightHandSide = cellSources(mesh, source).slice();
  const values = checkedBoundaryValues(operator, boundaryConditions);
  for (let cell = 0; cell < mesh.cellCount; cell++) rightHandSide[cell] *= mesh.cellVolumes[cell];
  for (let i = 0; i < values.length; i++) {
    const face = mesh.internalFaceCount + i;
    const weight = boundaryCoefficients[i] > 0 ? boundaryCoefficients[i] : mesh.faceAreas[face];
    rightHandSide[mesh.owner[face]] += weight * values[i];
  }
  return rightHandSide;
}

/** Matrix and right-hand side of a problem; throws what {@link assembleOperator} and {@link assembleRightHandSide} throw. */
export function assemble(problem: PoissonProblem): {
  operator: PoissonOperator;
  rightHandSide: Float64Array;
} {
  const operator = operatorOf(problem);
  const { source, boundaryConditions } = problem;
  return { operator, rightHandSide: assembleRightHandSide(operator, source, boundaryConditions) };
}

/** The operator of a problem; throws what {@link assembleOperator} throws. */
export function operatorOf(problem: PoissonProblem): PoissonOperator {
  const { mesh, conductivity, boundaryConditions, reaction, contactResistances } = problem;
  return assembleOperator(mesh, conductivity, boundaryConditions, { reaction, contactResistances });
}

/**
 * The datum of every boundary face, `[face − internalFaceCount]`: a temperature where `boundaryCoefficients` is
 * positive (Dirichlet, Robin), otherwise an outward κ ∂u/∂n (0 on periodic faces and where h = 0).
 *
 * @throws InvalidInputError when the conditions are not those the operator was assembled with
 */
export function checkedBoundaryValues(
  operator: PoissonOperator,
  conditions: BoundaryConditions,
): Float64Array {
  const { mesh, dirichlet, robin } = operator;
  requireKnownPatches(mesh, conditions);
  const stale = (name: string, expected: string, given: string) =>
    new InvalidInputError(
      `solvers.assembleRightHandSide: the operator was assembled with '${name}' as ${expected}, ` +
        `the condition given is ${given}; assemble the operator anew`,
    );
  const h = robinCoefficients(mesh, conditions);
  const values = boundaryFaceValues(mesh, conditions);
  const paired = new Set(
    operator.periodic ? [...operator.periodic.faces, ...operator.periodic.partners] : [],
  );
  for (const { name, start, size } of mesh.patches) {
    if (size === 0) continue;
    const { type } = conditions[name];
    for (let face = start; face < start + size; face++) {
      const i = face - mesh.internalFaceCount;
      if ((dirichlet[i] === 1) !== (type === 'dirichlet')) {
        throw stale(name, dirichlet[i] ? 'a dirichlet patch' : 'another type', type);
      }
      if (paired.has(face) !== (type === 'periodic')) {
        throw stale(name, paired.has(face) ? 'a periodic patch' : 'another type', type);
      }
      const assembled = robin?.[i] ?? 0;
      if (assembled !== h[i]) throw stale(name, `h = ${assembled}`, `h = ${h[i]}`);
      if (type === 'robin' && h[i] === 0) values[i] = 0;
    }
  }
  return values;
}
