import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import type { Parameters } from '../../runtime/parameters.js';
import { initialEncoderParameters } from './initial-parameters.js';
import { type BaTransolverOptions, NPSOLVER_2D } from './options.js';

/** Keys named in one message; a file of another model differs in hundreds. */
const NAMED_KEYS = 4;

/** Prefixes of wrapped modules, as of DataParallel. */
const PREFIX = /^(?:(?:model|module)\.)+/;

/** Parameters that NPSolver declares and never reads; PyTorch may keep them as numbers or as arrays of one. */
const UNUSED = /\.alpha_(?:self|cross)$/;

/**
 * The network that holds `parameters`, which have NPSolver's checkpoint keys, all with or all without a prefix like
 * `module.`: width, blocks, heads, slices and features are read off the shapes.
 *
 * @returns the options, the parameters without the prefix in the order given, and the prefix
 * @throws InvalidInputError naming missing and unknown keys, and the first shape that does not fit the others
 */
export function officialNetwork(named: Parameters): {
  options: BaTransolverOptions;
  parameters: Parameters;
  prefix: string;
} {
  const prefix = PREFIX.exec(Object.keys(named)[0] ?? '')?.[0] ?? '';
  const parameters: Parameters = {};
  for (const [name, value] of Object.entries(named)) {
    if (!name.startsWith(prefix)) {
      throw fail(`'${name}' has no prefix '${prefix}', unlike the key before it`);
    }
    parameters[name.slice(prefix.length)] = value;
  }
  const options = optionsOf(parameters);
  requireOfficialParameters(parameters, options);
  return { options, parameters, prefix };
}

/**
 * @throws InvalidInputError when the parameters are not those of NPSolver's network with these options
 */
export function requireOfficialParameters(parameters: Parameters, options: BaTransolverOptions): void {
  const expected = initialEncoderParameters(options, NO_RANDOM);
  const missing = Object.keys(expected).filter((name) => !Object.hasOwn(parameters, name));
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(expected, name));
  const complaints = [
    ...(missing.length > 0 ? [`${listed(missing)} missing`] : []),
    ...(unknown.length > 0 ? [`${listed(unknown)} unknown`] : []),
  ];
  if (complaints.length > 0) {
    throw fail(`${complaints.join('; ')}; give the whole model_state_dict of a BA-Transolver`);
  }
  for (const [name, { shape }] of Object.entries(expected)) {
    const found = parameters[name].shape;
    if (UNUSED.test(name) && found.length === 0) continue;
    if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
      throw fail(`'${name}' has shape [${found}], the other keys make it [${shape}]`);
    }
  }
}

function optionsOf(parameters: Parameters): BaTransolverOptions {
  const size = (name: string, rank: number, axis: number): number => {
    if (!Object.hasOwn(parameters, name)) {
      throw fail(`'${name}' is missing; give the whole model_state_dict of a BA-Transolver`);
    }
    const { shape } = parameters[name];
    if (shape.length !== rank || shape.some((extent) => extent < 1)) {
      throw fail(`'${name}' has shape [${shape}], expected ${rank} sizes of at least 1`);
    }
    return shape[axis];
  };
  const indices = Object.keys(parameters).map((name) => Number(/^blocks\.(\d+)\./.exec(name)?.[1] ?? -1));
  const blocks = Math.max(...indices) + 1;
  const width = size('blocks.0.fx_ln_1.weight', 1, 0);
  // squares of the width: so that what a hostile vector claims is not allocated
  for (const name of ['preprocess.linear_post', 'blocks.0.Attn.in_project_x']) {
    const columns = size(`${name}.weight`, 2, name.startsWith('blocks') ? 1 : 0);
    if (columns !== width) throw fail(`'${name}.weight' is ${columns} wide, 'blocks.0.fx_ln_1' ${width}`);
  }
  return {
    ...NPSOLVER_2D,
    width,
    // a larger index than there are keys is no network, and would be a loop without end
    blocks: Math.min(blocks, Object.keys(parameters).length),
    cellFeatures: size('preprocess.linear_pre.0.weight', 2, 1),
    faceFeatures: size('preprocess_bd.linear_pre.0.weight', 2, 1),
    heads: size('blocks.0.Attn.temperature', 4, 1),
    cellSlices: size('blocks.0.Attn.in_project_slice_int.weight', 2, 0),
    faceSlices: size('blocks.0.Attn.in_project_slice_bd.weight', 2, 0),
    mlpRatio: ratioOf(size('blocks.0.mlp.linear_pre.0.weight', 2, 0), width),
    outputs: size(`blocks.${blocks - 1}.mlp2.weight`, 2, 0),
  };
}

/** A ratio with ⌊width · ratio⌋ = hidden, whatever the rounding. */
function ratioOf(hidden: number, width: number): number {
  return Math.floor(width * (hidden / width)) === hidden ? hidden / width : (hidden + 0.5) / width;
}

/** For the shapes alone. */
const NO_RANDOM: Random = { uniform: () => 0, integer: () => 0, normal: () => 0, state: () => [] };

function listed(names: readonly string[]): string {
  const first = names.slice(0, NAMED_KEYS).map((name) => `'${name}'`);
  const more = names.length > NAMED_KEYS ? ` and ${names.length - NAMED_KEYS} more` : '';
  return `${first.join(', ')}${more} ${names.length === 1 ? 'is' : 'are'}`;
}

function fail(reason: string): InvalidInputError {
  return new InvalidInputError(`officialNetwork: ${reason}`);
}
