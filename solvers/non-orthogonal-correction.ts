import { InvalidInputError } from '../common/errors.js';
import type { BoundaryConditions } from './boundary-conditions.js';
import { conductivitiesOf, gradientsOf } from './cell-gradients.js';
import {
  createFaceSide,
  createLinkGeometry,
  type FaceSide,
  linksOf,
  measureFaceSide,
  measureLink,
} from './cell-links.js';
import { tensorComponents } from './conductivity.js';
import { checkedBoundaryValues, type PoissonOperator } from './poisson-operator.js';

/** What the two-point fluxes of an operator lack, as weights of differences and gradients. */
export interface CorrectionGeometry {
  /** `[link]` of u_second − u_first */
  readonly excess: Float64Array;
  /** `[link][dimension]` of the gradient of the first cell */
  readonly first: Float64Array;
  /** `[link][dimension]` of the gradient of the second cell */
  readonly second: Float64Array;
  /** `[boundary face][dimension]` of the owner's gradient; zero where a flux is given */
  readonly boundary: Float64Array;
}

const geometries = new WeakMap<PoissonOperator, CorrectionGeometry>();

/** Corrections of fluxes: what the two-point part misses of n·K∇u |S|, into the first cell or the domain. */
export interface FluxCorrections {
  /** `[link]` internal faces, then pairs of periodic faces */
  readonly links: Float64Array;
  /** `[face − internalFaceCount]` */
  readonly boundary: Float64Array;
}

/**
 * The part of the face fluxes that two points cannot see, as a right-hand side increment c(u), `[cell]`:
 *
 *     B u = b + c(u),   c(u)_P = Σ_f ± F_f   (+ for the owner, − for the neighbour)
 *     within one material    F = (K n |S| − a_f d)·∇u_f
 *     across a jump of K     F = (U |S| − a_f)(u_N − u_P) + U |S| (g_P·∇u_P + g_N·∇u_N)
 *     Dirichlet, Robin face  F = a_f g_P·∇u_P
 *     g_P = (d_P/k_P) K_P n − (x_f − x_P),   g_N likewise: tangential
 *
 * with ∇u least-squares cell gradients (cell-gradients.ts), interpolated to ∇u_f. c is affine in u and sums to zero over
 * links, so heat is still conserved exactly, and it reproduces piecewise linear solutions with a kink at a jump of K or
 * a step at a contact resistance.
 *
 * Within one material any a_f would do, and that of the matrix converges fastest (see cell-links.ts). Across a jump it must
 * be U |S|: only the tangential gradient is continuous there.
 *
 * @throws InvalidInputError on a wrong length of u or boundary values that do not fit the operator
 */
export function nonOrthogonalCorrection(
  operator: PoissonOperator,
  boundaryConditions: BoundaryConditions,
  u: Float64Array,
): Float64Array {
  const { cellCount } = operator.mesh;
  if (u.length !== cellCount) {
    throw new InvalidInputError(
      `solvers.nonOrthogonalCorrection: expected ${cellCount} values, one per cell, got ${u.length}`,
    );
  }
  return correctionOf(operator, checkedBoundaryValues(operator, boundaryConditions), u);
}

/** {@link nonOrthogonalCorrection} from values per boundary face. */
export function correctionOf(
  operator: PoissonOperator,
  boundaryValues: Float64Array,
  u: Float64Array,
): Float64Array {
  const { mesh } = operator;
  const fluxes = fluxCorrections(operator, boundaryValues, u);
  const { first, second } = linksOf(operator);
  const increment = new Float64Array(mesh.cellCount);
  fluxes.links.forEach((flux, link) => {
    increment[first[link]] += flux;
    increment[second[link]] -= flux;
  });
  fluxes.boundary.forEach((flux, i) => {
    increment[mesh.owner[mesh.internalFaceCount + i]] += flux;
  });
  return increment;
}

/** n·K∇u |S| less its two-point part, for every link and boundary face. */
export function fluxCorrections(
  operator: PoissonOperator,
  boundaryValues: Float64Array,
  u: Float64Array,
): FluxCorrections {
  const { mesh } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const geometry = geometryOf(operator);
  const gradients = gradientsOf(operator, boundaryValues, u);
  const { count, first, second } = linksOf(operator);
  const links = new Float64Array(count);
  for (let link = 0; link < count; link++) {
    const [cell, other] = [first[link], second[link]];
    let flux = geometry.excess[link] * (u[other] - u[cell]);
    for (let k = 0; k < dimension; k++) {
      const at = link * dimension + k;
      flux +=
        geometry.first[at] * gradients[cell * dimension + k] +
        geometry.second[at] * gradients[other * dimension + k];
    }
    links[link] = flux;
  }
  const boundary = boundaryValues.map((_, i) => {
    const cell = owner[internalFaceCount + i] * dimension;
    let flux = 0;
    for (let k = 0; k < dimension; k++) flux += geometry.boundary[i * dimension + k] * gradients[cell + k];
    return flux;
  });
  return { links, boundary };
}

