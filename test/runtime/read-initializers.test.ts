import { expect, test } from 'vitest';
import { FileError } from '../../common/errors.js';
import { exportOnnx, readInitializers, tf } from '../../runtime/index.js';
import { bytesField, concatBytes, messageField, numberField, textField } from '../../runtime/onnx/wire.js';

const parameters = {
  'a.weight': { shape: [2, 3], values: Float32Array.of(1, -2, 3, 1e-30, 5, 6) },
  scalar: { shape: [], values: Float32Array.of(0.25) },
};

test('parameters come out of a file as they went in, wherever their bytes lie', () => {
  for (const size of [1, 2, 3, 4]) {
    // a longer input name moves what follows it
    const name = 'x'.repeat(size);
    const onnx = exportOnnx(
      (inputs: Record<string, tf.Tensor>, weights: Record<string, tf.Tensor>) => ({
        y: tf.mul(tf.matMul(inputs[name] as tf.Tensor2D, weights['a.weight'] as tf.Tensor2D), weights.scalar),
      }),
      { [name]: { shape: ['rows', 2], dtype: 'float32' } },
      { parameters },
    );
    expect(readInitializers(onnx)).toMatchObject(parameters);
    expect(() => readInitializers(onnx.subarray(0, onnx.length - 3))).toThrow(FileError);
  }
});

test('sizes may come one by one, and an array that is too short is refused', () => {
  const file = (bytes: number) =>
    concatBytes([
      numberField(1, 8),
      messageField(7, [
        messageField(5, [
          numberField(1, 2),
          numberField(1, 2),
          numberField(2, 1),
          textField(8, 'w'),
          bytesField(9, new Uint8Array(bytes)),
        ]),
      ]),
    ]);
  expect(readInitializers(file(16)).w.shape).toEqual([2, 2]);
  expect(() => readInitializers(file(20))).toThrow('"w" states 4 values and holds 20 bytes');
  expect(() => readInitializers(file(12))).toThrow(FileError);
});
