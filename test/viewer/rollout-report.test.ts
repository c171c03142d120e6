import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { colourAt } from '../../viewer/app/colour-maps.js';
import { renderRolloutReport } from '../../viewer/index.js';
import { encodePng } from '../../viewer/png.js';
import { spaceTimePlot } from '../../viewer/space-time-plot.js';
import { rolloutReportFixture } from './rollout-report-fixture.js';

/** The chunks of a PNG, and the bytes of its picture: another reader than the writer tested. */
function readPng(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect([...bytes.subarray(1, 4)].map((code) => String.fromCharCode(code)).join('')).toBe('PNG');
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    chunks.set(type, bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const header = chunks.get('IHDR')!;
  const [width, height] = [0, 4].map((at) =>
    new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(at),
  );
  const lines = inflateSync(chunks.get('IDAT')!);
  expect(lines).toHaveLength(height * (3 * width + 1));
  const at = (row: number, column: number) => [
    ...lines.subarray(row * (3 * width + 1) + 1 + 3 * column).subarray(0, 3),
  ];
  return { width, height, at, chunks: [...chunks.keys()] };
}

const pictures = (svg: string) =>
  [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, text]) =>
    readPng(Buffer.from(text, 'base64')),
  );

test('a PNG holds its pixels row by row', () => {
  const pixels = Uint8Array.from({ length: 3 * 5 * 4 }, (_, i) => (37 * i) % 256);
  const { width, height, at, chunks } = readPng(encodePng(5, 4, pixels));
  expect([width, height]).toEqual([5, 4]);
  expect(chunks).toEqual(['IHDR', 'IDAT', 'IEND']);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 5; column++) {
      const start = 3 * (5 * row + column);
      expect(at(row, column)).toEqual([...pixels.subarray(start, start + 3)]);
    }
  }
});

test('a space-time plot: time upwards, the ends of the range in the ends of the map, grey where there is no number', () => {
  const values = Float64Array.of(-1, 0, 1, 2, 5, Number.NaN);
  const svg = spaceTimePlot({
    caption: 'a < b',
    values,
    points: 3,
    frames: 2,
    length: 1,
    interval: 0.5,
    range: [-1, 2],
    colours: 'viridis',
    mark: 0.25,
  });
  const [picture, bar] = pictures(svg);
  expect([picture.width, picture.height, bar.width]).toEqual([3, 2, 256]);
  const [first, last] = [0, 1].map((position) => colourAt('viridis', position).map(Math.round));
  expect(picture.at(1, 0)).toEqual(first);
  expect(picture.at(0, 0)).toEqual(last);
  // beyond the range
  expect(picture.at(0, 1)).toEqual(last);
  expect(picture.at(0, 2)).toEqual([120, 120, 120]);
  expect(bar.at(0, 0)).toEqual(first);
  expect(bar.at(0, 255)).toEqual(last);
  expect(svg).toContain('a &lt; b');
  expect(svg).not.toMatch(/NaN|Infinity/);
});

describe('the page', () => {
  const data = rolloutReportFixture();
  const html = renderRolloutReport(data);

  test('stands alone: no script, no address outside it, three pictures a sample', () => {
    expect(html).not.toMatch(/<script|<link[^>]+stylesheet|@import/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.filter((address) => !address.startsWith('data:'))).toEqual([]);
    // with a colour bar each
    expect(pictures(html)).toHaveLength(2 * 3 * data.samples.length);
    expect(html).toContain('a &lt;stepper&gt;');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('says nothing of contraction where nothing was certified, and draws roll-outs that were lost', () => {
    const { contraction, ...rest } = data;
    const lost = {
      ...rest,
      samples: [{ ...data.samples[0], predicted: data.samples[0].predicted.map(() => Number.NaN) }],
      energy: { ...data.energy, predicted: Array(data.frames).fill(Number.NaN) },
    };
    const page = renderRolloutReport(lost as never);
    expect(contraction).toBeDefined();
    expect(page).not.toContain('Contraction');
    expect(page).not.toMatch(/NaN|Infinity/);
  });
});
