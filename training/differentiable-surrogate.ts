import { FileError, InvalidInputError } from '../common/errors.js';
import {
  type BaTransolverOptions,
  baTransolver,
  batchInputs,
  batchSpecs,
  domainScale,
  type GraphNetworkOptions,
  graphNetwork,
  type LinearResponseOptions,
  linearResponse,
  type NeuralOperator,
  type OperatorInputs,
  transolver,
} from '../operators/index.js';
import {
  type CompiledFunction,
  compile,
  createRandom,
  gradient,
  readInitializers,
  type SessionOptions,
  tf,
} from '../runtime/index.js';
import { assemble, boundaryTypes, type PoissonProblem } from '../solvers/index.js';
import { cellSources } from '../solvers/problem.js';
import type { ModelFiles } from './model-from-onnx.js';
import { boundaryLevels, boundaryValuesOf, meanConductivity, operatorMember } from './operator-inputs.js';
import { openSurrogate, type Surrogate, type SurrogateOptions } from './surrogate.js';

/** A field operator with the gradient of its answer. */
export interface DifferentiableSurrogate extends Surrogate {
  /**
   * ∂(ūᵀu)/∂g for several cotangents ū `[cell]` at one problem: u the surrogate's answer, g its Dirichlet data,
   * `[cotangent][face − internalFaceCount]`, 0 on other faces.
   */
  pullback(problem: PoissonProblem, cotangents: readonly Float64Array[]): Promise<Float64Array[]>;
}

const OPERATORS: Readonly<Record<string, (options: unknown) => NeuralOperator>> = {
  'ba-transolver': (options) => baTransolver(options as BaTransolverOptions),
  transolver: (options) => transolver(options as BaTransolverOptions),
  'linear-response': (options) => linearResponse(options as LinearResponseOptions),
  'graph-network': (options) => graphNetwork(options as GraphNetworkOptions),
};

/**
 * Opens a model that answers with a field together with its gradient graph, which is built from the operator that the card
 * names and the weights of the file, and runs where the model runs. Browser-safe.
 *
 * @throws InvalidInputError for a basis, whose gradients its projection gives, for a network that sees no boundary values, and
 * for operators that are not known here; FileError when weights are missing; what `openSurrogate` throws
 */
export async function differentiableSurrogate(
  files: ModelFiles,
  options: SurrogateOptions = {},
): Promise<DifferentiableSurrogate> {
  const { name, output, features, options: given } = files.card.operator;
  if (output !== 'field' || !features.boundaryValues) {
    throw new InvalidInputError(
      `differentiableSurrogate: ${name} ${output === 'basis' ? 'answers with a basis' : 'sees no boundary values'}; ` +
        'gradients with respect to them are those of the projection, or none; use openSurrogate',
    );
  }
  const build = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!build)
    throw new InvalidInputError(`differentiableSurrogate: the operator '${name}' is not known here`);
  const compiled = await gradientGraph(build(given), files, options);
  const surrogate = await openSurrogate(files, options).catch(async (error) => {
    await compiled.dispose();
    throw error;
  });
  return {
    ...surrogate,
    pullback: async (problem, cotangents) => {
      const member = memberOf(files, problem);
      const { mesh } = problem;
      const results: Float64Array[] = [];
      for (const cotangent of cotangents) {
        const inputs = batchInputs([member.inputs]);
        const found = await compiled.run({
          ...inputs,
          cotangent: { shape: [1, mesh.cellCount, 1], data: Float32Array.from(cotangent) },
        });
        results.push(
          boundaryCotangents(problem, member, cotangent, {
            value: Number(found.value.data[0]),
            cells: found['gradient.cells'].data as Float32Array,
            faces: found['gradient.faces'].data as Float32Array,
          }),
        );
      }
      return results;
    },
    dispose: async () => {
      await surrogate.dispose();
      await compiled.dispose();
    },
  };
}

