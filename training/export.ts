import { InvalidInputError } from '../common/errors.js';
import { drawSample } from '../datasets/index.js';
import type { Mesh } from '../geometry/index.js';
import {
  batchInputs,
  batchSpecs,
  ENCODER_INPUT_DEFAULTS,
  type EncoderInputs,
  firstEdges,
  type OperatorInputs,
  type ProjectionOptions,
  projectionOptionsOf,
} from '../operators/index.js';
import {
  exportOnnx,
  loadModel,
  type NamedArrays,
  parameterCount,
  type TensorSpecs,
} from '../runtime/index.js';
import { assembleOperator } from '../solvers/index.js';
import { encodesApart, exportEncodeApply } from './encode-apply.js';
import type { Evaluation } from './evaluate.js';
import { type ModelCard, storeArray } from './model-card.js';
import { saveEncodeApply, saveModel } from './model-files.js';
import { CARD_KEY, type ModelFiles } from './model-from-onnx.js';
import { operatorMember, requireFeatureCounts } from './operator-inputs.js';
import { taskRange } from './task-range.js';
import { describeTask, type TrainedOperator } from './train.js';

export interface ExportOptions {
  /** Evaluations to write into the card, by the name of the test set. */
  errors?: Readonly<Record<string, Evaluation>>;
  /** What the training meshes are, for people. */
  geometry?: string;
  units?: string;
}

export const EXPORT_DEFAULTS = {
  geometry: 'the meshes of the training run',
  units: 'any consistent system: the network sees dimensionless features only',
} as const;

/** Rows of the stored probe; a network does not mind that they are a mesh's first cells and faces. */
const PROBE_CELLS = 48;
const PROBE_FACES = 16;
const PROBE_TOLERANCE = 1e-5;

/**
 * The trained network as one ONNX graph of inputs `[1, cells, …]` and `[1, faces, …]` of any size, with a card that says
 * what it is, and a probe of its outputs from the CPU.
 *
 * @throws InvalidInputError for a run without a step
 */
export async function exportModel(run: TrainedOperator, options: ExportOptions = {}): Promise<ModelFiles> {
  const { operator, task, plan } = run;
  if (run.history.length === 0) {
    throw new InvalidInputError('exportModel: the run has not taken a step; resume it first');
  }
  const counts = requireFeatureCounts(operator, plan, task.meshes[0].dimension);
  const specs = batchSpecs(counts.cellFeatures, counts.faceFeatures, 1, counts.edgeFeatures);
  const graph = (metadata?: Record<string, string>) =>
    exportOnnx(
      (inputs, parameters) => ({
        [operator.output]: operator.forward(parameters, inputs as unknown as OperatorInputs),
      }),
      specs,
      { parameters: run.parameters, metadata },
    );
  const plain = await loadModel(graph(), { device: 'cpu' });
  try {
    const inputs = probeInputs(run);
    const card = modelCard(run, options, specs, plain.outputs, inputs, await plain.run(inputs));
    return { card, onnx: graph({ [CARD_KEY]: JSON.stringify(card) }) };
  } finally {
    await plain.dispose();
  }
}

/** {@link exportModel} into `model/` of the run's folder, with the two graphs where the operator has them; returns that folder. */
export async function exportRun(run: TrainedOperator, options: ExportOptions = {}): Promise<string> {
  const files = await exportModel(run, options);
  // the card, written last, is the sign of a whole model
  if (encodesApart(run.operator)) saveEncodeApply(run.folder.model, await exportEncodeApply(run, files.card));
  saveModel(run.folder.model, files);
  return run.folder.model;
}

