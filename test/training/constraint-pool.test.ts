import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  burgersSpaceTimeConstraint,
  CONSTRAINT_DEFAULTS,
  type ConstraintExecutor,
  type LossRequest,
  onThisThread,
  type SolveRequest,
} from '../../operators/index.js';
import { constraintPool } from '../../training/constraint-pool.js';

const family = burgersSpaceTimeConstraint({ points: 16, frames: 5, interval: 0.05, viscosity: 0.05 });

function requests(): SolveRequest[] {
  const random = createRandom(4);
  return [1, 0.6, 0.3].map((height, index) => ({
    family,
    sample: { initial: Float64Array.from({ length: 16 }, (_, i) => height * Math.sin((Math.PI * i) / 8)) },
    basis: Float32Array.from({ length: 80 * 3 }, () => random.normal()),
    columns: 3,
    options: {
      ...CONSTRAINT_DEFAULTS,
      mode: index === 1 ? 'coupled' : 'independent',
      experts: [1, 4],
      samples: 12,
      seed: index,
    },
    only: index === 2 ? [1, 3] : undefined,
  }));
}

async function everything(executor: ConstraintExecutor) {
  const solves = requests();
  const answers = await executor.solve(solves);
  const cotangent = Float64Array.from({ length: 80 }, (_, at) => Math.cos(at));
  const adjoints = await executor.adjoint(
    solves.map((request, at) => ({ ...request, outcomes: answers[at].outcomes, cotangent })),
  );
  const losses = await executor.loss(
    solves.map(
      (request): LossRequest => ({
        ...request,
        only: undefined,
        loss: 'residual',
        lossWeights: {},
        solve: true,
      }),
    ),
  );
  return { answers, adjoints, losses };
}

describe('the pool of constraint solves', () => {
  it('gives the same bytes as the calling thread, in the order asked', async () => {
    const pool = constraintPool(2);
    try {
      expect(await everything(pool.executor)).toEqual(await everything(onThisThread));
    } finally {
      await pool.close();
    }
  });

  it('leaves families of other packages on the calling thread', async () => {
    const pool = constraintPool(1);
    try {
      const own = requests().map((request) => ({
        ...request,
        family: { ...family, name: 'my-own', options: () => 1 },
      }));
      expect(await pool.executor.solve(own)).toEqual(await onThisThread.solve(requests()));
    } finally {
      await pool.close();
    }
  });
});
