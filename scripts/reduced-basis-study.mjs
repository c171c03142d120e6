// Rank, encoder width, data kinds, mesh size and dimension of the neural reduced basis, untrained, trained and against plain
// cosine modes; writes docs/results/reduced-basis.{json,md}. Build first: node scripts/build.mjs
//
//   node scripts/reduced-basis-study.mjs [--quick] [--ranks 64,128,192] [--widths 32,64] [--steps 200] [--samples 10]
//     [--cells 1000,10000] [--cubes 1000,8000] [--steps3d 0] [--out docs/results/reduced-basis]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import * as datasets from '../dist/datasets/index.js';
import { combineSeeds, createRandom } from '../dist/datasets/index.js';
import { cubeWithCylindricalHole } from '../dist/geometry/index.js';
import * as operators from '../dist/operators/index.js';
import { exportOnnx, loadModel } from '../dist/runtime/index.js';
import * as solvers from '../dist/solvers/index.js';
import * as training from '../dist/training/index.js';

const { values: given } = parseArgs({
  args: argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    ranks: { type: 'string' },
    widths: { type: 'string' },
    steps: { type: 'string' },
    steps3d: { type: 'string' },
    samples: { type: 'string' },
    cells: { type: 'string' },
    cubes: { type: 'string' },
    out: { type: 'string', default: 'docs/results/reduced-basis' },
  },
});
const FULL = {
  ranks: '64,128,192',
  widths: '32,64',
  steps: '200',
  steps3d: '100',
  samples: '10',
  cells: '1000,10000',
  cubes: '1000,8000',
};
const QUICK = {
  ranks: '64,128',
  widths: '64',
  steps: '0',
  steps3d: '0',
  samples: '5',
  cells: '1000,10000',
  cubes: '1000,8000',
};
const options = { ...(given.quick ? QUICK : FULL), ...given };
const numbers = (text) => text.split(',').map(Number);

const SEED = 4711;
const TRAINING = { meshes: 60, cells: 1000, cubeCells: 2000, batchSize: 4, sources: 16, maximumRate: 4e-3 };
const CORRECTION = operators.REDUCED_BASIS_DEFAULTS.correction;
const SMOOTHING = operators.REDUCED_BASIS_DEFAULTS.smoothing;

/** What a basis is asked: random boundary types throughout. */
const KINDS = {
  sources: {},
  temperatures: { boundary: datasets.piecewiseTemperatures({ types: datasets.someDirichlet() }) },
  fluxes: { fluxes: datasets.uniformFluxes() },
  'lognormal κ': { conductivity: datasets.lognormalConductivity() },
  'inclusions of κ': { conductivity: datasets.inclusions() },
  'all Neumann': { boundary: datasets.allNeumann() },
};

async function squares(cellCount, corners, count, seed) {
  return datasets.generateMeshes(datasets.cornerRemovedMeshes({ corners, count, cellCount, seed }), {
    workers: 0,
  });
}
const cubes = (cellCount, count, seed) =>
  Array.from({ length: count }, (_, i) =>
    cubeWithCylindricalHole({ seed: combineSeeds(seed, i), cellCount }),
  );

async function samplesOf(dimension, cellCount, kind) {
  const count = Number(options.samples);
  const draw = (meshes, category, number) =>
    training.evaluationSamples(datasets.poissonTask({ meshes, ...KINDS[kind] }), {
      category,
      count: number,
      seed: combineSeeds(SEED, 2),
      relativeTolerance: 1e-9,
    });
  if (dimension === 3) return draw(cubes(cellCount, Math.min(3, count), SEED + 1), 'cube', count);
  const samples = [];
  for (const corners of [0, 1, 2, 3, 4]) {
    const number = Math.max(1, Math.round(count / 5));
    samples.push(
      ...draw(await squares(cellCount, corners, corners === 0 ? 1 : number, SEED + 1), `${corners}`, number),
    );
  }
  return samples;
}

/** A basis as a function of a sample. */
async function encoderOf(operator, dimension, features, parameters) {
  const counts = operators.encoderFeatureCounts(dimension, features);
  const onnx = exportOnnx(
    (inputs, weights) => ({ basis: operator.forward(weights, inputs) }),
    operators.batchSpecs(counts.cellFeatures, counts.faceFeatures, 1),
    { parameters },
  );
  const model = await loadModel(onnx, { device: 'cpu' });
  return {
    encode: async ({ operator: equations, boundaryTypes }) => {
      const inputs = operators.encoderInputs(equations.mesh, boundaryTypes, equations.conductivity, features);
      const { basis } = await model.run(operators.batchInputs([inputs]));
      return { basis: basis.data, rank: basis.shape[2] };
    },
    dispose: model.dispose,
  };
}

