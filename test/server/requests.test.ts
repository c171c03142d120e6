import { describe, expect, test } from 'vitest';
import { acceptedEncoding } from '../../server/accepted-encoding.js';
import { isLoopback, tokenCheck } from '../../server/access.js';
import { HttpProblem } from '../../server/http-problem.js';
import { requireModestShape } from '../../server/json-shape.js';

test.each([
  [undefined, 'json'],
  ['', 'json'],
  ['*/*', 'json'],
  ['text/html, application/*', 'json'],
  ['application/json', 'json'],
  ['application/octet-stream', 'float64'],
  ['Application/Octet-Stream; Type=Float32', 'float32'],
  ['application/json;q=0.5, application/octet-stream', 'float64'],
  ['application/octet-stream;type=float32;q=0.4, application/json;q=0.8', 'json'],
  ['application/octet-stream;type=int8, application/octet-stream;type=float32', 'float32'],
  ['application/json, application/octet-stream', 'json'],
  ['text/html, application/x-vtu', 'vtu'],
])('Accept: %s is answered as %s', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});

test.each(['text/html', 'application/octet-stream;type=int8', 'application/json;q=0'])(
  'Accept: %s is not',
  (header) => {
    expect(() => acceptedEncoding(header)).toThrow(HttpProblem);
  },
);

test('loopback addresses are told from others', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost', 'LOCALHOST']) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.nip.io',
    'localhost.evil',
    '',
    '128.0.0.1',
    '::2',
  ]) {
    expect(isLoopback(host), host).toBe(false);
  }
});

test('a token is the whole token', () => {
  const check = tokenCheck('0123456789abcdef');
  expect(check('Bearer 0123456789abcdef')).toBe(true);
  expect(check('bearer 0123456789abcdef')).toBe(true);
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer 0123456789abcde',
    'Bearer 0123456789abcdef ',
    '0123456789abcdef',
  ]) {
    expect(check(header), header).toBe(false);
  }
});

describe('the shape of JSON', () => {
  test('long lists of numbers under `values` are free', () => {
    expect(() => requireModestShape({ source: { values: new Array(1_000_000).fill(1) } })).not.toThrow();
    expect(() => requireModestShape(new Array(90_000).fill(1))).not.toThrow();
  });
  test.each([
    ['other long lists', { numbers: new Array(200_000).fill(1) }],
    ['lists of other things', { values: new Array(200_000).fill('1') }],
    ['depth', JSON.parse('['.repeat(40) + ']'.repeat(40))],
  ])('%s are not', (_, value) => {
    expect(() => requireModestShape(value)).toThrow(HttpProblem);
  });
});