/** ūᵀû and its gradient with respect to all features of cells and faces. */
async function gradientGraph(
  operator: NeuralOperator,
  { card, onnx }: ModelFiles,
  options: SessionOptions,
): Promise<CompiledFunction> {
  const parameters = readInitializers(onnx);
  const missing = Object.keys(operator.initialParameters(createRandom(0))).find(
    (name) => !(name in parameters),
  );
  if (missing) {
    throw new FileError(
      `differentiableSurrogate: the file holds no array '${missing}' of ${operator.name}; export it anew`,
    );
  }
  const needed = Object.fromEntries(
    Object.keys(operator.initialParameters(createRandom(0))).map((name) => [name, parameters[name]]),
  );
  const width = (input: string) => Number(card.inputs.find(({ name }) => name === input)?.shape[2]);
  const edges = card.inputs.some(({ name }) => name === 'edges') ? width('edges') : undefined;
  const specs = {
    ...batchSpecs(width('cells'), width('faces'), 1, edges),
    cotangent: { shape: [1, 'cells', 1], dtype: 'float32' },
  } as const;
  const weighted = (
    { cotangent, ...inputs }: Record<string, tf.Tensor>,
    weights: Record<string, tf.Tensor>,
  ) => tf.sum(tf.mul(operator.forward(weights, inputs as unknown as OperatorInputs), cotangent));
  const compiled = await compile(gradient(weighted, ['cells', 'faces']), specs, {
    ...options,
    parameters: needed,
  });
  // the names of the inputs are the card's, which no type knows
  return compiled as unknown as CompiledFunction;
}

function memberOf({ card }: ModelFiles, problem: PoissonProblem) {
  const { operator } = assemble(problem);
  const { output, features } = card.operator;
  const types = boundaryTypes(problem.boundaryConditions) as Record<string, 'dirichlet' | 'neumann'>;
  const source = cellSources(problem.mesh, problem.source);
  const values = boundaryValuesOf(problem.mesh, problem.boundaryConditions);
  return {
    ...operatorMember({ output, features }, operator, types, source, values),
    operator,
    source,
    values,
  };
}

/**
 * With o the mean of g and s the scale of the field, u = o + s û(…, (g − o)/s, q p/s), p the field of a unit source: through
 * the values that the network sees, through their mean, and where the largest value makes the scale, through that.
 */
function boundaryCotangents(
  { mesh }: PoissonProblem,
  { inputs, fieldScale: s, operator, source, values }: ReturnType<typeof memberOf>,
  cotangent: Float64Array,
  found: { readonly value: number; readonly cells: Float32Array; readonly faces: Float32Array },
): Float64Array {
  const { dirichlet } = operator;
  const { faces: levels, largest } = boundaryLevels(operator, values);
  const perSource = (domainScale(mesh).length / Math.PI) ** 2 / meanConductivity(operator);
  const { cellFeatures, faceFeatures, cellCount } = inputs;
  const ofFace = (i: number) => found.faces[(i + 1) * faceFeatures - 1];
  let area = 0;
  for (let i = 0; i < dirichlet.length; i++)
    if (dirichlet[i]) area += mesh.faceAreas[mesh.internalFaceCount + i];
  let byOffset = cotangent.reduce((sum, value) => sum + value, 0);
  let byScale = found.value;
  for (let i = 0; i < dirichlet.length; i++) {
    if (!dirichlet[i]) continue;
    byOffset -= ofFace(i);
    byScale -= (ofFace(i) * levels[i]) / s;
  }
  for (let cell = 0; cell < cellCount; cell++) {
    byScale -= (found.cells[(cell + 1) * cellFeatures - 1] * source[cell] * perSource) / s;
  }
  // the scale is the largest value where that exceeds what the source makes
  let extreme = -1;
  if (s === largest) extreme = levels.findIndex((value) => Math.abs(value) === largest);
  const sign = extreme >= 0 ? Math.sign(levels[extreme]) : 0;
  return Float64Array.from(dirichlet, (isDirichlet, i) => {
    if (!isDirichlet) return 0;
    const share = mesh.faceAreas[mesh.internalFaceCount + i] / area;
    return ofFace(i) + share * byOffset + sign * byScale * ((i === extreme ? 1 : 0) - share);
  });
}
