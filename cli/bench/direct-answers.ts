import { BLOCK_WIDTH, putField, takeField } from '../../solvers/block-multiply.js';
import type { Preconditioner } from '../../solvers/index.js';
import type { BenchCase } from './bench-case.js';
import type { Query } from './query.js';
import type { Setting } from './ways.js';

/** Two substitutions are the answer, whatever the tolerance. */
export const isDirect = ({ operator, orthogonal }: BenchCase, { corrected }: Pick<Setting, 'corrected'>) =>
  !operator.singular && (orthogonal || !corrected);

/** Answers by substitution, four at a time. */
export function direct(factor: Preconditioner, queries: readonly Query[]): Float64Array[] {
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
