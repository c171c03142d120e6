import { type DemoResult, milliseconds, percent } from './demo-result.js';
import { CORNER_COUNTS, categoryName } from './held-out.js';

/** `summary.json`: the figures of a demo run for programs. */
export function summaryOf(result: DemoResult) {
  const { sets } = result;
  return {
    recipe: result.recipe.title,
    ...(result.pretrained && { pretrained: result.pretrained }),
    seed: result.seed,
    /** The larger of the two sets' means. */
    meanRelativeL2: Math.max(...sets.map(({ trained }) => trained.meanRelativeL2)),
    categories: Object.fromEntries(
      sets.map(({ set, trained, untrained }) => [
        set.name,
        {
          mean: trained.meanRelativeL2,
          ...(untrained && { untrainedMean: untrained.meanRelativeL2 }),
          ...Object.fromEntries(
            Object.entries(trained.categories).map(([name, { meanRelativeL2 }]) => [name, meanRelativeL2]),
          ),
        },
      ]),
    ),
    discretisation: result.discretisation,
    samples: sets.reduce((sum, { certification }) => sum + certification.samples, 0),
    certified: sets.reduce((sum, { certification }) => sum + certification.certified, 0),
    trainingSeconds: result.trainingSeconds,
    trainingSteps: result.run.configuration.steps,
    iterations: Object.fromEntries(
      sets.map(({ set, certification }) => [set.name, certification.iterations]),
    ),
    comparison: Object.fromEntries(sets.map(({ set, comparison }) => [set.name, comparison])),
    supervisionSecondsPerSample: result.supervisionCost,
    hardware: result.hardware,
  };
}

export interface Table {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Errors and iterations: the same for the same seed. */
export function accuracyTable({ sets, discretisation }: DemoResult): Table {
  const names = CORNER_COUNTS.map(categoryName);
  const meanDiscretisation =
    discretisation.reduce((sum, entry) => sum + entry.relativeL2, 0) / discretisation.length;
  return {
    title: 'Relative L2 error on held-out parts',
    note: `Trained on parts with 4 removed corners and random boundary types only; ${sets[0].set.samples.length / CORNER_COUNTS.length} samples a category.`,
    columns: ['', ...names, 'mean'],
    rows: [
      ...sets.flatMap(({ set, trained, untrained }) =>
        [
          ['surrogate', trained] as const,
          ...(untrained ? [['before training', untrained] as const] : []),
        ].map(([kind, evaluation]) => [
          `${set.title}, ${kind}`,
          ...names.map((name) => percent(evaluation.categories[name].meanRelativeL2)),
          percent(evaluation.meanRelativeL2),
        ]),
      ),
      [
        'discretisation (all Dirichlet)',
        ...discretisation.map(({ relativeL2 }) => percent(relativeL2)),
        percent(meanDiscretisation),
      ],
    ],
  };
}

/** Certified solves to ‖b − Bu‖/‖b‖ ≤ 1e-8. */
export function certificationTable({ sets }: DemoResult): Table {
  return {
    title: 'Certified solves, ‖b − Bu‖ ≤ 1e-8 ‖b‖, IC(0)-PCG',
    columns: ['', 'certified', 'iterations from the surrogate', 'from zero', 'guesses rejected'],
    rows: sets.map(({ set, certification }) => [
      set.title,
      `${certification.certified} of ${certification.samples}`,
      certification.iterations.guess.toFixed(1),
      certification.iterations.zero.toFixed(1),
      String(certification.rejectedGuesses),
    ]),
  };
}

/** Wall times, which vary from run to run. */
export function timeTable({ sets }: DemoResult): Table {
  return {
    title: 'Time to the same error, set-up included (assembly of the equations, which all need, is not)',
    note:
      'A classical solver stops at the surrogate’s error on each sample. "Certified" is what the 1e-8 solve takes after ' +
      'the guess, and from zero.',
    columns: [
      '',
      'surrogate, first source',
      'each further source',
      ...sets[0].comparison.classical.map(({ name }) => name),
      'certified after guess',
      'from zero',
    ],
    rows: sets.map(({ set, comparison, certification }) => [
      set.title,
      milliseconds(comparison.surrogate.firstSource.seconds),
      comparison.surrogate.nextSource
        ? milliseconds(comparison.surrogate.nextSource.seconds)
        : 'as the first',
      ...comparison.classical.map(
        ({ atEqualError }) =>
          `${milliseconds(atEqualError.seconds)} (${atEqualError.steps.toFixed(0)} steps)`,
      ),
      milliseconds(certification.solveSeconds.guess),
      milliseconds(certification.solveSeconds.zero),
    ]),
  };
}

/** Columns aligned for a terminal. */
export function formatTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index])))
      .join('  ');
  return [title, line(columns), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join(
    '\n',
  );
}
