import { expect, it } from 'vitest';
import { fuzz } from './mutations.js';

it('damaged files of every format are read, or refused by one error of this package, in bounded time', () => {
  const report = fuzz(4000, 5, 5000);
  expect(report.failures).toEqual([]);
  expect(report.refused).toBeGreaterThan(report.inputs / 4);
  expect(report.read).toBeGreaterThan(report.inputs / 50);
});
