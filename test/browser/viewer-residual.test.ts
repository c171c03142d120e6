import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeVtu } from '../../geometry/index.js';
import { assemble, type BoundaryConditions, multiply, solve } from '../../solvers/index.js';
import { type RunIndex, runIndexPath } from '../../viewer/run-index.js';
import { type ServedViewer, serveViewer } from '../../viewer/server.js';
import { describeInBrowser, launchBrowser } from './open-page.js';
import { rectangleMesh } from './run-fixture.js';
import { openViewer, setControl } from './viewer-page.js';

const mesh = rectangleMesh(12, 1);
const boundaryConditions: BoundaryConditions = Object.fromEntries(
  mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 2 }]),
);

describeInBrowser('residuals of a run in the viewer', () => {
  let browser: Browser;
  let folder: string;
  let viewer: ServedViewer;
  let residual: Float64Array;
  let relative: number;

  beforeAll(async () => {
    const problem = { mesh, source: ([x]: readonly number[]) => 1 + x, boundaryConditions };
    const { operator, rightHandSide: load } = assemble(problem);
    const { solution: reference } = await solve(problem, {
      relativeTolerance: 1e-10,
      nonOrthogonalCorrection: false,
    });
    const prediction = reference.map((u, cell) => u * (1 + 0.01 * Math.sin(cell)));
    const error = prediction.map((u, cell) => u - reference[cell]);
    residual = multiply(operator.matrix, prediction).map((value, cell) => load[cell] - value);
    relative = Math.hypot(...residual) / Math.hypot(...load);
    const cellData = { prediction, reference, error, load };
    folder = mkdtempSync(join(tmpdir(), 'fieldsmith-residual-'));
    mkdirSync(join(folder, 'fields'));
    writeFileSync(join(folder, 'fields', 'a.vtu'), writeVtu(mesh, { cellData }));
    const boundaryTypes = Object.fromEntries(mesh.patches.map(({ name }) => [name, 'dirichlet' as const]));
    const shown = (array: string, label: string) => ({ array, label, unit: '' });
    const sample = { file: 'a.vtu', category: 'c', relativeL2: 0.01, boundaryTypes };
    const index: RunIndex = {
      samples: [{ ...sample, name: 'a' }],
      fields: {
        prediction: shown('prediction', 'u'),
        reference: shown('reference', 'u'),
        error: shown('error', 'error of u'),
      },
      problem: { load: 'load' },
    };
    writeFileSync(join(folder, runIndexPath), JSON.stringify(index));
    viewer = await serveViewer(folder);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await viewer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const number = async (page: Page, selector: string) =>
    Number.parseFloat(
      (await page.textContent(selector))!
        .replaceAll('−', '-')
        .replace('×10', 'e')
        .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/, (text) =>
          [...text].map((c) => (c === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c))).join(''),
        ),
    );

  test('the figures tell both, and the field of residuals is theirs per volume', async () => {
    const { page, complaints } = await openViewer(browser, viewer.url);
    await page.waitForSelector('[data-difference=residual]');
    expect(await page.locator('[data-difference]').count()).toBe(6);
    expect((await number(page, '[data-difference=residual]')) / relative).toBeCloseTo(1, 2);
    expect(await number(page, '[data-difference=referenceResidual]')).toBeLessThan(2e-10);
    await setControl(page, 'compare.residual', true);
    expect(await page.locator('.panel h2').allTextContents()).toEqual([
      'residual of prediction',
      'residual of reference',
      'Difference',
    ]);
    for (const cell of [3, 50, 120]) {
      await page.fill('#cell', String(cell));
      await page.waitForSelector(`#probe-values[data-cell="${cell}"]`);
      const expected = residual[cell] / mesh.cellVolumes[cell];
      expect((await number(page, '[data-probe=field]')) / expected).toBeCloseTo(1, 2);
    }
    // the figures stay those of the fields themselves, and so does what a link keeps
    expect(await number(page, '[data-difference=relativeL2]')).toBe(1);
    expect(await page.inputValue('#field')).toContain('"prediction"');
    await setControl(page, 'compare.residual', false);
    expect(await page.locator('.panel h2').first().textContent()).toBe('Prediction');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
