import { GeometryError } from '../common/errors.js';
import {
  createFaceSide,
  createLinkGeometry,
  type FaceSide,
  linksOf,
  measureFaceSide,
  measureLink,
} from './cell-links.js';
import type { CellConductivities } from './conductivity.js';
import type { PoissonOperator } from './poisson-operator.js';

/** Rows of the least-squares gradients: ∇u_P = Σ_f row_f · difference_f over the links and boundary faces of P. */
export interface GradientRows {
  /** `[link][dimension]` of the first cell, of the difference u_second − u_first */
  readonly first: Float64Array;
  /** `[link][dimension]` of the second cell, of the same difference */
  readonly second: Float64Array;
  /** `[boundary face][dimension]`, of value − u_P where u is prescribed or exchanged, of the flux elsewhere */
  readonly boundary: Float64Array;
}

const rowsOf = new WeakMap<PoissonOperator, GradientRows>();

/**
 * Least-squares gradient of every cell, `[cell][dimension]`, weights 1/|a|², from u of the neighbours and from the
 * boundary data:
 *
 *     link               u_N − u_P = a·∇u_P,   a = d + (d_N/k_N) (K_P − K_N) n + R K_P n
 *     Dirichlet face     g − u_P = (x_f − x_P)·∇u_P
 *     Robin face         u_ambient − u_P = (x_f − x_P + K_P n/h)·∇u_P
 *     Neumann face       flux = K_P n·∇u_P
 *
 * Across a jump of κ the normal flux and the tangential gradient are continuous, so that a reproduces piecewise linear
 * solutions with a kink (and with the step of a contact resistance) exactly.
 */
export function gradientsOf(
  operator: PoissonOperator,
  boundaryValues: Float64Array,
  u: Float64Array,
): Float64Array {
  const { mesh, boundaryCoefficients } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const rows = gradientRows(operator);
  const { count, first, second } = linksOf(operator);
  const gradients = new Float64Array(mesh.cellCount * dimension);
  for (let link = 0; link < count; link++) {
    const cell = first[link] * dimension;
    const other = second[link] * dimension;
    const difference = u[second[link]] - u[first[link]];
    for (let k = 0; k < dimension; k++) {
      gradients[cell + k] += rows.first[link * dimension + k] * difference;
      gradients[other + k] += rows.second[link * dimension + k] * difference;
    }
  }
  for (let i = 0; i < boundaryValues.length; i++) {
    const cell = owner[internalFaceCount + i];
    const difference = boundaryCoefficients[i] > 0 ? boundaryValues[i] - u[cell] : boundaryValues[i];
    for (let k = 0; k < dimension; k++) {
      gradients[cell * dimension + k] += rows.boundary[i * dimension + k] * difference;
    }
  }
  return gradients;
}

/** Computed once per operator. Throws {@link GeometryError} for a cell whose faces do not span space. */
export function gradientRows(operator: PoissonOperator): GradientRows {
  const known = rowsOf.get(operator);
  if (known) return known;
  const rows = directions(operator);
  solveLeastSquares(operator, rows);
  rowsOf.set(operator, rows);
  return rows;
}

/** The directions a of every difference. */
function directions(operator: PoissonOperator): GradientRows {
  const { mesh, resistances, robin, dirichlet, boundaryCoefficients, periodic } = operator;
  const { dimension, internalFaceCount, owner } = mesh;
  const conductivities = conductivitiesOf(operator);
  const links = linksOf(operator);
  const first = new Float64Array(links.count * dimension);
  const second = new Float64Array(links.count * dimension);
  const boundary = new Float64Array(boundaryCoefficients.length * dimension);
  const geometry = createLinkGeometry(dimension);
  for (let link = 0; link < links.count; link++) {
    const resistance = resistances?.[link] ?? 0;
    measureLink(mesh, conductivities, links, link, resistance, geometry);
    const near = geometry.first;
    const far = geometry.second;
    const farWeight = far.distance / far.normalConductivity;
    const nearWeight = near.distance / near.normalConductivity;
    for (let k = 0; k < dimension; k++) {
      const jump = near.conormal[k] - far.conormal[k];
      first[link * dimension + k] = geometry.d[k] + farWeight * jump + resistance * near.conormal[k];
      second[link * dimension + k] = geometry.d[k] - nearWeight * jump + resistance * far.conormal[k];
    }
  }
  const side: FaceSide = createFaceSide(dimension);
  for (let i = 0; i < boundaryCoefficients.length; i++) {
    const face = internalFaceCount + i;
    measureFaceSide(mesh, conductivities, owner[face], face, face, side);
    for (let k = 0; k < dimension; k++) {
      const at = i * dimension + k;
      if (dirichlet[i]) boundary[at] = side.offset[k];
      else if (robin && robin[i] > 0) boundary[at] = side.offset[k] + side.conormal[k] / robin[i];
      else boundary[at] = side.conormal[k];
    }
  }
  periodic?.faces.forEach((face, pair) => {
    for (const paired of [face, periodic.partners[pair]]) {
      const at = (paired - internalFaceCount) * dimension;
      boundary.fill(0, at, at + dimension);
    }
  });
  return { first, second, boundary };
}

