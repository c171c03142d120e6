import { expect, test } from 'vitest';
import { controlBoundary, controlSession } from '../../control/index.js';
import { plate } from './plates.js';
import { wrongSurrogate } from './surrogates.js';

const { problem, controls } = plate(1, 900);
const surrogate = wrongSurrogate(1.001);
const [side] = controls;
const free = { limit: { maximum: 1000 } };

test('auto takes the exact method for few controls, a surrogate for many, and says why', async () => {
  const few = await controlBoundary(problem, { ...free, controls, surrogate });
  expect(few).toMatchObject({ method: 'exact', verdict: 'success' });
  expect(few.reason).toMatch(/4 controls cost less/);
  const pieces = [{ ...side, shape: { kind: 'pieces', count: 15 } as const }];
  const many = await controlBoundary(problem, { ...free, controls: pieces, surrogate });
  expect(many).toMatchObject({ method: 'surrogate', verdict: 'success' });
  expect(many.reason).toMatch(/one for each of 15 controls/);
  const without = await controlBoundary(problem, { ...free, controls: pieces });
  expect(without).toMatchObject({ method: 'exact', verdict: 'success' });
});

test('auto goes by what is at hand, and by the trained range', async () => {
  const pieces = [{ ...side, shape: { kind: 'pieces', count: 15 } as const }];
  const session = controlSession(problem, { controls: pieces, surrogate });
  expect((await session.plan(free)).method).toBe('surrogate');
  const exact = await session.plan(free, { method: 'exact' });
  const next = await session.plan(free);
  expect(next.method).toBe('exact');
  // the fields of the controls are not solved for again
  expect(next.solves).toBe(exact.solves - 15);
  await session.dispose();
  const foreign = { ...surrogate, rangeOf: () => ({ outside: true, reasons: ['another shape'] }) };
  const plan = await controlBoundary(problem, { ...free, controls: pieces, surrogate: foreign });
  expect(plan).toMatchObject({ method: 'exact' });
  expect(plan.reason).toMatch(/outside of what the surrogate was trained on/);
});
