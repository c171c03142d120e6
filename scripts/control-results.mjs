// node scripts/control-results.mjs [--surrogate RUN] [--samples N] [--cells N] [--out docs/results/control.json]
// Boundary control of held-out plates with holes (NPSolver's setting: one side of the rim at four temperatures in [-5, 5], hot
// spots, all else insulated) by every method, each plan verified by the solver; rows as JSON and a table beside it.
// The surrogate is a model that comes with the package, by name, or a run of `fieldsmith train --task control`.
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    surrogate: { type: 'string', default: 'control' },
    samples: { type: 'string', default: '100' },
    cells: { type: 'string', default: '1000' },
    out: { type: 'string', default: 'docs/results/control.json' },
  },
});
if (!existsSync('dist/.built')) fail('the package is not built; npm run build');
const { controlBoundary } = await import('fieldsmith/control');
const { boundaryConditionsOf, drawSampleOnMesh, generateMeshes, npsolverTask, poissonTask } = await import(
  'fieldsmith/datasets'
);
const { createRandom } = await import('fieldsmith/runtime');
const { solve } = await import('fieldsmith/solvers');
const { describeHardware, loadPretrained, pretrainedNames, openSurrogate, readModel, writeFileAtomically } =
  await import('fieldsmith/training');

const SEED = 20_000;
const BOUNDS = [-5, 5];
/** The limit lies this far below the peak without control, uniformly: above 5 K no control can do it, below 0 none is needed. */
const DEMAND = [-1, 6.5];
const WARM_UP = 2;

const methods = [
  { name: 'exact', title: 'exact affine', settings: { method: 'exact' } },
  {
    name: 'surrogate',
    title: 'surrogate, first plan',
    settings: { method: 'surrogate', refinementSteps: 0 },
    surrogate: true,
  },
  {
    name: 'surrogate+refinement',
    title: 'surrogate + refinement',
    settings: { method: 'surrogate' },
    surrogate: true,
  },
  { name: 'adjoint', title: 'adjoint quasi-Newton', settings: { method: 'adjoint' } },
  { name: 'adam', title: "paper's Adam loop, surrogate", settings: { method: 'adam' }, surrogate: true },
];

const load = loadavg()[0];
const [count, cellCount] = [Number(values.samples), Number(values.cells)];
const surrogate = await openSurrogate(
  pretrainedNames().includes(values.surrogate)
    ? loadPretrained(values.surrogate)
    : readModel(values.surrogate),
);
const definition = npsolverTask('control', { cellCount, seed: SEED, testMeshes: count, samplesPerMesh: 1 });
const [{ meshes: requests, task: options }] = definition.categories;
const meshes = await generateMeshes(requests);
const task = poissonTask({ ...options, meshes });
const results = new Map(methods.map(({ name }) => [name, []]));
for (let at = -WARM_UP; at < count; at++) {
  const index = Math.max(0, at);
  const sample = drawSampleOnMesh(task, index, SEED, index);
  const { boundaryTypes, sources } = sample;
  const problem = {
    mesh: meshes[index],
    source: sources[0],
    boundaryConditions: boundaryConditionsOf({ boundaryTypes }),
  };
  const side = Object.keys(boundaryTypes).find((name) => boundaryTypes[name] === 'dirichlet');
  const { solution } = await solve(problem);
  const demand = createRandom(SEED + index).uniform(...DEMAND);
  const goal = {
    controls: [
      { patches: side, quantity: 'temperature', bounds: BOUNDS, shape: { kind: 'pieces', count: 4 } },
    ],
    limit: { maximum: solution.reduce((most, value) => Math.max(most, value), -Infinity) - demand },
  };
  for (const { name, settings, surrogate: uses } of methods) {
    const started = performance.now();
    const plan = await controlBoundary(problem, { ...goal, ...settings, ...(uses && { surrogate }) });
    if (at >= 0) results.get(name).push({ plan, seconds: (performance.now() - started) / 1000 });
  }
  if (at % 10 === 9) console.error(`${at + 1} of ${count} plates`);
}
await surrogate.dispose();