export function conductivitiesOf(operator: PoissonOperator): CellConductivities {
  const { conductivity, conductivityTensors } = operator;
  return { mean: conductivity, ...(conductivityTensors && { tensors: conductivityTensors }) };
}

/**
 * Turns directions a into rows (Σ w a aᵀ)⁻¹ w a with w = 1/|a|², in place. With A = [a/|a|] of one cell by QR
 * (modified Gram–Schmidt, twice), which squares no condition number: cells of aspect ratio 1e6 keep ten digits.
 */
function solveLeastSquares(operator: PoissonOperator, rows: GradientRows): void {
  const { dimension: n, cellCount } = operator.mesh;
  const links = linksOf(operator);
  const { offsets, entries } = rowsByCell(operator);
  const arrays = [rows.first, rows.second, rows.boundary];
  const firstOf = [0, links.count, 2 * links.count];
  const locate = (entry: number): [Float64Array, number] => {
    const which = entry < firstOf[1] ? 0 : entry < firstOf[2] ? 1 : 2;
    return [arrays[which], (entry - firstOf[which]) * n];
  };
  let capacity = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    capacity = Math.max(capacity, offsets[cell + 1] - offsets[cell]);
  }
  const q = new Float64Array(capacity * n);
  const lengths = new Float64Array(capacity);
  const upper = new Float64Array(n * n);
  for (let cell = 0; cell < cellCount; cell++) {
    const m = offsets[cell + 1] - offsets[cell];
    for (let i = 0; i < m; i++) {
      const [array, at] = locate(entries[offsets[cell] + i]);
      let squared = 0;
      for (let k = 0; k < n; k++) squared += array[at + k] ** 2;
      lengths[i] = Math.sqrt(squared);
      for (let k = 0; k < n; k++) q[i * n + k] = squared > 0 ? array[at + k] / lengths[i] : 0;
    }
    if (!factorise(q, upper, m, n)) {
      throw new GeometryError(
        `solvers: the faces of cell ${cell} do not span space, so that it has no gradient: it is flat to round-off or ` +
          'its neighbours lie in one plane; regenerate or smooth the mesh there',
      );
    }
    for (let i = 0; i < m; i++) {
      const [array, at] = locate(entries[offsets[cell] + i]);
      if (lengths[i] === 0) continue;
      for (let k = n - 1; k >= 0; k--) {
        let value = q[i * n + k];
        for (let j = k + 1; j < n; j++) value -= upper[k * n + j] * array[at + j];
        array[at + k] = value / upper[k * n + k];
      }
      for (let k = 0; k < n; k++) array[at + k] /= lengths[i];
    }
  }
}

/** Column norms that orthogonalisation reduces to this part of theirs count as zero. */
const RANK_TOLERANCE = 1e-13;

/** q ← Q and upper ← R of the m × n matrix q, row-major; false where its columns are dependent. */
function factorise(q: Float64Array, upper: Float64Array, m: number, n: number): boolean {
  upper.fill(0);
  for (let k = 0; k < n; k++) {
    const before = columnNorm(q, m, n, k);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        let projection = 0;
        for (let i = 0; i < m; i++) projection += q[i * n + j] * q[i * n + k];
        for (let i = 0; i < m; i++) q[i * n + k] -= projection * q[i * n + j];
        upper[j * n + k] += projection;
      }
    }
    const norm = columnNorm(q, m, n, k);
    if (!(norm > RANK_TOLERANCE * before)) return false;
    upper[k * n + k] = norm;
    for (let i = 0; i < m; i++) q[i * n + k] /= norm;
  }
  return true;
}

function columnNorm(q: Float64Array, m: number, n: number, column: number): number {
  let squared = 0;
  for (let i = 0; i < m; i++) squared += q[i * n + column] ** 2;
  return Math.sqrt(squared);
}

/** Entries of every cell: `link` as first, `count + link` as second, `2 count + i` of boundary face i. */
function rowsByCell(operator: PoissonOperator): { offsets: Int32Array; entries: Int32Array } {
  const { mesh } = operator;
  const { count, first, second } = linksOf(operator);
  const boundaryOwners = mesh.owner.subarray(mesh.internalFaceCount);
  const cells = [first, second, boundaryOwners];
  const starts = [0, count, 2 * count];
  const offsets = new Int32Array(mesh.cellCount + 1);
  for (const list of cells) for (const cell of list) offsets[cell + 1]++;
  for (let cell = 0; cell < mesh.cellCount; cell++) offsets[cell + 1] += offsets[cell];
  const next = offsets.slice(0, mesh.cellCount);
  const entries = new Int32Array(offsets[mesh.cellCount]);
  cells.forEach((list, which) => {
    list.forEach((cell, i) => {
      entries[next[cell]++] = starts[which] + i;
    });
  });
  return { offsets, entries };
}
