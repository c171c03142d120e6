import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { kernelCoverage, WITHOUT_SECOND } from './parity/kernel-coverage.js';
import { kernelPage } from './parity/kernel-page.js';

describe('every lowering', () => {
  const coverage = kernelCoverage();

  test.each([...coverage])('%s is in the table, with its gradients', (name, { value, gradient, second }) => {
    expect([...value], 'no row of test/runtime/parity/ calls it').not.toEqual([]);
    if (name in WITHOUT_SECOND) {
      expect([...second], 'it has a second gradient now: remove it from WITHOUT_SECOND').toEqual([]);
    } else {
      expect([...gradient], 'no row has a gradient through it').not.toEqual([]);
      expect([...second], 'no row has a second gradient through it').not.toEqual([]);
    }
  });

  test('docs/kernels.md says what the table says', () => {
    const page = readFileSync(packageFile('docs/kernels.md'), 'utf8');
    expect(page, 'run node scripts/kernel-table.mjs').toBe(kernelPage(coverage));
  });
});
