import type { Random } from '../../common/random.js';
import type { Parameters } from '../../runtime/parameters.js';
import { addLayerNorm, addLinear, addPerceptron, type LinearInitialisation } from '../layer-parameters.js';
import { type BaTransolverOptions, headDimension, updatesBoundary } from './options.js';

/** NPSolver's initial softmax temperature. */
const INITIAL_TEMPERATURE = 0.5;

/**
 * Parameters under NPSolver's checkpoint keys, linear weights `[outputs, inputs]` as PyTorch keeps them.
 * Linear: normal, bias 0; LayerNorm: γ = 1, β = 0; temperature such that τ = 0.5 (spec §4.3, §4.5).
 */
export function initialEncoderParameters(options: BaTransolverOptions, random: Random): Parameters {
  const parameters: Parameters = {};
  const { width, heads, mlpRatio } = options;
  const initial: LinearInitialisation = { random, rule: options.initialisation };
  const inner = heads * headDimension(options);
  addPerceptron(parameters, 'preprocess', options.cellFeatures, 2 * width, width, initial);
  const { boundaryTokens } = options;
  if (boundaryTokens)
    addPerceptron(parameters, 'preprocess_bd', options.faceFeatures, 2 * width, width, initial);
  for (let index = 0; index < options.blocks; index++) {
    const prefix = `blocks.${index}.`;
    addLayerNorm(parameters, `${prefix}fx_ln_1`, width);
    if (boundaryTokens) addLayerNorm(parameters, `${prefix}fx_bd_ln_1`, width);
    const attention = `${prefix}Attn.`;
    const temperature = new Float32Array(heads).fill(initialTemperatureParameter(options));
    parameters[`${attention}temperature`] = { shape: [1, heads, 1, 1], values: temperature };
    if (options.unusedParameters === 'kept') {
      parameters[`${attention}alpha_self`] = { shape: [1], values: new Float32Array([1]) };
      parameters[`${attention}alpha_cross`] = { shape: [1], values: new Float32Array([1]) };
    }
    const d = headDimension(options);
    addLinear(parameters, `${attention}in_project_x`, width, inner, initial);
    addLinear(parameters, `${attention}in_project_fx`, width, inner, initial);
    addLinear(parameters, `${attention}in_project_slice_int`, d, options.cellSlices, initial);
    if (boundaryTokens) {
      addLinear(parameters, `${attention}in_project_slice_bd`, d, options.faceSlices, initial);
    }
    for (const name of ['to_q', 'to_k', 'to_v']) {
      addLinear(parameters, `${attention}${name}`, d, d, { ...initial, bias: 'none' });
    }
    addLinear(parameters, `${attention}to_out.0`, inner, width, initial);
    addLayerNorm(parameters, `${prefix}fx_ln_2`, width);
    const hidden = Math.floor(width * mlpRatio);
    addPerceptron(parameters, `${prefix}mlp`, width, hidden, width, initial);
    if (updatesBoundary(options, index)) {
      addLayerNorm(parameters, `${prefix}fx_bd_ln_2`, width);
      addPerceptron(parameters, `${prefix}mlp_bd`, width, hidden, width, initial);
    }
  }
  const last = `blocks.${options.blocks - 1}.`;
  addLayerNorm(parameters, `${last}fx_ln_3`, width);
  addLinear(parameters, `${last}mlp2`, width, options.outputs, initial);
  return parameters;
}

function initialTemperatureParameter({ temperature, temperatureFloor }: BaTransolverOptions): number {
  if (temperature === 'free') return INITIAL_TEMPERATURE;
  return Math.log(Math.expm1(Math.max(INITIAL_TEMPERATURE - temperatureFloor, 1e-3)));
}
