import { type NpsolverTaskName, npsolverTask } from 'fieldsmith/datasets';
import {
  conjugateGradient,
  conjugateGradientSteps,
  incompleteCholesky,
  jacobi,
  type Preconditioner,
  type SparseMatrix,
  smoothedAggregation,
} from 'fieldsmith/solvers';
import {
  describeHardware,
  type EvaluationSample,
  openSurrogate,
  type Progress,
  relativeL2,
  type Surrogate,
  testSamples,
  writeFileAtomically,
} from 'fieldsmith/training';
import { TEST_SEED } from './parts/experiment.js';
import { mean, modelOf } from './parts/model.js';

export interface ErrorVersusTimeOptions {
  /** Run folder, or name of a model that comes with the package. */
  readonly model?: string;
  readonly task?: NpsolverTaskName;
  /** Mesh sizes, separated by commas. */
  readonly cells?: string | number;
  /** Test meshes of a category, one sample on each. */
  readonly meshes?: number;
  readonly results?: string;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const REPEATS = 3;
const TOLERANCES = [0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6];
const POLISH_STEPS = [1, 2, 4, 8, 16, 32];

const PRECONDITIONERS: Readonly<Record<string, (matrix: SparseMatrix) => Preconditioner>> = {
  'Jacobi-PCG': jacobi,
  'IC(0)-PCG': incompleteCholesky,
  'AMG-PCG': smoothedAggregation,
};

interface Point {
  readonly label: string;
  readonly seconds: number;
  readonly relativeL2: number;
}

/** One way to an answer: a field, with everything that has to be done for it. */
type Method = () => Float64Array | Promise<Float64Array>;

/**
 * Error against time for one problem on one mesh, set-up included, assembly of the equations, which all need, not: classical
 * solvers stopped at several tolerances, and a surrogate alone and polished by a few steps of IC(0)-PCG.
 */
export async function run(options: ErrorVersusTimeOptions = {}) {
  const { model = 'random-bc', task = 'random-bc', meshes = 3, signal, progress } = options;
  const { cells = '1000,10000', results = 'docs/results/npsolver-time.json' } = options;
  const surrogate = await openSurrogate(modelOf(model));
  try {
    const sizes = [];
    for (const cellCount of String(cells).split(',').map(Number)) {
      const definition = npsolverTask(task, {
        cellCount,
        seed: TEST_SEED,
        testMeshes: meshes,
        samplesPerMesh: 1,
      });
      const samples = await testSamples(definition, { seed: TEST_SEED, signal });
      const measured: Record<string, Point[]>[] = [];
      for (const sample of samples) {
        signal?.throwIfAborted();
        measured.push(await measureAll(surrogate, sample));
        progress?.update(`error against time at ${cellCount} cells`, measured.length, samples.length);
      }
      const names = Object.keys(measured[0]);
      const methods = names.map((name) => ({
        name,
        points: measured[0][name].map(({ label }, k) => ({
          label,
          seconds: mean(measured.map((all) => all[name][k].seconds)),
          relativeL2: mean(measured.map((all) => all[name][k].relativeL2)),
        })),
      }));
      sizes.push({ cells: cellCount, samples: samples.length, methods });
    }
    const result = { task, model, hardware: describeHardware(), sizes };
    writeFileAtomically(results, `${JSON.stringify(result, null, 2)}\n`);
    return sizes.map(({ cells, methods }) => ({ cells, methods: methods.map(({ name }) => name) }));
  } finally {
    await surrogate.dispose();
  }
}

async function measureAll(surrogate: Surrogate, sample: EvaluationSample): Promise<Record<string, Point[]>> {
  const { operator, rightHandSide, boundaryTypes } = sample;
  const { matrix } = operator;
  const singular = operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined;
  const curves: Record<string, Point[]> = {};
  for (const [name, preconditioner] of Object.entries(PRECONDITIONERS)) {
    curves[name] = await measure(
      sample,
      TOLERANCES.map((relativeTolerance) => [
        `‖r‖ ≤ ${relativeTolerance} ‖b‖`,
        () =>
          conjugateGradient(matrix, rightHandSide, {
            preconditioner: preconditioner(matrix),
            relativeTolerance,
            singular,
          }).solution,
      ]),
    );
  }
  const polish = (steps: number, guess: Float64Array) =>
    conjugateGradientSteps(matrix, rightHandSide, guess, steps, incompleteCholesky(matrix), { singular });
  curves['surrogate, then IC(0)-PCG steps'] = await measure(sample, [
    ['surrogate', () => surrogate.answer(sample)],
    ...POLISH_STEPS.map((steps): [string, Method] => [
      `${steps} steps`,
      async () => polish(steps, await surrogate.answer(sample)),
    ]),
  ]);
  const reduced = await surrogate.reduce(operator, boundaryTypes);
  curves['surrogate, each further source'] = await measure(sample, [
    ['encoded before', () => reduced.apply([rightHandSide]).fields[0]],
  ]);
  return curves;
}

async function measure(
  { operator, reference }: EvaluationSample,
  methods: readonly (readonly [string, Method])[],
): Promise<Point[]> {
  const gauge = operator.singular ? { gaugeVolumes: operator.mesh.cellVolumes } : {};
  const points: Point[] = [];
  for (const [label, method] of methods) {
    let least = Number.POSITIVE_INFINITY;
    let field: Float64Array = new Float64Array(0);
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const started = performance.now();
      field = await method();
      least = Math.min(least, (performance.now() - started) / 1000);
    }
    points.push({ label, seconds: least, relativeL2: relativeL2(field, reference, gauge) });
  }
  return points;
}
