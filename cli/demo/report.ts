import { fourierSourceDimensions } from '../../datasets/index.js';
import type { ReportData, RunIndex } from '../../viewer/index.js';
import { type DemoResult, milliseconds, percent } from './demo-result.js';
import { DISCRETISATION_METHOD } from './discretisation-error.js';
import { accuracyTable, certificationTable, summaryOf, timeTable } from './summary.js';

/** What the run's report.html shows. */
export function reportOf(result: DemoResult, index: RunIndex): ReportData {
  const { run, recipe, sets, supervisionCost: cost, discretisation } = result;
  const summary = summaryOf(result);
  const { configuration, history } = run;
  const last = sets[sets.length - 1];
  return {
    title: 'Poisson surrogate on squares with removed corners',
    summary:
      `${recipe.title}${result.pretrained ? ', trained beforehand' : ''}: ${configuration.steps} steps on ${configuration.batchSize} parts with 4 removed corners each, ` +
      `random boundary types, ${recipe.sourcesPerSample} sources a part; tested on parts and sources it never saw. ${sourceFamily(result)}${verdict(result)}`,
    figures: [
      {
        label: 'mean relative L2 error',
        value: percent(summary.meanRelativeL2),
        note: 'the larger of the two sets',
      },
      {
        label: 'certified solves',
        value: `${summary.certified} of ${summary.samples}`,
        note: 'residual ≤ 1e-8',
      },
      { label: 'training', value: `${result.trainingSeconds.toFixed(0)} s`, note: 'without labels' },
    ],
    training: {
      lossName: recipe.supervise.name,
      steps: history.map(({ step }) => step),
      loss: history.map(({ loss }) => loss),
      learningRate: history.map(({ learningRate }) => learningRate),
      seconds: result.trainingSeconds,
    },
    supervision: {
      name: recipe.supervise.name,
      description:
        `${recipe.supervision} No converged solution is seen in training. For comparison, converged labels ` +
        `(IC(0)-PCG to 1e-8, all sources) would have cost ${milliseconds(cost.labels)} a sample.`,
      costPerSample: [
        {
          part: `types, ${recipe.sourcesPerSample} sources, matrix and right-hand sides`,
          seconds: cost.drawing,
        },
        { part: 'supervision beside the network', seconds: cost.supervision },
        { part: 'whole training step, per member of the batch', seconds: cost.step },
      ],
    },
    errors: sets.flatMap(({ set, trained }) =>
      Object.keys(trained.categories).map((category) => ({
        boundary: set.title,
        category,
        relativeL2: trained.samples.filter((sample) => sample.category === category).map((s) => s.relativeL2),
      })),
    ),
    discretisation: { method: DISCRETISATION_METHOD, errors: discretisation },
    solvers: [
      {
        name: recipe.title,
        kind: 'surrogate',
        points: [last.comparison.surrogate.firstSource, last.comparison.surrogate.nextSource].filter(
          (point) => point !== null,
        ),
      },
      ...last.comparison.classical.map(({ name, curve }) => ({
        name,
        kind: 'classical' as const,
        points: curve,
      })),
    ],
    tables: [accuracyTable(result), certificationTable(result), timeTable(result)],
    files: [
      { path: 'summary.json', description: 'all figures' },
      { path: 'model/model.onnx', description: 'the trained network' },
      { path: 'model/card.json', description: 'its card' },
      ...(result.pretrained ? [] : [{ path: 'config.json', description: 'configuration of the run' }]),
      { path: 'metrics.jsonl', description: 'loss and times of every step' },
      ...index.samples.map(({ file, name, category }) => ({
        path: `fields/${file}`,
        description: `${category}, ${name}`,
      })),
    ],
    hardware: { machine: result.hardware },
    configuration: {
      seed: String(result.seed),
      steps: String(configuration.steps),
      'batch size': String(configuration.batchSize),
      'training meshes': String(run.meshCount),
    },
  };
}

/** How rich the sources are, against the rank of a basis. */
function sourceFamily({ run: { task, operator } }: DemoResult): string {
  if (task.source.kind !== 'fourier') return '';
  const dimensions = fourierSourceDimensions(task.source, task.meshes[0].dimension);
  const family = `All sources are of one family of ${dimensions} dimensions`;
  const { rank } = operator.options as { rank?: number };
  if (operator.output !== 'basis' || rank === undefined) return `${family}. `;
  const compared = dimensions < rank ? 'fewer than' : 'not fewer than';
  return `${family}, ${compared} the basis has (${rank}): rougher loads are outside of what is shown here. `;
}

/** The answer to "is it worth it?" in a sentence, from the measured times. */
function verdict({ sets }: DemoResult): string {
  const { surrogate, classical } = sets[sets.length - 1].comparison;
  const fastest = classical.reduce((best, next) =>
    next.atEqualError.seconds < best.atEqualError.seconds ? next : best,
  );
  const solver = `${fastest.name} reaches the same error in ${milliseconds(fastest.atEqualError.seconds)}`;
  const first = milliseconds(surrogate.firstSource.seconds);
  if (surrogate.firstSource.seconds <= fastest.atEqualError.seconds) {
    return `One source takes it ${first}; ${solver}.`;
  }
  if (!surrogate.nextSource || surrogate.nextSource.seconds >= fastest.atEqualError.seconds) {
    return `At this size it is slower than a classical solver: one source takes it ${first}, ${solver}.`;
  }
  const gain = fastest.atEqualError.seconds - surrogate.nextSource.seconds;
  const queries = Math.ceil((surrogate.firstSource.seconds - surrogate.nextSource.seconds) / gain);
  return (
    `For a single source a classical solver is faster (${solver}, the surrogate takes ${first}); each further source on ` +
    `the same part takes ${milliseconds(surrogate.nextSource.seconds)}, so it pays from about ${queries} sources a part.`
  );
}
