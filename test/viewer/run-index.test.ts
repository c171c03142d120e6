import { describe, expect, test } from 'vitest';
import { FileError } from '../../common/errors.js';
import { parseRunIndex, type RunIndex } from '../../viewer/run-index.js';

const index: RunIndex = {
  samples: [{ file: 'a.vtu', name: 'a', category: 'c', relativeL2: 0.1, boundaryTypes: { left: 'neumann' } }],
  fields: {
    prediction: { array: 'p', label: 'temperature', unit: 'K' },
    reference: { array: 'r', label: 'temperature', unit: 'K' },
    error: { array: 'e', label: 'error', unit: '' },
  },
};

describe('parseRunIndex', () => {
  test('reads back what is written', () => {
    expect(parseRunIndex(JSON.stringify(index))).toEqual(index);
  });

  test.each([
    ['{', /not JSON/],
    ['{}', /samples/],
    [JSON.stringify({ ...index, samples: [] }), /samples/],
    [JSON.stringify({ ...index, samples: [{ ...index.samples[0], file: '../a.vtu' }] }), /samples\.0\.file/],
    [
      JSON.stringify({ ...index, samples: [{ ...index.samples[0], relativeL2: -1 }] }),
      /samples\.0\.relativeL2/,
    ],
    [JSON.stringify({ ...index, fields: { prediction: index.fields.prediction } }), /fields\.reference/],
  ])('names what is wrong with %s', (text, message) => {
    expect(() => parseRunIndex(text)).toThrow(FileError);
    expect(() => parseRunIndex(text)).toThrow(message);
  });
});
