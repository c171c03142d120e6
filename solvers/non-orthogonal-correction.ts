import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import { checkedBoundaryValues, type PoissonOperator } from './poisson-operator.js';
import type { BoundaryConditions } from './problem.js';

/** Precomputed geometry of the correction; every array is `[face][dimension]` over all faces. */
interface CorrectionGeometry {
  /** `[internal face]` κ_f |S| (c − 1/|d|), what the matrix's coefficient lacks */
  readonly excess: Float64Array;
  /** κ_f |S| (n − c d), zero on orthogonal and Neumann faces */
  readonly flux: Float64Array;
  /** Row of the least-squares gradient of the owner: ∇u_P = Σ_f row_f · difference_f */
  readonly ownerRows: Float64Array;
  /** The same of the neighbour, internal faces only */
  readonly neighbourRows: Float64Array;
  /** `[internal face]` share of the owner's gradient in the face's */
  readonly ownerShare: Float64Array;
  /** `[boundary face]` what a Neumann flux is multiplied with to be a difference: δ/κ */
  readonly fluxToDifference: Float64Array;
}

/** Lower bound of n·d/|d|: beyond 87° the coefficient would grow without limit. */
const MINIMUM_FACE_COSINE = 0.05;

const geometries = new WeakMap<PoissonOperator, CorrectionGeometry>();

/**
 * The part of the face fluxes that two points cannot see, as a right-hand side increment c(u), `[cell]`:
 *
 *     B u = b + c(u),   c(u)_P = Σ_f ± κ_f |S| [(c_f − 1/|d|)(u_N − u_P) + (n − c_f d)·∇u_f]
 *
 * (+ for the owner, − for the neighbour) with ∇u_f interpolated from least-squares cell gradients; Dirichlet faces
 * use the cell's. It is affine in u and sums to zero over internal faces, so heat is still conserved exactly.
 *
 * c_f = 1/|d| within one material, where the outer iteration converges fastest (18 against 65 iterations to 1e-8 for
 * 1/(n·d) on triangles with points jittered by 35 %, equal accuracy). Where κ jumps c_f = 1/(n·d): then n − c_f d is
 * tangential, and only the tangential gradient is continuous there. Cell gradients carry n-components across with
 * κ_P/κ_N, so piecewise linear solutions with a kink at an interface are reproduced exactly.
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
  const { cellCount, internalFaceCount, owner, neighbour } = operator.mesh;
  const fluxes = faceCorrections(operator, boundaryValues, u);
  const increment = new Float64Array(cellCount);
  for (let face = 0; face < fluxes.length; face++) {
    increment[owner[face]] += fluxes[face];
    if (face < internalFaceCount) increment[neighbour[face]] -= fluxes[face];
  }
  return increment;
}

/** κ∇u·n|S| less its two-point part, `[face]`; zero on Neumann faces. */
export function faceCorrections(
  operator: PoissonOperator,
  boundaryValues: Float64Array,
  u: Float64Array,
): Float64Array {
  const geometry = geometryOf(operator);
  const { dimension, internalFaceCount, faceCount, owner, neighbour } = operator.mesh;
  const gradients = gradientsOf(operator, geometry, boundaryValues, u);
  const fluxes = new Float64Array(faceCount);
  for (let face = 0; face < faceCount; face++) {
    const inside = face < internalFaceCount;
    const cell = owner[face];
    const other = inside ? neighbour[face] : cell;
    const share = inside ? geometry.ownerShare[face] : 1;
    let flux = inside ? geometry.excess[face] * (u[other] - u[cell]) : 0;
    for (let k = 0; k < dimension; k++) {
      const gradient =
        share * gradients[cell * dimension + k] + (1 - share) * gradients[other * dimension + k];
      flux += geometry.flux[face * dimension + k] * gradient;
    }
    fluxes[face] = flux;
  }
  return fluxes;
}

function gradientsOf(
  operator: PoissonOperator,
  geometry: CorrectionGeometry,
  boundaryValues: Float64Array,
  u: Float64Array,
): Float64Array {
  const { mesh, dirichlet } = operator;
  const { dimension, internalFaceCount, owner, neighbour } = mesh;
  const { ownerRows, neighbourRows, fluxToDifference } = geometry;
  const gradients = new Float64Array(mesh.cellCount * dimension);
  for (let face = 0; face < internalFaceCount; face++) {
    const cell = owner[face];
    const other = neighbour[face];
    const difference = u[other] - u[cell];
    for (let k = 0; k < dimension; k++) {
      gradients[cell * dimension + k] += ownerRows[face * dimension + k] * difference;
      gradients[other * dimension + k] += neighbourRows[face * dimension + k] * difference;
    }
  }
  for (let i = 0; i < dirichlet.length; i++) {
    const face = internalFaceCount + i;
    const cell = owner[face];
    const difference = dirichlet[i] ? boundaryValues[i] - u[cell] : boundaryValues[i] * fluxToDifference[i];
    for (let k = 0; k < dimension; k++) {
      gradients[cell * dimension + k] += ownerRows[face * dimension + k] * difference;
    }
  }
  return gradients;
}

