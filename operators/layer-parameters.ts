import type { Random } from '../common/random.js';
import type { Parameters } from '../runtime/parameters.js';

export interface LinearInitialisation {
  readonly random: Random;
  /** Standard deviation 0.02, or 1/√inputs. */
  readonly rule: 'fixed-deviation' | 'fan-in';
  readonly bias?: 'zero' | 'none';
}

/** Normal numbers are cut here: timm's truncation bounds of ±2 absolute, never met at deviation 0.02. */
const BOUND = 2;

/** `name.weight` `[outputs, inputs]` normal, `name.bias` zero. */
export function addLinear(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
  { random, rule, bias = 'zero' }: LinearInitialisation,
): void {
  const deviation = rule === 'fan-in' ? 1 / Math.sqrt(inputs) : 0.02;
  const values = Float32Array.from({ length: inputs * outputs }, () =>
    Math.min(BOUND, Math.max(-BOUND, deviation * random.normal())),
  );
  parameters[`${name}.weight`] = { shape: [outputs, inputs], values };
  if (bias === 'zero') parameters[`${name}.bias`] = { shape: [outputs], values: new Float32Array(outputs) };
}

/** Linear → GELU → linear, read by `perceptron` of layers.ts. */
export function addPerceptron(
  parameters: Parameters,
  name: string,
  inputs: number,
  hidden: number,
  outputs: number,
  initial: LinearInitialisation,
): void {
  addLinear(parameters, `${name}.linear_pre.0`, inputs, hidden, initial);
  addLinear(parameters, `${name}.linear_post`, hidden, outputs, initial);
}

export function addLayerNorm(parameters: Parameters, name: string, width: number): void {
  parameters[`${name}.weight`] = { shape: [width], values: new Float32Array(width).fill(1) };
  parameters[`${name}.bias`] = { shape: [width], values: new Float32Array(width) };
}
