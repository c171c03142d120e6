import { InvalidInputError } from '../../common/errors.js';
import type { Parameters } from '../../runtime/parameters.js';
import type { FnoOptions } from '../fno/options.js';
import type { ResNetOptions } from '../res-net/options.js';
import type { TimeStepper } from '../time-stepper/time-stepper.js';
import type { AffineMap, NetworkStep } from './network-chain.js';

/** A stepper's options: those of a trained one, or those that a model card holds. */
export interface StepperDescription {
  readonly operator: { readonly name: string; readonly options: unknown };
  readonly scales: TimeStepper['scales'];
  readonly conservative: boolean;
  readonly constants?: number;
}

/**
 * What a time stepper adds to its state, in units of S_u: K(x) = (S_Δ/S_u) G(x), x = u/S_u, less its mean over the grid where
 * the stepper is conservative. The weights are those of the float32 network, the arithmetic on them float64.
 *
 * @throws InvalidInputError for operators other than `fno` and a periodic `resNet` of one axis, and for constant channels
 */
export function stepperNetwork(
  { operator, scales, conservative, constants = 0 }: StepperDescription,
  parameters: Parameters,
): NetworkStep[] {
  if (constants > 0) {
    throw new InvalidInputError(
      `stepperNetwork: expected states without constant channels, got ${constants} of them`,
    );
  }
  const steps = operatorSteps(operator, parameters);
  const channels = scales.state.length;
  const ratio = new Float64Array(channels * channels);
  scales.state.forEach((state, c) => {
    ratio[c * channels + c] = scales.increment[c] / state;
  });
  const map: AffineMap = {
    inputs: channels,
    outputs: channels,
    taps: [{ offset: 0, matrix: ratio }],
    // the mean is what the wave number 0 carries
    ...(conservative
      ? {
          spectrum: {
            modes: 1,
            real: ratio.map((value) => -value),
            imaginary: new Float64Array(ratio.length),
          },
        }
      : {}),
  };
  return [...steps, { kind: 'affine', map }];
}

function operatorSteps({ name, options }: StepperDescription['operator'], parameters: Parameters) {
  if (name === 'fno' && (options as FnoOptions).dimensions === 1) {
    return fnoSteps(options as FnoOptions, parameters);
  }
  if (name === 'res-net' && (options as ResNetOptions).dimensions === 1) {
    return resNetSteps(options as ResNetOptions, parameters);
  }
  throw new InvalidInputError(
    `stepperNetwork: expected an fno or a resNet on one axis, got ${name} with ${JSON.stringify(options)}`,
  );
}

function fnoSteps(options: FnoOptions, parameters: Parameters): NetworkStep[] {
  const { width, modes, skip, activation } = options;
  const steps: NetworkStep[] = [{ kind: 'affine', map: pointwise(parameters, 'lift') }];
  for (let layer = 0; layer < options.layers; layer++) {
    if (skip === 'added') steps.push({ kind: 'keep' });
    const around = pointwise(parameters, `layers.${layer}.pointwise`);
    const { values } = parameters[`layers.${layer}.spectral.weight`];
    const half = values.length / 2;
    // stored [wavenumber][input][output]
    const turned = (from: number) => {
      const matrices = new Float64Array(half);
      for (let i = 0; i < half; i++) {
        const [k, input, output] = [
          Math.floor(i / width ** 2),
          Math.floor((i % width ** 2) / width),
          i % width,
        ];
        matrices[(k * width + output) * width + input] = values[from + i];
      }
      return matrices;
    };
    steps.push({
      kind: 'affine',
      map: {
        inputs: width,
        outputs: width,
        taps: options.local === 'point' ? around.taps : split(around, width, [0, -1, 1]),
        spectrum: { modes, real: turned(0), imaginary: turned(half) },
        bias: around.bias,
      },
    });
    if (layer < options.layers - 1 || activation === 'every-layer') steps.push({ kind: 'gelu' });
    if (skip === 'added') steps.push({ kind: 'add' });
  }
  steps.push({ kind: 'affine', map: pointwise(parameters, 'head.0') }, { kind: 'gelu' });
  return [...steps, { kind: 'affine', map: pointwise(parameters, 'head.1') }];
}

/** A linear layer `[output][input]` at every point. */
function pointwise(parameters: Parameters, name: string): AffineMap {
  const { shape, values } = parameters[`${name}.weight`];
  const [outputs, inputs] = shape;
  return {
    inputs,
    outputs,
    taps: [{ offset: 0, matrix: Float64Array.from(values) }],
    bias: Float64Array.from(parameters[`${name}.bias`].values),
  };
}

/** Inputs that lie behind one another in a matrix, as taps of their offsets. */
function split({ taps, outputs, inputs }: AffineMap, width: number, offsets: readonly number[]) {
  const [{ matrix }] = taps;
  return offsets.map((offset, part) => {
    const own = new Float64Array(outputs * width);
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < width; c++) own[o * width + c] = matrix[o * inputs + part * width + c];
    }
    return { offset, matrix: own };
  });
}

function resNetSteps(options: ResNetOptions, parameters: Parameters): NetworkStep[] {
  if (options.padding !== 'periodic') {
    throw new InvalidInputError(
      `stepperNetwork: expected a resNet with periodic padding, got ${options.padding}`,
    );
  }
  const convolution = (name: string): NetworkStep => {
    const { shape, values } = parameters[`${name}.weight`];
    const [kernel, inputs, outputs] = shape;
    const taps = Array.from({ length: kernel }, (_, place) => {
      const matrix = new Float64Array(inputs * outputs);
      for (let c = 0; c < inputs; c++) {
        for (let o = 0; o < outputs; o++) {
          matrix[o * inputs + c] = values[(place * inputs + c) * outputs + o];
        }
      }
      return { offset: place - (kernel - 1) / 2, matrix };
    });
    const bias = Float64Array.from(parameters[`${name}.bias`].values);
    return { kind: 'affine', map: { inputs, outputs, taps, bias } };
  };
  const steps: NetworkStep[] = [convolution('lift')];
  for (let block = 0; block < options.blocks; block++) {
    steps.push({ kind: 'keep' }, { kind: 'gelu' }, convolution(`blocks.${block}.0`), { kind: 'gelu' });
    steps.push(convolution(`blocks.${block}.1`), { kind: 'add' });
  }
  return [...steps, { kind: 'gelu' }, convolution('head')];
}