const exact = results.get('exact').map(({ plan }) => plan);
const needing = exact.filter(({ peak, excess }, i) => excess <= 0 && peak.before > limitOf(exact[i])).length;
const rows = methods.map(({ name, title }) => rowOf(name, title, results.get(name)));
const setting = {
  samples: count,
  cells: cellCount,
  feasibleAndExceeding: needing,
  feasible: exact.filter(({ excess }) => excess <= 0).length,
  infeasible: exact.filter(({ verdict }) => verdict === 'infeasible').length,
  bounds: BOUNDS,
  limit: `peak without control less a uniform draw from [${DEMAND.join(', ')}] K`,
  surrogate: `${surrogate.card.operator.name} of rank ${surrogate.card.operator.options?.rank}, ${surrogate.card.training.steps} steps`,
  hardware: describeHardware(),
  machineLoaded: load > 0.7,
  command: `node scripts/control-results.mjs ${argv.slice(2).join(' ')}`.trim(),
};
writeFileAtomically(values.out, `${JSON.stringify({ ...setting, rows }, null, 2)}\n`);
writeFileAtomically(values.out.replace(/\.json$/, '.md'), table());
console.log(table());

/** The limit that the verified field of the exact plan was held against. */
function limitOf(plan) {
  // excess = peak + error bound − limit
  return plan.peak.verified + plan.certificate.errorBound - plan.excess;
}

function rowOf(method, title, found) {
  const plans = found.map(({ plan }) => plan);
  const having = (verdict) => plans.filter((plan) => plan.verdict === verdict).length;
  const feasible = plans.map((_, i) => exact[i].excess <= 0);
  const ratios = plans.flatMap((plan, i) =>
    feasible[i] && plan.verdict === 'success' && exact[i].cost > 1e-9 ? [plan.cost / exact[i].cost] : [],
  );
  const cosines = plans.flatMap(({ gradientCosine }) => (gradientCosine === null ? [] : [gradientCosine]));
  const controlled = plans.filter((_, i) => feasible[i] && exact[i].cost > 1e-9);
  return {
    method,
    title,
    samples: plans.length,
    success: having('success'),
    mismatch: having('surrogate mismatch') + having('outside training range'),
    infeasible: having('infeasible'),
    failure: having('optimizer failure'),
    unverified: plans.filter((plan, i) => feasible[i] && plan.verdict !== 'success').length,
    costRatio: mean(ratios),
    costRatioLargest: Math.max(...ratios),
    seconds: mean(found.map(({ seconds }) => seconds)),
    peakBefore: mean(controlled.map(({ peak }) => peak.before)),
    peakAfter: mean(controlled.map(({ peak }) => peak.verified)),
    meanCost: mean(controlled.map(({ cost }) => cost)),
    refinementSteps: mean(plans.map(({ refinement }) => refinement.steps)),
    gradientCosineMedian: cosines.length > 0 ? median(cosines) : null,
    gradientCosineLeast: cosines.length > 0 ? Math.min(...cosines) : null,
  };
}

function table() {
  const columns = [
    ['method', ({ title }) => title],
    ['success', ({ success }) => success],
    ['mismatch', ({ mismatch }) => mismatch],
    ['infeasible, proved', ({ infeasible }) => infeasible],
    ['failure', ({ failure }) => failure],
    ['feasible but unverified', ({ unverified }) => unverified],
    ['peak before', ({ peakBefore }) => peakBefore.toFixed(2)],
    ['peak after', ({ peakAfter }) => peakAfter.toFixed(2)],
    ['cost', ({ meanCost }) => meanCost.toFixed(3)],
    [
      'cost / optimum, mean (largest)',
      ({ costRatio, costRatioLargest }) => `${costRatio.toFixed(4)} (${costRatioLargest.toFixed(4)})`,
    ],
    ['seconds a case', ({ seconds }) => seconds.toFixed(2)],
    [
      'gradient cosine, median (least)',
      ({ gradientCosineMedian: m, gradientCosineLeast: l }) =>
        m === null ? '' : `${m.toFixed(4)} (${l.toFixed(4)})`,
    ],
  ];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return `# Boundary control of held-out plates

${count} plates with one to four holes, about ${cellCount} cells each, hot spots; one side of the rim at four temperatures in
[${BOUNDS.join(', ')}], all else insulated. Limit: ${setting.limit}, so that ${needing} plates are feasible and exceed it without control,
${setting.infeasible} are infeasible, and the others need no control. Every verdict rests on certified solves with the non-orthogonal
correction. Surrogate: ${setting.surrogate}. Peaks and costs are means over the feasible plates that need control, cost is the
mean square of the temperatures.

${line(columns.map(([title]) => title))}
${line(columns.map(() => '---'))}
${rows.map((row) => line(columns.map(([, text]) => text(row)))).join('\n')}

${setting.hardware}${setting.machineLoaded ? ', busy with other work: times are too long' : ''}. \`${setting.command}\`
`;
}

function mean(list) {
  return list.length > 0 ? list.reduce((sum, value) => sum + value, 0) / list.length : null;
}

function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function fail(message) {
  console.error(message);
  exit(1);
}
