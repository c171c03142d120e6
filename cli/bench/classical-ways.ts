import { BLOCK_WIDTH, putField, takeField } from '../../solvers/block-multiply.js';
import {
  incompleteCholesky,
  type SparseCholesky,
  smoothedAggregation,
  sparseCholesky,
} from '../../solvers/index.js';
import type { BenchCase } from './bench-case.js';
import { iterate } from './iterate.js';
import type { Query } from './query.js';
import { MOST_FACTOR_ENTRIES } from './references.js';
import type { Setting, Way } from './ways.js';

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

/** Two substitutions are the answer, whatever the tolerance. */
const isDirect = ({ operator, orthogonal }: BenchCase, { corrected }: Setting) =>
  !operator.singular && (orthogonal || !corrected);

function direct(factor: SparseCholesky, queries: readonly Query[]): Float64Array[] {
  const fields: Float64Array[] = [];
  const rows = queries[0].load.length;
  const [loads, answers] = [new Float64Array(BLOCK_WIDTH * rows), new Float64Array(BLOCK_WIDTH * rows)];
  for (let first = 0; first < queries.length; first += BLOCK_WIDTH) {
    const group = queries.slice(first, first + BLOCK_WIDTH);
    if (group.length === 1) {
      const field = new Float64Array(rows);
      factor.apply(group[0].load, field);
      fields.push(field);
      continue;
    }
    group.forEach(({ load }, s) => {
      putField(loads, s, load);
    });
    factor.applyBlock!(loads, answers);
    for (let s = 0; s < group.length; s++) {
      const field = new Float64Array(rows);
      takeField(answers, s, field);
      fields.push(field);
    }
  }
  return fields;
}
