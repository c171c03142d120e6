import { expect, test } from 'vitest';
import { checkTraining } from '../../runtime/index.js';

test('the cpu trains as written out by hand, and a device without a provider says why it does not', async () => {
  const { works, reason, firstStep, laterStep } = await checkTraining('cpu', { threads: 1 });
  expect(reason).toBeUndefined();
  expect(works).toBe(true);
  expect(laterStep).toBeLessThan(firstStep!);
  const cuda = await checkTraining('cuda');
  if (!cuda.works) expect(cuda.reason).toMatch(/provider missing|wrong answer|CUDA/);
  expect((await checkTraining('wasm')).reason).toMatch(/one of cuda, webgpu, cpu here/);
});
