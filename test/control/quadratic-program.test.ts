import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { type LinearRow, quadraticProgram } from '../../control/quadratic-program.js';

const random = createRandom(5);
const vector = (n: number) => Float64Array.from({ length: n }, () => random.normal());
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** H = AᵀA of `rank` random rows. */
function semiDefinite(n: number, rank: number): Float64Array {
  const rows = Array.from({ length: rank }, () => vector(n));
  return Float64Array.from({ length: n * n }, (_, at) =>
    rows.reduce((sum, row) => sum + row[Math.floor(at / n)] * row[at % n], 0),
  );
}

function box(n: number, low: number, high: number): LinearRow[] {
  return Array.from({ length: n }, (_, i) => i).flatMap((i) => [
    { normal: Float64Array.from({ length: n }, (_, k) => (k === i ? 1 : 0)), bound: high },
    { normal: Float64Array.from({ length: n }, (_, k) => (k === i ? -1 : 0)), bound: -low },
  ]);
}

/** The conditions of Karush, Kuhn and Tucker, sufficient for a minimum of a convex program. */
function expectOptimal(
  hessian: Float64Array,
  gradient: Float64Array,
  rows: readonly LinearRow[],
  { x, multipliers }: { x: Float64Array; multipliers: Float64Array },
  tolerance: number,
) {
  const n = gradient.length;
  for (let i = 0; i < n; i++) {
    let stationary = gradient[i] + dot(hessian.subarray(i * n, (i + 1) * n), x);
    rows.forEach(({ normal }, row) => {
      stationary += multipliers[row] * normal[i];
    });
    expect(Math.abs(stationary)).toBeLessThan(tolerance);
  }
  rows.forEach(({ normal, bound }, row) => {
    const slack = bound - dot(normal, x);
    expect(slack).toBeGreaterThan(-tolerance);
    expect(multipliers[row]).toBeGreaterThanOrEqual(-tolerance);
    expect(Math.abs(multipliers[row] * slack)).toBeLessThan(tolerance);
  });
}

describe('a quadratic program', () => {
  test('meets the optimality conditions, whatever the rank of its Hessian', () => {
    for (let trial = 0; trial < 200; trial++) {
      const n = random.integer(1, 8);
      const hessian = semiDefinite(n, random.integer(0, n + 1));
      const gradient = vector(n);
      const rows = box(n, -1, 1);
      for (let k = random.integer(0, 12); k > 0; k--)
        rows.push({ normal: vector(n), bound: random.uniform(0, 1) });
      const result = quadraticProgram({ hessian, gradient, rows });
      expect(result.status).toBe('optimal');
      expectOptimal(hessian, gradient, rows, result, 1e-8);
    }
  });

  test('finds the vertex that enumeration finds in linear programs of two variables', () => {
    for (let trial = 0; trial < 100; trial++) {
      const gradient = vector(2);
      const rows = [
        ...box(2, -1, 1),
        ...Array.from({ length: 5 }, () => ({ normal: vector(2), bound: random.uniform(0.1, 1) })),
      ];
      let best = Number.POSITIVE_INFINITY;
      for (let a = 0; a < rows.length; a++) {
        for (let b = a + 1; b < rows.length; b++) {
          const [p, q] = [rows[a].normal, rows[b].normal];
          const determinant = p[0] * q[1] - p[1] * q[0];
          const x = Float64Array.of(
            (rows[a].bound * q[1] - rows[b].bound * p[1]) / determinant,
            (p[0] * rows[b].bound - q[0] * rows[a].bound) / determinant,
          );
          if (rows.every(({ normal, bound }) => dot(normal, x) <= bound + 1e-9))
            best = Math.min(best, dot(gradient, x));
        }
      }
      const result = quadraticProgram({ hessian: new Float64Array(4), gradient, rows });
      expect(result.value).toBeCloseTo(best, 8);
    }
  });

  test('says where no point meets the rows', () => {
    for (let trial = 0; trial < 100; trial++) {
      const n = random.integer(2, 6);
      const normal = vector(n);
      const rows = [
        ...box(n, -1, 1),
        { normal, bound: -0.1 },
        { normal: normal.map((value) => -value), bound: 0.05 },
      ];
      const { status } = quadraticProgram({ hessian: semiDefinite(n, n), gradient: vector(n), rows });
      expect(status).toBe('infeasible');
    }
  });

  test('refuses an indefinite Hessian', () => {
    expect(() =>
      quadraticProgram({
        hessian: Float64Array.of(1, 0, 0, -1),
        gradient: new Float64Array(2),
        rows: box(2, 0, 1),
      }),
    ).toThrow(/semi-definite/);
  });
});
