import { describe, expect, it } from 'vitest';
import {
  constraintFamily,
  poissonConstraint,
  poissonConstraintSample,
  projectFields,
  projectionOf,
  solveConstraint,
} from '../../../operators/index.js';
import { denseCotangent, fieldCotangent } from '../../../operators/reduced-basis/projection-adjoint.js';
import {
  assembleOperator,
  assembleRightHandSide,
  conjugateGradient,
  heatBalance,
  jacobi,
  multiply,
  type PoissonProblem,
} from '../../../solvers/index.js';
import { dot, type Kind, loads, operatorOf, randomBasis, smallMesh, typesOf } from '../poisson-samples.js';
import { norm, randomVector } from './fixtures.js';

const mesh = smallMesh();
const rank = 7;
const kinds: Kind[] = ['dirichlet', 'mixed', 'neumann'];
const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, at) => value - b[at]));

describe.each(kinds)('poissonConstraint, %s boundary', (kind) => {
  const operator = operatorOf(mesh, kind);
  const [load] = loads(operator, 1, 5);
  const problem = poissonConstraint().problem(poissonConstraintSample(operator, load));
  const basis = randomBasis(mesh.cellCount, rank, 3);
  const laws = kind === 'neumann' ? 'projected' : 'none';

  it('is, by the Ritz norm and with one expert, the reduced basis and its adjoint', () => {
    const projection = projectionOf(operator, basis, rank, { regularisation: 0 });
    const projected = projectFields(projection, [load]);
    const solution = solveConstraint(problem, basis, rank, { norm: 'ritz', laws });
    expect(distance(solution.field, projected.fields[0])).toBeLessThan(1e-10 * norm(solution.field));
    const cotangent = randomVector(mesh.cellCount, 2);
    const expected = denseCotangent(projection, fieldCotangent(projection, projected, [cotangent]));
    const { basis: gradient } = solution.adjoint(cotangent);
    expect(distance(gradient, expected)).toBeLessThan(1e-9 * norm(expected));
  });

  it('errs less in energy the more experts are coupled, by either kind of window', () => {
    const { solution: exact } = conjugateGradient(operator.matrix, load, {
      preconditioner: jacobi(operator.matrix),
      relativeTolerance: 1e-12,
      singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
    });
    const energy = (field: Float64Array): number => {
      const error = field.map((value, cell) => value - exact[cell]);
      return Math.sqrt(Math.max(0, dot(error, multiply(operator.matrix, error))));
    };
    const smooth = Float64Array.from({ length: mesh.cellCount * rank }, (_, at) => {
      const cell = Math.floor(at / rank);
      return Math.sin(
        (1 + (at % rank)) * 0.4 * mesh.cellCentroids[2 * cell] +
          mesh.cellCentroids[2 * cell + 1] +
          (at % rank),
      );
    });
    const errorOf = (experts: number, overlap: number): number =>
      energy(solveConstraint(problem, smooth, rank, { norm: 'ritz', experts, overlap, laws }).field);
    const one = errorOf(1, 0);
    for (const overlap of [0, 0.6]) {
      const four = errorOf(4, overlap);
      expect(four).toBeLessThan(one * (1 + 1e-9));
      expect(errorOf(8, overlap)).toBeLessThan(one);
    }
  });
});

describe('conditions and balances', () => {
  const types = typesOf(mesh, 'mixed');
  const conditions = Object.fromEntries(
    Object.entries(types).map(([name, type], index) => [
      name,
      type === 'dirichlet'
        ? { type, value: ([x, y]: readonly number[]) => Math.sin(x) + index * y }
        : { type, flux: 0.3 * index },
    ]),
  ) as PoissonProblem['boundaryConditions'];
  const physical: PoissonProblem = { mesh, source: ([x, y]) => x - 0.5 * y, boundaryConditions: conditions };
  const operator = assembleOperator(mesh, undefined, types);
  const load = assembleRightHandSide(operator, physical.source!, conditions);
  const basis = randomBasis(mesh.cellCount, rank, 3);

  it.each(['in-solve', 'projected'] as const)(
    'balances heat over the domain to machine precision: %s',
    (laws) => {
      const problem = poissonConstraint({ balancedParts: 1 }).problem(
        poissonConstraintSample(operator, load),
      );
      for (const norm of ['ritz', 'least-squares'] as const) {
        const { field } = solveConstraint(problem, basis, rank, { norm, experts: 3, laws });
        const balance = heatBalance(physical, { solution: field, nonOrthogonalCorrection: 0 }, operator);
        expect(balance.relativeImbalance).toBeLessThan(1e-13);
        // what the condition says, on every face of a Dirichlet patch
        for (const patch of mesh.patches.filter(({ name }) => types[name] === 'dirichlet')) {
          const condition = conditions[patch.name] as { value: (x: readonly number[]) => number };
          for (let face = patch.start; face < patch.start + patch.size; face++) {
            const centroid = [mesh.faceCentroids[2 * face], mesh.faceCentroids[2 * face + 1]];
            expect(balance.faceValues[face - mesh.internalFaceCount]).toBeCloseTo(
              condition.value(centroid),
              12,
            );
          }
        }
      }
    },
  );

  it('balances parts of the domain each', () => {
    const parts = 4;
    const problem = poissonConstraint({ balancedParts: parts }).problem(
      poissonConstraintSample(operator, load),
    );
    expect(problem.laws).toHaveLength(parts);
    const { field } = solveConstraint(problem, basis, rank, { norm: 'ritz', experts: 4, laws: 'in-solve' });
    for (const { points, coefficients, value } of problem.laws!) {
      const terms = Array.from(points, (point, at) => coefficients[at] * field[point]);
      const size = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(value));
      expect(Math.abs(terms.reduce((sum, term) => sum + term, -value))).toBeLessThan(1e-14 * size);
    }
  });

  it('is found again by its name, and refuses data of another size', () => {
    const family = constraintFamily({ name: 'poisson', options: { balancedParts: 2 } });
    expect(family.problem(poissonConstraintSample(operator, load)).laws).toHaveLength(2);
    expect(() => family.problem(poissonConstraintSample(operator, load.subarray(1)))).toThrow(
      /right-hand side/,
    );
    expect(() => constraintFamily({ name: 'ising', options: {} })).toThrow(
      /no constraint 'ising'; known: .*poisson/,
    );
  });
});
