import { describe, expect, test } from 'vitest';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { applyReducedBasis } from '../../operators/index.js';
import {
  assemble,
  conjugateGradient,
  conjugateGradientMany,
  deflation,
  incompleteCholesky,
  jacobi,
  multiply,
  type PoissonProblem,
  solve,
} from '../../solvers/index.js';
import { dot, type Kind, loads, operatorOf, smallMesh, typesOf } from '../operators/poisson-samples.js';

const mesh = smallMesh(3, 0.3);
const modes = 6;

/** Cosine modes of the square, a coarse space of 36 long waves: constants are among them. */
const cosines = (() => {
  const basis = new Float64Array(mesh.cellCount * modes * modes);
  for (let cell = 0, at = 0; cell < mesh.cellCount; cell++) {
    const [x, y] = mesh.cellCentroids.subarray(2 * cell, 2 * cell + 2);
    for (let j = 0; j < modes; j++) {
      for (let k = 0; k < modes; k++) basis[at++] = Math.cos((j * x) / 2) * Math.cos((k * y) / 2);
    }
  }
  return basis;
})();

const conditions = (kind: Kind) =>
  Object.fromEntries(
    Object.entries(typesOf(mesh, kind)).map(([patch, type]) => [
      patch,
      type === 'dirichlet' ? { type, value: 1 } : { type, flux: 0 },
    ]),
  );

describe.each<Kind>(['dirichlet', 'mixed', 'neumann'])('%s boundary', (kind) => {
  const operator = operatorOf(mesh, kind);
  const model = applyReducedBasis(operator, cosines, modes * modes, {
    regularisation: 1e-10,
    smoothing: { damping: 0.1, reach: 1 },
  });
  const [first, second, third] = loads(operator, 3, 4);
  const settings = {
    relativeTolerance: 1e-9,
    singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
  };
  const plain = conjugateGradient(operator.matrix, first, {
    ...settings,
    preconditioner: incompleteCholesky(operator.matrix),
  });
  const agrees = (solution: Float64Array, reference = plain.solution) => {
    const largest = Math.max(...reference.map(Math.abs));
    solution.forEach((value, cell) => {
      expect(Math.abs(value - reference[cell])).toBeLessThan(1e-6 * largest);
    });
  };

  test.each([
    { name: 'Jacobi', preconditioner: jacobi(operator.matrix) },
    { name: 'IC(0)', preconditioner: incompleteCholesky(operator.matrix) },
  ])(
    'deflated conjugate gradients with $name find the same solution in half the iterations',
    ({ preconditioner }) => {
      const without = conjugateGradient(operator.matrix, first, { ...settings, preconditioner });
      const result = conjugateGradient(operator.matrix, first, {
        ...settings,
        preconditioner: deflation(model.coarseSpace, preconditioner),
      });
      expect(result.status).toBe('converged');
      expect(result.iterations).toBeLessThan(without.iterations / 2);
      agrees(result.solution);
    },
  );

  test('so does the answer operator itself, in a handful', () => {
    const { preconditioner } = model;
    const result = conjugateGradient(operator.matrix, first, { ...settings, preconditioner });
    expect(result.status).toBe('converged');
    expect(result.iterations).toBeLessThan(10);
    agrees(result.solution);
  });

  test('the answer operator is symmetric and positive, four fields at once the same', () => {
    const rows = mesh.cellCount;
    const answer = (load: Float64Array) => {
      const z = new Float64Array(rows);
      model.preconditioner.apply(load, z);
      return z;
    };
    const [a, b] = [answer(first), answer(second)];
    expect(dot(first, a)).toBeGreaterThan(0);
    const scale = Math.sqrt(dot(first, a) * dot(second, b));
    expect(Math.abs(dot(first, b) - dot(second, a))).toBeLessThan(1e-6 * scale);
    const block = new Float64Array(4 * rows);
    [first, second, third].forEach((load, s) => {
      load.forEach((value, row) => {
        block[4 * row + s] = value;
      });
    });
    const answers = new Float64Array(4 * rows);
    model.preconditioner.applyBlock!(block, answers);
    b.forEach((value, row) => {
      expect(answers[4 * row + 1]).toBeCloseTo(value, 12);
    });
  });

  test('many right-hand sides start orthogonal to the coarse space, too', () => {
    const preconditioner = deflation(model.coarseSpace, incompleteCholesky(operator.matrix));
    const results = conjugateGradientMany(operator.matrix, [first, second, third], {
      ...settings,
      preconditioner,
    });
    [first, second, third].forEach((load, s) => {
      const one = conjugateGradient(operator.matrix, load, { ...settings, preconditioner });
      expect(results[s].status).toBe('converged');
      expect(results[s].iterations).toBeLessThanOrEqual(one.iterations + 2);
      agrees(results[s].solution, one.solution);
    });
  });
});

describe('solve with a coarse space', () => {
  const problem: PoissonProblem = {
    mesh,
    source: ([x, y]) => Math.sin(x) + y,
    boundaryConditions: conditions('mixed'),
  };
  const { operator, rightHandSide } = assemble(problem);
  const { coarseSpace } = applyReducedBasis(operator, cosines, modes * modes);

  test('certifies the same answer in fewer iterations', async () => {
    const options = { preconditioner: 'incomplete-cholesky', nonOrthogonalCorrection: false } as const;
    const plain = await solve(problem, options);
    const deflated = await solve(problem, { ...options, deflation: coarseSpace });
    expect(deflated.status).toBe('converged');
    expect(deflated.preconditioner).toMatch(/reduced basis \+ incomplete-cholesky/);
    expect(deflated.iterations).toBeLessThan(plain.iterations / 2);
    const image = multiply(operator.matrix, deflated.solution);
    const left = Math.hypot(...image.map((value, cell) => value - rightHandSide[cell]));
    expect(left).toBeLessThan(1.01e-8 * Math.hypot(...rightHandSide));
  });

  test('refuses one that belongs to other boundary types or another mesh', async () => {
    const other = { ...problem, boundaryConditions: conditions('dirichlet') };
    await expect(solve(other, { deflation: coarseSpace })).rejects.toThrow(/another matrix/);
    const finer = generateMesh(cornerRemovedSquare({ corners: 2, seed: 3 }), { cellSize: 0.5 });
    await expect(solve({ ...problem, mesh: finer }, { deflation: coarseSpace })).rejects.toThrow(
      /another matrix/,
    );
  });
});
