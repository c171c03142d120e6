import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { matrixMarketText, parseMatrixMarket, type SparseMatrix } from '../../solvers/index.js';
import { modelMatrix, scattered } from './model-matrices.js';

const matrix = modelMatrix({ cells: [13, 9], conductivity: scattered(7) });
const textOf = (of: SparseMatrix) => [...matrixMarketText(of)].join('');
const hasScipy = spawnSync('python3', ['-c', 'import scipy.io']).status === 0;

describe('Matrix Market', () => {
  it('reads back what it writes, to the last bit', () => {
    expect(parseMatrixMarket(textOf(matrix))).toEqual(matrix);
  });

  it.skipIf(!hasScipy)('is read by SciPy, and reads what SciPy writes, symmetric and general', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-'));
    try {
      writeFileSync(join(folder, 'ours.mtx'), textOf(matrix));
      const script = [
        'import json, sys, scipy.io',
        'm = scipy.io.mmread(sys.argv[1] + "/ours.mtx").tocsr()',
        'm.sort_indices()',
        'for symmetry in ("symmetric", "general"):',
        '    scipy.io.mmwrite(f"{sys.argv[1]}/{symmetry}.mtx", m, symmetry=symmetry, precision=17)',
        'print(json.dumps([m.indptr.tolist(), m.indices.tolist(), m.data.tolist()]))',
      ].join('\n');
      const { stdout, stderr } = spawnSync('python3', ['-c', script, folder], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const { rowOffsets, columns, values } = matrix;
      expect(JSON.parse(stdout)).toEqual([rowOffsets, columns, values].map((array) => Array.from(array)));
      for (const symmetry of ['symmetric', 'general']) {
        expect(parseMatrixMarket(readFileSync(join(folder, `${symmetry}.mtx`), 'utf8'))).toEqual(matrix);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes comments, blank lines, upper triangles, either line end and entries in parts', () => {
    const text =
      '%%MatrixMarket MATRIX Coordinate real symmetric\r\n% two rows\n\n2 2 4\n1 1 1\r\n\n1 2 -1\n2 2 1\n1 1 1\n';
    const { columns, values } = parseMatrixMarket(text);
    expect(Array.from(columns)).toEqual([0, 1, 0, 1]);
    expect(Array.from(values)).toEqual([2, -1, -1, 1]);
  });

  const head = '%%MatrixMarket matrix coordinate real ';
  it.each([
    ['', /expected '%%MatrixMarket/],
    ['%%MatrixMarket matrix array real general\n1 1\n1\n', /array/],
    ['%%MatrixMarket matrix coordinate complex symmetric\n1 1 1\n1 1 1 0\n', /complex/],
    [`${head}symmetric\n2 3 1\n1 1 1\n`, /square/],
    [`${head}symmetric\n1000000000 1000000000 1000000000\n1 1 1\n`, /square size/],
    [`${head}symmetric\n1 1 1\n2 1 1\n`, /entry 1/],
    [`${head}symmetric\n1 1 1\n1 1 nan\n`, /entry 1/],
    [`${head}symmetric\n2 2 2\n1 1 1\n`, /expected 2 entries, got 1/],
    [`${head}symmetric\n1 1 1\n1 1 1\n1 1 1\n`, /got more/],
    [`${head}general\n2 2 4\n1 1 2\n2 2 2\n1 2 -1\n2 1 -1.5\n`, /symmetric matrix/],
    [`${head}general\n2 2 3\n1 1 2\n2 2 2\n1 2 -1\n`, /symmetric matrix/],
  ])('refuses %j', (text, message) => {
    expect(() => parseMatrixMarket(text)).toThrow(FileError);
    expect(() => parseMatrixMarket(text)).toThrow(message);
  });

  it('meets damage with its own error only', () => {
    const text = textOf(modelMatrix({ cells: [4, 3] }));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.integer({ min: 0, max: 20 }),
        fc.string(),
        (at, cut, put) => {
          try {
            const { values } = parseMatrixMarket(text.slice(0, at) + put + text.slice(at + cut));
            expect(values.every(Number.isFinite)).toBe(true);
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
          }
        },
      ),
      { numRuns: 2000, seed: 1 },
    );
  });
});
