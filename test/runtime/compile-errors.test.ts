import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as kernelNames from '@tensorflow/tfjs-core/dist/kernel_names.js';
import { describe, expect, test } from 'vitest';
import { CompileError, compile, gelu, type NamedTensors, type TensorSpecs, tf } from '../../runtime/index.js';
import { KERNEL_ALTERNATIVES } from '../../runtime/kernel-alternatives.js';
import { lowerings } from '../../runtime/lowerings/all.js';

const source = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
/** Line of this file that carries the marker `@name`. */
const lineOf = (name: string): number => 1 + source.findIndex((line) => line.endsWith(`// @${name}`));

const specs = { x: { shape: ['batch', 'cells', 6], dtype: 'float32' } } as const;
const fixed = { x: { shape: [4, 6], dtype: 'float32' } } as const;

/** A customGrad whose backward, not its forward, holds what cannot be compiled. */
const transformedBackward = tf.customGrad((input) => ({
  value: tf.square(input as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.real(tf.spectral.rfft(dy)), // @backward
})) as (x: tf.Tensor) => tf.Tensor;

const refused: Record<string, [(inputs: NamedTensors) => NamedTensors, RegExp, TensorSpecs?]> = {
  transform: [
    ({ x }) => ({ y: tf.real(tf.spectral.rfft(x)) }), // @transform
    /Complex .*no ONNX lowering.*two tensors.*DFT matrices/,
  ],
  reads: [
    ({ x }) => ({ y: tf.scalar(x.dataSync()[0]) }), // @reads
    /reads a tensor/,
  ],
  loops: [
    ({ x }) => ({ y: tf.addN(tf.unstack(x, 1)) }), // @loops
    /named dimension/,
  ],
  array: [
    ({ x }) => ({ y: tf.mul(x, tf.sum(Array.from({ length: x.shape[0] }, (_, i) => i))) }), // @array
    /constant array of 67, 137, 103 values.*a constant/,
  ],
  logarithm: [
    ({ x }) => ({ y: tf.mul(x, Math.log(x.shape[1]!)) }), // @logarithm
    /a constant of value/,
  ],
  mismatch: [
    ({ x }) => ({ y: tf.matMul(x, tf.ones([5, 2])) }), // @mismatch
    /matMul: inner sizes should be equal, got \[4,6\] and \[5,2\]/,
    fixed,
  ],
  backward: [
    ({ x }) => ({ y: tf.grad((t: tf.Tensor) => tf.sum(transformedBackward(t)))(x) }),
    /Complex in the gradient of Square/,
    fixed,
  ],
};

describe('what cannot be compiled is refused with the line that asks for it', () => {
  test.each(Object.entries(refused))('%s', async (name, [fn, message, inputs = specs]) => {
    const error = await compile(fn, inputs).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(CompileError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(new RegExp(`compile-errors\\.test\\.ts:${lineOf(name)}:\\d+`));
    expect(tf.getBackend()).not.toBe('fieldsmith-trace');
  });

  test('errors of the function itself stay as they are', async () => {
    const own = new RangeError('mine');
    const error = await compile(() => {
      throw own;
    }, fixed).catch((thrown: unknown) => thrown);
    expect(error).toBe(own);
  });

  test('operations inside functions of this folder are reported where those were called', async () => {
    const error = await compile(
      () => ({
        y: gelu(tf.tensor(['text'], [1], 'string')), // @text
      }),
      fixed,
    ).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toMatch(new RegExp(`compile-errors\\.test\\.ts:${lineOf('text')}:`));
  });

  test('sizes that stand in for named dimensions are said to', async () => {
    const error = await compile(({ x }) => ({ y: tf.add(x, tf.ones([2, 6])) }), specs).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/shapes .*101.*while it is compiled, batch = 67, cells = 101/);
  });

  test('an operation without gradient, on the way to one', async () => {
    const known = tf.getGradient('Erf');
    tf.unregisterGradient('Erf');
    try {
      const error = await compile(({ x }) => {
        const loss = (t: tf.Tensor) => tf.sum(tf.square(tf.erf(t))); // @erf
        return { y: tf.grad(loss)(x) };
      }, fixed).catch((thrown: unknown) => thrown as Error);
      expect(error).toBeInstanceOf(CompileError);
      expect((error as Error).message).toMatch(
        new RegExp(`no gradient of Erf .*compile-errors\\.test\\.ts:${lineOf('erf')}:.*customGrad`),
      );
    } finally {
      tf.registerGradient(known);
    }
  });

  test('more named dimensions than six', async () => {
    const seven = { x: { shape: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], dtype: 'float32' } } as const;
    await expect(compile(({ x }) => ({ x }), seven)).rejects.toThrow(CompileError);
  });
});

test('every kernel of TensorFlow.js is compiled or has an alternative', () => {
  const all = Object.values(kernelNames).filter((name) => typeof name === 'string');
  const undecided = all.filter((name) => !(name in lowerings) && !(name in KERNEL_ALTERNATIVES));
  expect(all.length).toBeGreaterThan(150);
  expect(undecided).toEqual([]);
});
