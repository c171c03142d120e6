import { describe, expect, it } from 'vitest';
import { boxMesh, writeVtu } from '../../../geometry/index.js';
import { rangesOf } from '../../../viewer/app/live-ranges.js';
import { DataService } from '../../../viewer/data/data-service.js';

const mesh = boxMesh({ size: [3, 2, 1], cells: [6, 4, 2] });
const field = (name: string) => ({ name, association: 'cell', component: 'magnitude' }) as const;
const drawn = (name: string) => ({ field: field(name), offset: 0, scale: 1 });
const count = (service: DataService, name: string) => service.statistics({ field: field(name) });

async function opened(): Promise<DataService> {
  const service = new DataService();
  const heat = Float64Array.from({ length: mesh.cellCount }, (_, cell) => cell);
  const file = new Blob([writeVtu(mesh, { cellData: { heat } }) as BlobPart]);
  await service.open([{ name: 'box.vtu', from: file }], 0, {});
  return service;
}

describe('a field that is put on the cells of open data', () => {
  it('is there beside the file’s own, with its unit, and is replaced by the next of its name', async () => {
    const service = await opened();
    const summary = service.setCellField('live', new Float64Array(mesh.cellCount).fill(2), '°C');
    expect(summary.fields.map(({ name, unit }) => [name, unit])).toEqual([
      ['heat', ''],
      ['live', '°C'],
    ]);
    expect(count(service, 'live')).toMatchObject({ minimum: 2, maximum: 2 });
    service.setCellField('live', new Float64Array(mesh.cellCount).fill(7), '°C');
    expect(count(service, 'live')).toMatchObject({ minimum: 7, maximum: 7 });
    expect(count(service, 'heat')).toMatchObject({ minimum: 0, maximum: mesh.cellCount - 1 });
  });

  it('moves numbers, differences, iso-surfaces and thresholds that were made of it before', async () => {
    const service = await opened();
    const ramp = (slope: number) =>
      Float64Array.from({ length: mesh.cellCount }, (_, cell) => slope * mesh.cellCentroids[3 * cell]);
    service.setCellField('live', ramp(1), '');
    service.layer('surface', { kind: 'surface' }, [drawn('live')]);
    const iso = () => {
      const request = { kind: 'iso', field: field('live'), levels: [1] } as const;
      return Math.max(...service.layer('iso', request, []).positions.filter((_, i) => i % 3 === 0));
    };
    const kept = () =>
      service.layer(
        'kept',
        { kind: 'surface', threshold: { field: field('live'), minimum: 0, maximum: 1 } },
        [],
      ).cells.length;
    const before = {
      iso: iso(),
      kept: kept(),
      off: service.difference(field('live'), field('heat')).maximumAbsolute,
    };
    service.setCellField('live', ramp(2), '');
    const [numbers] = service.layerScalars('surface', [drawn('live')]);
    expect(Math.max(...numbers)).toBeCloseTo(2 * 2.75, 5);
    // where 2x = 1, not x = 1: half as far from the side at x = 0
    expect(iso()).toBeLessThan(before.iso);
    expect(kept()).toBeLessThan(before.kept);
    expect(service.difference(field('live'), field('heat')).maximumAbsolute).not.toBe(before.off);
  });

  it('goes again, and is refused where it is of another mesh', async () => {
    const service = await opened();
    service.setCellField('live', new Float64Array(mesh.cellCount), '');
    expect(service.removeCellField('live').fields.map(({ name }) => name)).toEqual(['heat']);
    expect(() => service.statistics({ field: field('live') })).toThrow('no cell field "live"');
    expect(() => service.setCellField('live', new Float64Array(3), '')).toThrow(
      `"live" has 3 values, the data ${mesh.cellCount} cells`,
    );
  });
});

describe('the reach of the sliders', () => {
  const part = (length: number, dimension: 2 | 3) => ({
    dimension,
    cellCount: 1,
    patches: [],
    low: new Array(dimension).fill(0),
    high: new Array(dimension).fill(length),
  });

  it('follows conductivity and size as a hundred degrees do', () => {
    expect(rangesOf(part(0.1, 2), 15)).toEqual({ temperature: [0, 100], flux: 20_000, power: 5000 });
    // ten times the part: a tenth of the flux, in 2D the same power a metre, in 3D ten times the power
    expect(rangesOf(part(1, 2), 15)).toMatchObject({ flux: 2000, power: 5000 });
    expect(rangesOf(part(1, 3), 15).power).toBe(10 * rangesOf(part(0.1, 3), 15).power);
  });
});
