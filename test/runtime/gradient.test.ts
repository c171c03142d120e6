import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { CompileError, compile, exportOnnx, gradient, loadModel, tf } from '../../runtime/index.js';

const specs = {
  position: { shape: ['particles', 2], dtype: 'float32' },
  charge: { shape: ['particles'], dtype: 'float32' },
} as const;

/** E = Σ q |x|⁴ / 4, so that ∂E/∂x = q |x|² x and ∂E/∂q = |x|⁴ / 4. */
const energy = ({ position, charge }: { position: tf.Tensor; charge: tf.Tensor }) =>
  tf.div(tf.sum(tf.mul(charge, tf.square(tf.sum(tf.square(position), 1)))), 4);
const feeds = {
  position: { shape: [2, 2], data: Float32Array.of(1, 2, -1, 0.5) },
  charge: { shape: [2], data: Float32Array.of(3, -2) },
};

describe('gradient', () => {
  test('gives the value and the gradients of the named inputs', async () => {
    await using compiled = await compile(gradient(energy, ['position', 'charge']), specs);
    const result = await compiled.run(feeds);
    expect(result.value.data[0]).toBeCloseTo((3 * 25 - 2 * 1.25 ** 2) / 4, 5);
    const force = [3 * 5 * 1, 3 * 5 * 2, -2 * 1.25 * -1, -2 * 1.25 * 0.5];
    for (const [i, value] of force.entries())
      expect(result['gradient.position'].data[i]).toBeCloseTo(value, 5);
    expect([...result['gradient.charge'].data]).toEqual([25 / 4, 1.25 ** 2 / 4]);
  });

  test('is a function like others: composed, exported, and zero where nothing depends on an input', async () => {
    // ⟨∂E/∂x, x⟩ = 4 E, so its gradient is four times the force
    const virial = gradient(
      (inputs: { position: tf.Tensor; charge: tf.Tensor }) =>
        tf.sum(tf.mul(gradient(energy, ['position'])(inputs, {})['gradient.position'], inputs.position)),
      ['position'],
    );
    const model = await loadModel(exportOnnx(virial, specs));
    const { 'gradient.position': fourfold } = await model.run(feeds);
    expect(fourfold.data[0]).toBeCloseTo(4 * 15, 4);
    await model.dispose();
    await using none = await compile(
      gradient(({ position }: { position: tf.Tensor; charge: tf.Tensor }) => tf.sum(position), ['charge']),
      specs,
    );
    expect([...(await none.run(feeds))['gradient.charge'].data]).toEqual([0, 0]);
  });

  test('refuses a value that is no scalar and a name without an input', async () => {
    await expect(
      compile(
        gradient(({ position }: { position: tf.Tensor }) => position, ['position']),
        { position: specs.position },
      ),
    ).rejects.toThrow(CompileError);
    await expect(
      compile(gradient(({ velocity }: { velocity: tf.Tensor }) => velocity, ['velocity']) as never, specs),
    ).rejects.toThrow(InvalidInputError);
  });
});
