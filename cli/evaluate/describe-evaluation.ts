import { formatPercent, formatSeconds } from '../../viewer/numbers.js';
import { formatTable, type Table } from '../demo/summary.js';
import type { EvaluateResult } from './run-evaluate.js';

/** An evaluation in tables for people. */
export function describeEvaluation(result: EvaluateResult): string {
  const { operator, parameters, trainedRange, certified, model } = result;
  const { iterations } = certified;
  const [fewest, most] = trainedRange.cells;
  return `${model}: ${operator}, ${parameters} parameters, trained on ${trainedRange.geometry} of ${fewest} to ${most} cells

${formatTable(errorTable(result))}
${rangeSentences(result)}
${formatTable(timeTable(result))}

certified ${certified.certified} of ${certified.samples} problems to 1e-8: ${iterations.guess.toFixed(1)} iterations from the surrogate's answer, ${iterations.zero.toFixed(1)} from zero (IC(0)-PCG); ${certified.rejectedGuesses} answers were no better than zero
verdict   ${verdict(result)}`;
}

function errorTable({ categories, meanRelativeL2 }: EvaluateResult): Table {
  return {
    title: 'Relative L2 error',
    columns: ['', 'problems', 'mean', 'median', 'largest', 'outside of the trained range'],
    rows: [
      ...Object.entries(categories).map(([name, each]) => [
        name,
        String(each.samples),
        formatPercent(each.meanRelativeL2),
        formatPercent(each.medianRelativeL2),
        formatPercent(each.maximumRelativeL2),
        each.range.largestScore === null ? 'not known' : `${each.range.outside} of ${each.range.samples}`,
      ]),
      ['mean of the categories', '', formatPercent(meanRelativeL2), '', '', ''],
    ],
  };
}

function rangeSentences({ categories }: EvaluateResult): string {
  return Object.entries(categories)
    .filter(([, { range }]) => range.outside > 0)
    .map(
      ([name, { range }]) => `${name}: score ${range.largestScore!.toFixed(1)}, ${range.reasons[0] ?? ''}\n`,
    )
    .join('');
}

function timeTable({ comparison }: EvaluateResult): Table {
  const { firstSource, nextSource } = comparison.surrogate;
  return {
    title: 'Time to the same error (set-up included, assembly of the equations not)',
    columns: ['', 'time', 'steps'],
    rows: [
      ['surrogate, first source on a mesh', formatSeconds(firstSource.seconds), ''],
      ...(nextSource ? [['surrogate, each further source', formatSeconds(nextSource.seconds), '']] : []),
      ...comparison.classical.map(({ name, atEqualError }) => [
        name,
        formatSeconds(atEqualError.seconds),
        atEqualError.steps.toFixed(0),
      ]),
    ],
  };
}

/** Whether the surrogate is the faster way to its own error, in a sentence. */
function verdict({ comparison }: EvaluateResult): string {
  const { firstSource, nextSource } = comparison.surrogate;
  const best = comparison.classical.reduce((a, b) =>
    b.atEqualError.seconds < a.atEqualError.seconds ? b : a,
  );
  const times = (fast: number, slow: number) => (slow / fast).toFixed(1);
  const classical = best.atEqualError.seconds;
  if (firstSource.seconds < classical) {
    return `faster than ${best.name} by ${times(firstSource.seconds, classical)} from the first source on`;
  }
  if (nextSource && nextSource.seconds < classical) {
    const sources = Math.ceil((firstSource.seconds - nextSource.seconds) / (classical - nextSource.seconds));
    return `slower than ${best.name} by ${times(classical, firstSource.seconds)} for one source on a mesh, faster from ${sources} sources on`;
  }
  return `slower than ${best.name} by ${times(classical, (nextSource ?? firstSource).seconds)}: at this error the classical solver is the better choice here`;
}
