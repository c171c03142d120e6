import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import type { Mesh } from '../../geometry/mesh.js';
import { residualOf } from '../../solvers/discrete-system.js';
import {
  type BoundaryConditions,
  heatBalance,
  type NonlinearProblem,
  solve,
  solveNonlinear,
  solveTransient,
} from '../../solvers/index.js';
import { jacobianProduct } from '../../solvers/nonlinear/jacobian-product.js';
import { assemble, checkedBoundaryValues } from '../../solvers/poisson-operator.js';
import { jacobi } from '../../solvers/preconditioner.js';
import { observedOrder } from './convergence-study.js';
import { structuredMesh } from './structured-mesh.js';

const insulated = { type: 'neumann', flux: 0 } as const;

/** u = 1 + sin(x) cosh(y)/2 with κ = 1 + u²: harmonic u, so that −∇·(κ∇u) = −2 u |∇u|². */
const exact = ([x, y]: readonly number[]) => 1 + (Math.sin(x) * Math.cosh(y)) / 2;
const slopes = ([x, y]: readonly number[]) => [
  (Math.cos(x) * Math.cosh(y)) / 2,
  (Math.sin(x) * Math.sinh(y)) / 2,
];
const law = { of: (u: number) => 1 + u * u };
const h = 3;

function manufactured(mesh: Mesh): NonlinearProblem {
  const flux = (at: readonly number[], normal: readonly number[]) => {
    const [dx, dy] = slopes(at);
    return law.of(exact(at)) * (dx * normal[0] + dy * normal[1]);
  };
  return {
    mesh,
    conductivity: law,
    source: (at) => {
      const [dx, dy] = slopes(at);
      return -2 * exact(at) * (dx * dx + dy * dy);
    },
    boundaryConditions: {
      left: { type: 'dirichlet', value: exact },
      bottom: { type: 'dirichlet', value: exact },
      right: { type: 'neumann', flux: (at) => flux(at, [1, 0]) },
      top: { type: 'robin', coefficient: h, ambient: (at) => exact(at) + flux(at, [0, 1]) / h },
    },
  };
}

const meshes = {
  quadrilaterals: (n: number) => structuredMesh({ columns: n, rows: n }),
  'jittered triangles': (n: number) => {
    const random = createRandom(n);
    return structuredMesh({
      columns: n,
      rows: n,
      shape: 'triangles',
      jitter: 0.2,
      random: () => random.uniform(-1, 1),
    });
  },
};

