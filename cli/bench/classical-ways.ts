import { incompleteCholesky, smoothedAggregation, sparseCholesky } from '../../solvers/index.js';
import type { BenchCase } from './bench-case.js';
import { direct, isDirect } from './direct-answers.js';
import { iterate } from './iterate.js';
import { MOST_FACTOR_ENTRIES } from './references.js';
import type { Way } from './ways.js';

/** Solvers that know nothing but the equations. */
export function classicalWays(given: BenchCase): Way[] {
  const { matrix } = given.operator;
  const shared = { kind: 'classical', device: 'cpu' } as const;
  return [
    {
      ...shared,
      name: 'amg',
      title: 'AMG-PCG',
      settings: 'tolerances',
      open: async () => {
        const preconditioner = smoothedAggregation(matrix);
        return { answer: (queries, setting) => iterate(given, preconditioner, queries, setting) };
      },
    },
    {
      ...shared,
      name: 'incomplete_cholesky',
      title: 'IC(0)-PCG',
      settings: 'tolerances',
      open: async () => {
        const preconditioner = incompleteCholesky(matrix);
        return { answer: (queries, setting) => iterate(given, preconditioner, queries, setting) };
      },
    },
    {
      ...shared,
      name: 'cholesky',
      title: 'a sparse Cholesky factor',
      settings: 'tolerances',
      open: async () => {
        const factor = sparseCholesky(matrix, { maximumEntries: MOST_FACTOR_ENTRIES });
        return {
          answer: async (queries, setting) =>
            isDirect(given, setting)
              ? {
                  fields: direct(factor, queries),
                  label: given.orthogonal ? 'direct' : 'direct, two-point fluxes',
                }
              : iterate(given, factor, queries, setting),
        };
      },
    },
  ];
}
