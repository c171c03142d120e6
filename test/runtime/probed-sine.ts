import { exportOnnx, loadProbedModel, type SessionOptions, tf } from '../../runtime/index.js';

/**
 * Opens y = sin x with a probe of the sine's true values at arguments up to `largest`. Shaders answer wrongly when they
 * are large; a CPU does not.
 */
export async function openSine(
  device: SessionOptions['device'],
  largest: number,
): Promise<{ device: string; messages: string[] }> {
  const bytes = exportOnnx(({ x }) => ({ y: tf.sin(x) }), { x: { shape: ['n'], dtype: 'float32' } });
  const x = Float32Array.from({ length: 100 }, (_, i) => (largest * (i + 1)) / 100);
  const probe = {
    inputs: { x: { shape: [100], data: x } },
    outputs: { y: { shape: [100], data: x.map((value) => Math.sin(value)) } },
  };
  const messages: string[] = [];
  const model = await loadProbedModel(bytes, probe, {
    device,
    tolerance: 1e-3,
    onFallback: (message) => messages.push(message),
  });
  await model.dispose();
  return { device: model.session.device, messages };
}