describe('steady heat with κ of the temperature', () => {
  it.each(Object.entries(meshes))('is of second order on a manufactured solution, %s', async (_, meshOf) => {
    const points: { n: number; error: number }[] = [];
    for (const n of [8, 16, 32]) {
      const mesh = meshOf(n);
      const found = await solveNonlinear(manufactured(mesh), { relativeTolerance: 1e-10 });
      expect(found.status).toBe('converged');
      expect(found.relativeResidual).toBeLessThanOrEqual(1e-10);
      let [error, volume] = [0, 0];
      for (let cell = 0; cell < mesh.cellCount; cell++) {
        const at = mesh.cellCentroids.subarray(2 * cell, 2 * cell + 2);
        error += mesh.cellVolumes[cell] * (found.solution[cell] - exact(Array.from(at))) ** 2;
        volume += mesh.cellVolumes[cell];
      }
      points.push({ n, error: Math.sqrt(error / volume) });
    }
    expect(observedOrder(points)).toBeGreaterThan(1.85);
  });

  it('converges quadratically on orthogonal meshes', async () => {
    const { residualNorms, steps } = await solveNonlinear(manufactured(meshes.quadrilaterals(24)), {
      relativeTolerance: 1e-13,
    });
    const falls = residualNorms.slice(1).map((value, k) => value / residualNorms[k] ** 2);
    expect(steps).toBeLessThanOrEqual(7);
    // ‖r‖ₖ₊₁ ≤ C ‖r‖ₖ² with one C for all steps but those that end at round-off or at the tolerance
    const quadratic = falls.slice(1, -1);
    expect(quadratic.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...quadratic)).toBeLessThan(3 * Math.max(falls[0], 1 / residualNorms[0]));
    // the order from three residuals in turn
    const logs = residualNorms.map(Math.log);
    const orders = logs.slice(2).map((value, k) => (value - logs[k + 1]) / (logs[k + 1] - logs[k]));
    expect(Math.max(...orders)).toBeGreaterThan(1.7);
  });

  it.each(Object.entries(meshes))(
    'products with the Jacobian are differences of residuals, %s',
    (name, meshOf) => {
      const problem = manufactured(meshOf(6));
      const random = createRandom(3);
      const u = Float64Array.from({ length: problem.mesh.cellCount }, () => random.uniform(0.5, 2));
      const z = u.map(() => random.normal());
      const systemAt = (field: Float64Array) => {
        const { operator, rightHandSide } = assemble({
          ...problem,
          conductivity: field.map((value) => law.of(value)),
        });
        return {
          operator,
          rightHandSide,
          boundaryValues: checkedBoundaryValues(operator, problem.boundaryConditions),
          preconditioner: jacobi(operator.matrix),
          correctionShare: name === 'quadrilaterals' ? 0 : 1,
        };
      };
      const product = jacobianProduct(
        systemAt(u),
        u,
        u.map((value) => 2 * value),
      )(z);
      const step = 1e-6;
      const moved = (sign: number) => {
        const field = u.map((value, i) => value + sign * step * z[i]);
        return residualOf(systemAt(field), field);
      };
      const [plus, minus] = [moved(1), moved(-1)];
      const difference = plus.map((value, i) => (minus[i] - value) / (2 * step));
      const error =
        Math.hypot(...product.map((value, i) => value - difference[i])) / Math.hypot(...difference);
      // oblique faces: what κ changes in the least-squares gradients is left out
      expect(error).toBeLessThan(name === 'quadrilaterals' ? 1e-8 : 0.2);
    },
  );

  it("a slab: Kirchhoff's solution, a slope of κ given or not, heat that balances", async () => {
    const mesh = structuredMesh({ columns: 200, rows: 1, height: 0.005 });
    const boundaryConditions: BoundaryConditions = {
      left: { type: 'dirichlet', value: 0 },
      right: { type: 'dirichlet', value: 1 },
      bottom: insulated,
      top: insulated,
    };
    const linear = { of: (u: number) => 1 + u };
    for (const conductivity of [linear, { ...linear, slope: () => 1 }]) {
      const found = await solveNonlinear({ mesh, conductivity, source: 0, boundaryConditions });
      // u + u²/2 is linear in x
      for (let cell = 0; cell < mesh.cellCount; cell++) {
        const x = mesh.cellCentroids[2 * cell];
        expect(found.solution[cell]).toBeCloseTo(-1 + Math.sqrt(1 + 3 * x), 4);
      }
      const balance = heatBalance(
        { mesh, conductivity: found.conductivity, source: 0, boundaryConditions },
        found,
      );
      expect(balance.relativeImbalance).toBeLessThan(1e-7);
      expect(balance.patches.find(({ name }) => name === 'right')!.rate / (1.5 * 0.005)).toBeCloseTo(1, 3);
    }
  });

  it('is the steady state of solveTransient, two materials and convection included', async () => {
    const mesh = meshes.quadrilaterals(8);
    const copper = (cell: number) => mesh.cellCentroids[2 * cell] < 0.5;
    const problem: NonlinearProblem = {
      mesh,
      conductivity: { of: (u, cell) => (copper(cell) ? 4 - 0.01 * u : 1 + 0.02 * u) },
      source: 30,
      boundaryConditions: {
        left: { type: 'dirichlet', value: 10 },
        right: { type: 'robin', coefficient: 5, ambient: 0 },
        bottom: insulated,
        top: insulated,
      },
    };
    const steady = await solveNonlinear(problem, { relativeTolerance: 1e-11 });
    const { frames } = await solveTransient(
      { ...problem, heatCapacity: 1, initial: 10 },
      { end: 1e4, times: [1e4], relativeTolerance: 1e-10 },
    );
    frames[0].forEach((value, cell) => {
      expect(value).toBeCloseTo(steady.solution[cell], 5);
    });
  });

  it('with a constant κ it is the linear solve, in one step', async () => {
    const problem = manufactured(meshes['jittered triangles'](10));
    const options = { relativeTolerance: 1e-10 };
    const found = await solveNonlinear({ ...problem, conductivity: { of: () => 2 } }, options);
    const { solution } = await solve({ ...problem, conductivity: 2 }, options);
    found.solution.forEach((value, cell) => {
      expect(value).toBeCloseTo(solution[cell], 7);
    });
  });

  it('refuses a κ that vanishes on the way, a level that nothing fixes, a start of another mesh', async () => {
    const problem = manufactured(meshes.quadrilaterals(4));
    const vanishing = { ...problem, conductivity: { of: (u: number) => 1 - u } };
    await expect(solveNonlinear(vanishing)).rejects.toThrow(
      /expected a positive conductivity, conductivity\.of\(/,
    );
    const free = { left: insulated, right: insulated, bottom: insulated, top: insulated };
    await expect(solveNonlinear({ ...problem, source: 0, boundaryConditions: free })).rejects.toThrow(
      /nothing fixes the temperature/,
    );
    await expect(solveNonlinear(problem, { start: new Float64Array(3) })).rejects.toThrow(
      /a start of 16 values/,
    );
    const aborted = await solveNonlinear(problem, { signal: AbortSignal.abort() });
    expect(aborted.status).toBe('aborted');
  });
});
