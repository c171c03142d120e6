import { expect, test } from 'vitest';
import { npsolverTask } from '../../datasets/index.js';
import { loadPretrained, openSurrogate, testSamples } from '../../training/index.js';

test('a session for many sources answers as the surrogate does, also after it is disposed', async () => {
  const task = npsolverTask('random-bc', { seed: 5, testMeshes: 1, samplesPerMesh: 1 });
  const [{ operator, boundaryTypes, source, rightHandSide }] = await testSamples(task, { seed: 5 });
  const surrogate = await openSurrogate(loadPretrained('random-bc'));
  const expected = await surrogate.answer({ operator, boundaryTypes, source, rightHandSide });
  const session = await (await surrogate.reduce(operator, boundaryTypes)).session();
  await surrogate.dispose();
  const twice = rightHandSide.map((value) => 2 * value);
  const fields = await session.apply([rightHandSide, twice]);
  await session.dispose();
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, cell) => {
    expect(Math.abs(fields[0][cell] - value)).toBeLessThan(1e-5 * largest);
    expect(Math.abs(fields[1][cell] - 2 * value)).toBeLessThan(2e-5 * largest);
  });
});