async function trainedParameters(operator, dimension, features, steps, kind) {
  const out = mkdtempSync(join(tmpdir(), 'reduced-basis-study-'));
  const meshes =
    dimension === 3
      ? cubes(TRAINING.cubeCells, 12, SEED)
      : await squares(TRAINING.cells, 4, TRAINING.meshes, SEED);
  try {
    const run = await training.train(
      operator,
      datasets.poissonTask({ meshes, sourcesPerSample: TRAINING.sources, ...KINDS[kind] }),
      {
        supervise: operators.ritzEnergy(),
        features,
        batchSize: dimension === 3 ? 2 : TRAINING.batchSize,
        schedule: training.oneCycle({ maximum: TRAINING.maximumRate }),
        seed: SEED,
        steps,
        out,
      },
    );
    return {
      parameters: run.parameters,
      seconds: run.history.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function errorsOn(samples, encode) {
  const plain = [];
  const corrected = [];
  const ratios = [];
  for (const sample of samples) {
    const { operator, rightHandSide, reference } = sample;
    const { basis, rank } = await encode(sample);
    const model = operators.applyReducedBasis(operator, basis, rank, {
      smoothing: SMOOTHING,
      correction: CORRECTION,
    });
    const {
      fields: [field],
      errorEstimates: [estimate],
    } = model.apply([rightHandSide]);
    const projected = new Float64Array(field.length);
    model.coarseSpace.correct(rightHandSide, projected);
    const volumes = operator.mesh.cellVolumes;
    const gauge = operator.singular ? { gaugeVolumes: volumes } : {};
    plain.push(training.relativeL2(projected, reference, gauge));
    corrected.push(training.relativeL2(field, reference, gauge));
    const weighted = training.volumeWeightedRelativeL2(field, reference, volumes, {
      gaugeFree: operator.singular,
    });
    ratios.push(weighted / estimate.relativeL2);
  }
  return {
    samples: samples.length,
    plain: mean(plain),
    corrected: mean(corrected),
    largestCorrected: Math.max(...corrected),
    errorOverEstimate: { median: middle(ratios), largest: Math.max(...ratios) },
  };
}

async function iterationsOn(samples, encode) {
  const counts = {
    'IC(0)': [],
    'IC(0), corrected guess': [],
    'IC(0), deflated': [],
    AMG: [],
    'AMG, corrected guess': [],
    'answer operator': [],
  };
  for (const sample of samples) {
    const { operator, rightHandSide } = sample;
    const { basis, rank } = await encode(sample);
    const model = operators.applyReducedBasis(operator, basis, rank, {
      smoothing: SMOOTHING,
      correction: CORRECTION,
    });
    const guess = model.apply([rightHandSide]).fields[0];
    const ic = solvers.incompleteCholesky(operator.matrix);
    const amg = solvers.smoothedAggregation(operator.matrix);
    const run = (name, preconditioner, start) =>
      counts[name].push(
        solvers.conjugateGradient(operator.matrix, rightHandSide, {
          preconditioner,
          guess: start,
          singular: operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined,
        }).iterations,
      );
    run('IC(0)', ic);
    run('IC(0), corrected guess', ic, guess);
    run('IC(0), deflated', solvers.deflation(model.coarseSpace, ic));
    run('AMG', amg);
    run('AMG, corrected guess', amg, guess);
    run('answer operator', model.preconditioner);
  }
  return Object.fromEntries(Object.entries(counts).map(([name, list]) => [name, mean(list)]));
}

const rows = [];
const solverRows = [];

async function study(basis, encode, { dimension, kinds, cells, withSolver = false }) {
  for (const cellCount of cells) {
    for (const kind of kinds) {
      const samples = await samplesOf(dimension, cellCount, kind);
      const row = { ...basis, dimension, kind, cells: cellCount, ...(await errorsOn(samples, encode)) };
      rows.push(row);
      console.log(JSON.stringify(row));
      if (!withSolver || kind !== 'sources') continue;
      const solver = {
        ...basis,
        dimension,
        cells: cellCount,
        ...(await iterationsOn(samples.slice(0, 3), encode)),
      };
      solverRows.push(solver);
      console.log(JSON.stringify(solver));
    }
  }
}

async function networks({ dimension, ranks, widths, cells, steps }) {
  for (const rank of ranks) {
    const cosines = ({ operator }) => operators.cosineBasis(operator.mesh, { rank });
    await study({ basis: 'cosine modes', rank }, cosines, { dimension, kinds: ['sources'], cells });
    for (const width of widths) {
      // all data kinds at the default rank and the largest width, the others on sources alone
      const wide = rank === operators.REDUCED_BASIS_DEFAULTS.rank && width === Math.max(...widths);
      const features = { conductivity: true };
      const counts = operators.encoderFeatureCounts(dimension, features);
      const operator = operators.reducedBasis({ dimension, rank, encoder: { ...counts, width } });
      const starts = [
        { basis: 'network, untrained', parameters: operator.initialParameters(createRandom(SEED)) },
      ];
      if (steps > 0) {
        const { parameters, seconds } = await trainedParameters(
          operator,
          dimension,
          features,
          steps,
          'lognormal κ',
        );
        starts.push({ basis: `network, ${steps} steps`, parameters, trainingSeconds: Math.round(seconds) });
      }
      for (const { parameters, ...described } of starts) {
        const { encode, dispose } = await encoderOf(operator, dimension, features, parameters);
        await study({ ...described, rank, width }, encode, {
          dimension,
          kinds: wide ? Object.keys(KINDS) : ['sources'],
          cells,
          withSolver: wide,
        });
        await dispose();
      }
    }
  }
}

const percent = (value) => `${(100 * value).toPrecision(2)} %`;
const line = (cells) => `| ${cells.join(' | ')} |`;

function page() {
  const of = (dimension) => rows.filter((row) => row.dimension === dimension);
  const table = (list) => [
    line([
      'basis',
      'rank',
      'width',
      'data',
      'cells',
      'projection',
      'with correction',
      'largest',
      'error / estimate, median',
      'largest',
    ]),
    line(new Array(10).fill('---')),
    ...list.map((row) =>
      line([
        row.basis,
        row.rank,
        row.width ?? '–',
        row.kind,
        row.cells,
        percent(row.plain),
        percent(row.corrected),
        percent(row.largestCorrected),
        row.errorOverEstimate.median.toFixed(2),
        row.errorOverEstimate.largest.toFixed(2),
      ]),
    ),
    '',
  ];
  const names = Object.keys(solverRows[0] ?? {}).filter((name) => /IC|AMG|answer/.test(name));
  return `${[
    '# Reduced basis: rank, encoder, data, mesh size',
    '',
    'Written by `node scripts/reduced-basis-study.mjs`. Mean relative L2 error against the discrete solution on held-out parts; training',
    `on parts with 4 removed corners of ${TRAINING.cells} cells, in 3D on cubes of ${TRAINING.cubeCells}, with random boundary types and random lognormal κ, one seed.`,
    '"Cosine modes" are smoothed and corrected alike, without a network: what the method is worth before anything is learned.',
    '',
    '## Squares with 0 to 4 removed corners',
    '',
    ...table(of(2)),
    '## Cubes with a cylindrical hole',
    '',
    ...table(of(3)),
    '## Iterations of conjugate gradients to 1e-8',
    '',
    line(['basis', 'rank', 'dimension', 'cells', ...names]),
    line(new Array(4 + names.length).fill('---')),
    ...solverRows.map((row) =>
      line([row.basis, row.rank, row.dimension, row.cells, ...names.map((name) => row[name].toFixed(1))]),
    ),
    '',
  ].join('\n')}`;
}

function save() {
  writeFileSync(
    `${options.out}.json`,
    `${JSON.stringify({ options, rows, iterations: solverRows }, null, 1)}\n`,
  );
  writeFileSync(`${options.out}.md`, page());
}

const plan = { ranks: numbers(options.ranks), widths: numbers(options.widths) };
await networks({ ...plan, dimension: 2, cells: numbers(options.cells), steps: Number(options.steps) });
save();
await networks({
  ...plan,
  widths: [Math.max(...plan.widths)],
  dimension: 3,
  cells: numbers(options.cubes),
  steps: Number(options.steps3d),
});
save();