function geometryOf(operator: PoissonOperator): CorrectionGeometry {
  const known = geometries.get(operator);
  if (known) return known;
  const { mesh, conductivity, dirichlet, faceCoefficients, boundaryCoefficients } = operator;
  const { dimension, faceCount, internalFaceCount, owner, neighbour, faceNormals, faceAreas } = mesh;
  const excess = new Float64Array(internalFaceCount);
  const flux = new Float64Array(faceCount * dimension);
  const ownerRows = new Float64Array(faceCount * dimension);
  const neighbourRows = new Float64Array(internalFaceCount * dimension);
  const ownerShare = new Float64Array(internalFaceCount);
  const fluxToDifference = new Float64Array(faceCount - internalFaceCount);
  const d = new Float64Array(dimension);
  for (let face = 0; face < internalFaceCount; face++) {
    const [cell, other] = [owner[face], neighbour[face]];
    const near = Math.abs(offset(mesh, mesh.faceCentroids, face, cell, face, d));
    const along = offset(mesh, mesh.cellCentroids, other, cell, face, d);
    const far = Math.max(along - near, 0);
    ownerShare[face] = along > 0 ? far / along : 0.5;
    const ratio = conductivity[cell] / conductivity[other];
    const faceConductivity = (near + far) / (near / conductivity[cell] + far / conductivity[other]);
    const weight = faceConductivity * faceAreas[face];
    const full =
      ratio === 1 ? faceCoefficients[face] : weight / Math.max(along, MINIMUM_FACE_COSINE * Math.hypot(...d));
    excess[face] = full - faceCoefficients[face];
    for (let k = 0; k < dimension; k++) {
      const at = face * dimension + k;
      const normal = faceNormals[at];
      const tangential = d[k] - along * normal;
      flux[at] = weight * normal - full * d[k];
      // u_N − u_P = ∇u_P · (tangential + (d_P + d_N κ_P/κ_N) n), and likewise seen from N
      ownerRows[at] = tangential + (near + far * ratio) * normal;
      neighbourRows[at] = tangential + (near / ratio + far) * normal;
    }
  }
  for (let i = 0; i < dirichlet.length; i++) {
    const face = internalFaceCount + i;
    const cell = owner[face];
    const distance = offset(mesh, mesh.faceCentroids, face, cell, face, d);
    fluxToDifference[i] = distance / conductivity[cell];
    for (let k = 0; k < dimension; k++) {
      const at = face * dimension + k;
      ownerRows[at] = dirichlet[i] ? d[k] : distance * faceNormals[at];
      if (!dirichlet[i]) continue;
      flux[at] = conductivity[cell] * faceAreas[face] * faceNormals[at] - boundaryCoefficients[i] * d[k];
    }
  }
  solveNormalEquations(mesh, ownerRows, neighbourRows);
  const geometry = { excess, flux, ownerRows, neighbourRows, ownerShare, fluxToDifference };
  geometries.set(operator, geometry);
  return geometry;
}

/** Writes target − centroid of `cell` into `d`; its component along the normal of `face`. */
function offset(
  mesh: Mesh,
  targets: Float64Array,
  target: number,
  cell: number,
  face: number,
  d: Float64Array,
): number {
  const { dimension, cellCentroids, faceNormals } = mesh;
  let along = 0;
  for (let k = 0; k < dimension; k++) {
    d[k] = targets[target * dimension + k] - cellCentroids[cell * dimension + k];
    along += d[k] * faceNormals[face * dimension + k];
  }
  return along;
}

/** Turns directions a_f into rows (Σ w a aᵀ)⁻¹ w a of the gradient with w = 1/|a|², in place. */
function solveNormalEquations(mesh: Mesh, ownerRows: Float64Array, neighbourRows: Float64Array): void {
  const { dimension: n, cellCount, faceCount, internalFaceCount, owner, neighbour } = mesh;
  const moments = new Float64Array(cellCount * n * n);
  const accumulate = (rows: Float64Array, face: number, cell: number) => {
    const weight = 1 / squaredLength(rows, face, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        moments[(cell * n + i) * n + j] += weight * rows[face * n + i] * rows[face * n + j];
      }
    }
  };
  for (let face = 0; face < faceCount; face++) accumulate(ownerRows, face, owner[face]);
  for (let face = 0; face < internalFaceCount; face++) accumulate(neighbourRows, face, neighbour[face]);
  for (let cell = 0; cell < cellCount; cell++) invertSymmetric(moments, cell * n * n, n);
  const row = new Float64Array(n);
  const apply = (rows: Float64Array, face: number, cell: number) => {
    const weight = 1 / squaredLength(rows, face, n);
    for (let i = 0; i < n; i++) row[i] = weight * rows[face * n + i];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += moments[(cell * n + i) * n + j] * row[j];
      rows[face * n + i] = sum;
    }
  };
  for (let face = 0; face < faceCount; face++) apply(ownerRows, face, owner[face]);
  for (let face = 0; face < internalFaceCount; face++) apply(neighbourRows, face, neighbour[face]);
}

function squaredLength(rows: Float64Array, face: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += rows[face * n + i] ** 2;
  return sum;
}

/** Gauss–Jordan of one n × n block in place; its rows span space, as a closed cell's face directions do. */
function invertSymmetric(block: Float64Array, at: number, n: number): void {
  for (let pivot = 0; pivot < n; pivot++) {
    const inverse = 1 / block[at + pivot * n + pivot];
    block[at + pivot * n + pivot] = 1;
    for (let j = 0; j < n; j++) block[at + pivot * n + j] *= inverse;
    for (let i = 0; i < n; i++) {
      if (i === pivot) continue;
      const factor = block[at + i * n + pivot];
      block[at + i * n + pivot] = 0;
      for (let j = 0; j < n; j++) block[at + i * n + j] -= factor * block[at + pivot * n + j];
    }
  }
}