function modelCard(
  run: TrainedOperator,
  options: ExportOptions,
  specs: TensorSpecs,
  outputs: readonly { name: string; shape: readonly (number | string)[] }[],
  probeIn: NamedArrays,
  probeOut: NamedArrays,
): ModelCard {
  const { operator, task, plan, configuration, history } = run;
  const { geometry, units } = { ...EXPORT_DEFAULTS, ...options };
  const projection =
    operator.output === 'basis'
      ? projectionOptionsOf(operator.options as Partial<ProjectionOptions>)
      : undefined;
  return {
    format: 'fieldsmith-model-1',
    operator: {
      name: operator.name,
      output: operator.output,
      options: operator.options,
      features: { ...ENCODER_INPUT_DEFAULTS, ...plan.features },
      ...(projection ? { projection } : {}),
    },
    equation:
      '−∇·(κ∇u) = q, u = g on Dirichlet patches, κ ∂u/∂n = h on Neumann patches; cell averages u, q, κ',
    inputs: Object.entries(specs).map(([name, { shape, dtype }]) => ({ name, shape: [...shape], dtype })),
    outputs: outputs.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const })),
    normalisation:
      operator.output === 'basis'
        ? 'x̂ = (x − centre)/L, L half the longest side of the bounding box; the basis has no scale, u is its Ritz projection'
        : 'x̂ = (x − centre)/L, L half the longest side of the bounding box; q̂ = q/max|q|; u = û max|q| (L/π)²/κ',
    units,
    meshKind: `${task.meshes[0].dimension}D, cell-centred finite volumes`,
    trainedRange: {
      cells: extent(task.meshes, ({ cellCount }) => cellCount),
      boundaryFaces: extent(task.meshes, ({ faceCount, internalFaceCount }) => faceCount - internalFaceCount),
      boundary: task.boundary,
      source: task.source,
      geometry,
      statistics: taskRange(task, configuration.seed),
    },
    errors: Object.fromEntries(
      Object.entries(options.errors ?? {}).map(([name, { categories }]) => [
        name,
        Object.fromEntries(
          Object.entries(categories).map(
            ([category, { samples, meanRelativeL2, medianRelativeL2, maximumRelativeL2 }]) => [
              category,
              { samples, meanRelativeL2, medianRelativeL2, maximumRelativeL2 },
            ],
          ),
        ),
      ]),
    ),
    training: {
      supervision: configuration.supervision,
      task: describeTask(task),
      steps: configuration.steps,
      batchSize: configuration.batchSize,
      seed: configuration.seed,
      schedule: configuration.schedule,
      seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
      finalLoss: history[history.length - 1].loss,
      parameters: parameterCount(run.parameters),
    },
    probe: {
      inputs: Object.fromEntries(Object.entries(probeIn).map(([name, array]) => [name, storeArray(array)])),
      outputs: Object.fromEntries(Object.entries(probeOut).map(([name, array]) => [name, storeArray(array)])),
      tolerance: PROBE_TOLERANCE,
    },
  };
}

function probeInputs({ task, plan, configuration }: TrainedOperator): NamedArrays {
  const { meshIndex, boundaryTypes, boundaryValues, conductivity, sources } = drawSample(
    task,
    configuration.seed,
    0,
  );
  const operator = assembleOperator(task.meshes[meshIndex], conductivity, boundaryTypes);
  const { inputs } = operatorMember(plan, operator, boundaryTypes, sources[0], boundaryValues);
  return batchInputs([firstRows(inputs)]);
}

function firstRows(inputs: EncoderInputs): EncoderInputs {
  const cellCount = Math.min(inputs.cellCount, PROBE_CELLS);
  const faceCount = Math.min(inputs.faceCount, PROBE_FACES);
  return {
    ...inputs,
    cellCount,
    faceCount,
    cells: inputs.cells.subarray(0, cellCount * inputs.cellFeatures),
    faces: inputs.faces.subarray(0, faceCount * inputs.faceFeatures),
    cellMeasures: inputs.cellMeasures.subarray(0, cellCount),
    faceMeasures: inputs.faceMeasures.subarray(0, faceCount),
    ...(inputs.edges && { edges: firstEdges(inputs.edges, cellCount, faceCount) }),
  };
}

function extent(meshes: readonly Mesh[], count: (mesh: Mesh) => number): [number, number] {
  const counts = meshes.map(count);
  return [Math.min(...counts), Math.max(...counts)];
}