export function geometryOf(operator: PoissonOperator): CorrectionGeometry {
  const known = geometries.get(operator);
  if (known) return known;
  const { mesh, resistances, faceCoefficients, boundaryCoefficients } = operator;
  const { dimension, internalFaceCount, owner, faceAreas } = mesh;
  const conductivities = conductivitiesOf(operator);
  const links = linksOf(operator);
  const excess = new Float64Array(links.count);
  const first = new Float64Array(links.count * dimension);
  const second = new Float64Array(links.count * dimension);
  const geometry = createLinkGeometry(dimension);
  for (let link = 0; link < links.count; link++) {
    const resistance = resistances?.[link] ?? 0;
    measureLink(mesh, conductivities, links, link, resistance, geometry);
    const area = faceAreas[links.face[link]];
    const { first: near, second: far, d } = geometry;
    if (resistance === 0 && sameConductivity(operator, links.first[link], links.second[link])) {
      const share = far.distance / (near.distance + far.distance);
      for (let k = 0; k < dimension; k++) {
        const lacking = near.conormal[k] * area - faceCoefficients[link] * d[k];
        first[link * dimension + k] = share * lacking;
        second[link * dimension + k] = (1 - share) * lacking;
      }
      continue;
    }
    const full = faceCoefficients[link] / geometry.matrixShare;
    excess[link] = full - faceCoefficients[link];
    addTangential(mesh.faceNormals, links.face[link], near, full, 1, first, link);
    addTangential(mesh.faceNormals, links.face[link], far, full, -1, second, link);
  }
  const boundary = new Float64Array(boundaryCoefficients.length * dimension);
  const side = createFaceSide(dimension);
  boundaryCoefficients.forEach((coefficient, i) => {
    if (!(coefficient > 0)) return;
    const face = internalFaceCount + i;
    measureFaceSide(mesh, conductivities, owner[face], face, face, side);
    addTangential(mesh.faceNormals, face, side, coefficient, 1, boundary, i);
  });
  const result = { excess, first, second, boundary };
  geometries.set(operator, result);
  return result;
}

/** Adds weight · ((d/k) (K n − k n) − sign (offset − (n·offset) n)) to a row; sign −1 for the cell that n points into. */
function addTangential(
  normals: Float64Array,
  face: number,
  { offset, conormal, distance, signedDistance, normalConductivity }: FaceSide,
  weight: number,
  sign: 1 | -1,
  rows: Float64Array,
  row: number,
): void {
  const dimension = offset.length;
  for (let k = 0; k < dimension; k++) {
    const normal = normals[face * dimension + k];
    const skewness = offset[k] - signedDistance * normal;
    const anisotropy = (distance / normalConductivity) * (conormal[k] - normalConductivity * normal);
    rows[row * dimension + k] += weight * (anisotropy - sign * skewness);
  }
}

function sameConductivity(operator: PoissonOperator, cell: number, other: number): boolean {
  const { conductivity, conductivityTensors: tensors, mesh } = operator;
  if (conductivity[cell] !== conductivity[other]) return false;
  if (!tensors) return true;
  const components = tensorComponents(mesh.dimension);
  for (let k = 0; k < components; k++) {
    if (tensors[cell * components + k] !== tensors[other * components + k]) return false;
  }
  return true;
}

/** Corrections below this part of a face's two-point flux are round-off of the mesh's coordinates. */
const NEGLIGIBLE = 1e-10;

/** Whether mesh and conductivity are orthogonal everywhere, so that c(u) = 0 for every u. */
export function correctionVanishes(operator: PoissonOperator): boolean {
  const { mesh, faceCoefficients, boundaryCoefficients } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const { excess, first, second, boundary } = geometryOf(operator);
  const links = linksOf(operator);
  const spacing = (face: number, cell: number) => {
    let squared = 0;
    for (let k = 0; k < dimension; k++) {
      squared += (mesh.faceCentroids[face * dimension + k] - mesh.cellCentroids[cell * dimension + k]) ** 2;
    }
    return Math.sqrt(squared);
  };
  for (let link = 0; link < links.count; link++) {
    const bound = NEGLIGIBLE * faceCoefficients[link];
    const length = spacing(links.face[link], links.first[link]);
    if (Math.abs(excess[link]) > bound) return false;
    for (let k = 0; k < dimension; k++) {
      const at = link * dimension + k;
      if (Math.abs(first[at]) > bound * length || Math.abs(second[at]) > bound * length) return false;
    }
  }
  for (let i = 0; i < boundaryCoefficients.length; i++) {
    const face = internalFaceCount + i;
    const bound = NEGLIGIBLE * boundaryCoefficients[i] * spacing(face, owner[face]);
    for (let k = 0; k < dimension; k++) if (Math.abs(boundary[i * dimension + k]) > bound) return false;
  }
  return true;
}
