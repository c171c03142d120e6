import { existsSync, readFileSync } from 'node:fs';
import { FileError } from '../../common/errors.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { type DemoResult, percent } from './demo-result.js';
import { summaryOf } from './summary.js';

interface ResultRow {
  readonly method: string;
  readonly meanRelativeL2: number;
  readonly categories: ReturnType<typeof summaryOf>['categories'];
  readonly trainingMinutes: number;
  readonly trainingSteps: number;
  readonly seed: number;
  readonly command: string;
  readonly hardware: string;
}

/**
 * Adds a demo run to a JSON file of results `{ rows }`, in place of an earlier row of the same method, and writes the
 * table beside it, `.md` for `.json`.
 *
 * @throws FileError when the file exists and is no such list
 */
export function recordResult(path: string, result: DemoResult, command: readonly string[]): void {
  const summary = summaryOf(result);
  const row: ResultRow = {
    method: result.recipe.title,
    meanRelativeL2: summary.meanRelativeL2,
    categories: summary.categories,
    trainingMinutes: result.trainingSeconds / 60,
    trainingSteps: summary.trainingSteps,
    seed: result.seed,
    command: `fieldsmith ${command.join(' ')}`,
    hardware: result.hardware,
  };
  const rows = [...readRows(path).filter(({ method }) => method !== row.method), row].sort(
    (a, b) => a.meanRelativeL2 - b.meanRelativeL2,
  );
  writeFileAtomically(path, JSON.stringify({ rows }, null, 2) + '\n');
  writeFileAtomically(path.replace(/\.json$/, '') + '.md', markdown(rows));
}

function readRows(path: string): ResultRow[] {
  if (!existsSync(path)) return [];
  try {
    const { rows } = JSON.parse(readFileSync(path, 'utf8')) as { rows: ResultRow[] };
    if (Array.isArray(rows)) return rows;
    throw new TypeError('rows is no list');
  } catch (cause) {
    throw new FileError(`record: ${path} holds no list of result rows; move it away`, { cause });
  }
}

function markdown(rows: readonly ResultRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[
    '# 2D Poisson, squares with 0 to 4 removed corners, about 1,000 cells',
    '',
    'Mean relative L2 error over the five categories, 20 held-out samples each; trained without labels on parts with 4',
    'removed corners and random boundary types, one seed a row, by the command in the last column. NPSolver’s recipe removes the',
    'mean of every training source, as its random-type task does; the all-Dirichlet test keeps it.',
    '',
    line([
      'method',
      'all Dirichlet',
      'random types',
      'before training',
      'minutes',
      'steps',
      'hardware',
      'command',
    ]),
    line(['---', '---', '---', '---', '---', '---', '---', '---']),
    ...rows.map(({ method, categories, trainingMinutes, trainingSteps, hardware, command }) =>
      line([
        method,
        percent(categories.dirichlet.mean),
        percent(categories.randomTypes.mean),
        [categories.dirichlet, categories.randomTypes]
          .map(({ untrainedMean }) => (untrainedMean === undefined ? '–' : percent(untrainedMean)))
          .join(' / '),
        trainingMinutes.toFixed(1),
        String(trainingSteps),
        hardware,
        `\`${command}\``,
      ]),
    ),
  ].join('\n')}\n`;
}
