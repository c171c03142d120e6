import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  aggregationBasis,
  cosineBasis,
  properOrthogonalDecomposition,
} from '../../operators/classical-bases/index.js';
import { symmetricEigen } from '../../operators/classical-bases/symmetric-eigen.js';
import { applyReducedBasis } from '../../operators/index.js';
import {
  conjugateGradient,
  incompleteCholesky,
  multiply,
  type PoissonOperator,
} from '../../solvers/index.js';
import { structuredMesh } from '../solvers/structured-mesh.js';
import { dot, loads, operatorOf, randomBasis, smallMesh } from './poisson-samples.js';

const operator = operatorOf(smallMesh(), 'mixed');
const { rows } = operator.matrix;
const column = (basis: Float64Array, rank: number, j: number) =>
  Float64Array.from({ length: basis.length / rank }, (_, row) => basis[row * rank + j]);

const solveExactly = ({ matrix }: PoissonOperator, load: Float64Array) =>
  conjugateGradient(matrix, load, {
    preconditioner: incompleteCholesky(matrix),
    relativeTolerance: 1e-12,
  }).solution;

/** (u − v)ᵀB(u − v) / uᵀBu */
const relativeEnergyError = (u: Float64Array, v: Float64Array) => {
  const difference = u.map((value, cell) => value - v[cell]);
  const energy = (w: Float64Array) => dot(w, multiply(operator.matrix, w));
  return energy(difference) / energy(u);
};

describe('eigenvalues of symmetric matrices', () => {
  test.each([1, 2, 7, 40])('%i rows: A v = λ v, orthonormal, descending', (n) => {
    const random = createRandom(n);
    const half = Float64Array.from({ length: n * n }, () => random.normal());
    const matrix = half.map((_, at) => half[at] + half[(at % n) * n + Math.floor(at / n)]);
    const { values, vectors } = symmetricEigen(matrix, n);
    const vector = (k: number) => vectors.subarray(k * n, (k + 1) * n);
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < n; i++) {
        expect(dot(matrix.subarray(i * n, (i + 1) * n), vector(k))).toBeCloseTo(values[k] * vector(k)[i], 11);
      }
      for (let j = 0; j < n; j++) expect(dot(vector(j), vector(k))).toBeCloseTo(j === k ? 1 : 0, 12);
      if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
    }
  });

  test('small eigenvalues of a scaled diagonal dominant matrix are relatively accurate', () => {
    // D H D with H close to 1: the product of eigenvalues is det H · Π d²
    const d = [1, 1e-4, 1e-8];
    const h = [1, 0.1, 0.2, 0.1, 1, 0.3, 0.2, 0.3, 1];
    const matrix = Float64Array.from(h, (value, at) => value * d[Math.floor(at / 3)] * d[at % 3]);
    const { values } = symmetricEigen(matrix, 3);
    const determinant = 1 + 2 * 0.1 * 0.2 * 0.3 - 0.1 ** 2 - 0.2 ** 2 - 0.3 ** 2;
    expect((values[0] * values[1] * values[2]) / (determinant * 1e-24)).toBeCloseTo(1, 7);
  });
});

describe('proper orthogonal decomposition', () => {
  const snapshots = loads(operator, 24, 1).map((load) => solveExactly(operator, load));

  test('is orthonormal in the energy inner product', () => {
    const { basis, rank } = properOrthogonalDecomposition(operator, snapshots, { rank: 6 });
    expect(rank).toBe(6);
    for (let i = 0; i < rank; i++) {
      const image = multiply(operator.matrix, column(basis, rank, i));
      for (let j = 0; j < rank; j++)
        expect(dot(image, column(basis, rank, j))).toBeCloseTo(i === j ? 1 : 0, 9);
    }
  });

  test('misses of the snapshots what its energies say, and less than other combinations of them', () => {
    const rank = 4;
    const found = properOrthogonalDecomposition(operator, snapshots, { rank });
    const missed = (basis: Float64Array) => {
      const model = applyReducedBasis(operator, basis, rank, { regularisation: 1e-14 });
      const images = snapshots.map((snapshot) => multiply(operator.matrix, snapshot));
      const { fields } = model.apply(images);
      const errors = fields.map((field, s) => relativeEnergyError(snapshots[s], field));
      return errors.reduce((sum, error) => sum + error, 0) / snapshots.length;
    };
    const total = found.energies.reduce((sum, energy) => sum + energy, 0);
    const tail = found.energies.subarray(rank).reduce((sum, energy) => sum + energy, 0);
    expect(total).toBeCloseTo(snapshots.length, 9);
    expect(missed(found.basis) / (tail / total)).toBeCloseTo(1, 4);
    const mixing = randomBasis(snapshots.length, rank, 3);
    const other = new Float64Array(rows * rank);
    for (let cell = 0; cell < rows; cell++)
      for (let j = 0; j < rank; j++)
        for (let s = 0; s < snapshots.length; s++)
          other[cell * rank + j] += snapshots[s][cell] * mixing[s * rank + j];
    expect(missed(found.basis)).toBeLessThan(missed(other));
  });

  test('of a family of few dimensions is that small and answers all of the family', () => {
    const family = loads(operator, 3, 7);
    const mixed = (seed: number) => {
      const random = createRandom(seed);
      const weights = family.map(() => random.normal());
      return family[0].map((_, cell) =>
        weights.reduce((sum, weight, k) => sum + weight * family[k][cell], 0),
      );
    };
    const solved = Array.from({ length: 9 }, (_, seed) => solveExactly(operator, mixed(seed)));
    const { basis, rank } = properOrthogonalDecomposition(operator, solved, { rank: 8 });
    expect(rank).toBe(3);
    const load = mixed(100);
    const { fields } = applyReducedBasis(operator, basis, rank).apply([load]);
    expect(relativeEnergyError(solveExactly(operator, load), fields[0])).toBeLessThan(1e-12);
  });

  test('refuses ranks without snapshots, and snapshots of zero or of another mesh', () => {
    expect(() => properOrthogonalDecomposition(operator, snapshots, { rank: 25 })).toThrow(/1 to 24/);
    expect(() =>
      properOrthogonalDecomposition(operator, [new Float64Array(rows), snapshots[0]], { rank: 1 }),
    ).toThrow(/snapshot 0 has no energy/);
    expect(() => properOrthogonalDecomposition(operator, [new Float64Array(3)], { rank: 1 })).toThrow(
      /3 values/,
    );
  });
});

