import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { energyParts } from '../../operators/index.js';
import { assembleOperator } from '../../solvers/index.js';
import { projectionPool } from '../../training/projection-pool.js';
import { squareGrid } from '../datasets/square-grid.js';

describe('the pool of projections', () => {
  it('gives the same bytes as the calling thread, in the order asked', async () => {
    const random = createRandom(4);
    const rank = 9;
    const requests = [4, 6, 5].map((side, index) => {
      const types = { left: 'dirichlet', right: 'neumann', bottom: 'neumann', top: 'neumann' } as const;
      const operator = assembleOperator(squareGrid(side, 2), 1, types);
      const numbers = (length: number) => Float64Array.from({ length }, () => random.normal());
      return {
        operator,
        basis: Float32Array.from(numbers(side * side * rank)),
        rank,
        rightHandSides: [numbers(side * side), numbers(side * side)],
        options: { regularisation: 1e-7, smoothing: index },
        count: 6,
      };
    });
    const before = requests.map(({ basis }) => basis.slice());
    const pool = projectionPool(2);
    try {
      expect(await pool.energies(requests)).toEqual(requests.map(energyParts));
      expect(requests.map(({ basis }) => basis)).toEqual(before);
    } finally {
      await pool.close();
    }
  });
});