describe('smoothed aggregation', () => {
  test.each([1, 5, 16])('%i patches share the cells among them, each connected', (rank) => {
    const { basis } = aggregationBasis(operator, { rank, smoothing: 0 });
    const patchOf = Array.from({ length: rows }, (_, cell) => {
      const own = [...basis.subarray(cell * rank, (cell + 1) * rank)];
      expect(own.reduce((sum, value) => sum + value, 0)).toBe(1);
      return own.indexOf(1);
    });
    const { rowOffsets, columns } = operator.matrix;
    for (let patch = 0; patch < rank; patch++) {
      const cells = patchOf.flatMap((own, cell) => (own === patch ? [cell] : []));
      const reached = new Set(cells.slice(0, 1));
      for (const cell of reached) {
        for (let entry = rowOffsets[cell]; entry < rowOffsets[cell + 1]; entry++)
          if (patchOf[columns[entry]] === patch) reached.add(columns[entry]);
      }
      expect(reached.size).toBe(cells.length);
      expect(cells.length).toBeGreaterThan(0);
      expect(cells.length).toBeLessThan((4 * rows) / rank + 1);
    }
  });

  test('smoothing keeps constants where nothing is held, and lowers the energy', () => {
    const free = operatorOf(smallMesh(), 'neumann');
    const rank = 9;
    const { basis } = aggregationBasis(free, { rank });
    for (let cell = 0; cell < rows; cell++) {
      const sum = basis.subarray(cell * rank, (cell + 1) * rank).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
    const energy = (phi: Float64Array) => {
      let total = 0;
      for (let j = 0; j < rank; j++) {
        const field = column(phi, rank, j);
        total += dot(field, multiply(free.matrix, field));
      }
      return total;
    };
    expect(energy(basis)).toBeLessThan(0.5 * energy(aggregationBasis(free, { rank, smoothing: 0 }).basis));
  });

  test('one patch per cell is the whole space: the answer is the solution', () => {
    const { basis, rank } = aggregationBasis(operator, { rank: rows, smoothing: 0 });
    const [load] = loads(operator, 1, 5);
    const { fields } = applyReducedBasis(operator, basis, rank, { regularisation: 1e-14 }).apply([load]);
    expect(relativeEnergyError(solveExactly(operator, load), fields[0])).toBeLessThan(1e-16);
  });

  test('refuses more patches than cells', () => {
    expect(() => aggregationBasis(operator, { rank: rows + 1 })).toThrow(/cells/);
  });
});

test('cosine modes on a regular grid are orthogonal, the longest ones, each once', () => {
  const mesh = structuredMesh({ columns: 12, rows: 12, width: 2, height: 2 });
  const rank = 11;
  const { basis } = cosineBasis(mesh, { rank });
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < i; j++) {
      expect(dot(column(basis, rank, i), column(basis, rank, j))).toBeCloseTo(0, 10);
    }
  }
  // eigenfunctions of the insulated square: −∇²cos(½πk(x + 1)) = (πk/2)² cos, so |k|² is in their energy
  const free = operatorOf(mesh, 'neumann');
  const waves = Array.from({ length: rank }, (_, j) => {
    const field = column(basis, rank, j);
    const area = (4 / 144) * dot(field, field);
    return Math.round(dot(field, multiply(free.matrix, field)) / area / (Math.PI / 2) ** 2);
  });
  expect(waves).toEqual([0, 1, 1, 2, 4, 4, 5, 5, 8, 9, 9]);
});
