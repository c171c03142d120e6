import { type Mesh, type MeshQuality, meshQuality } from '../../geometry/index.js';
import { formatNumber } from '../../viewer/numbers.js';
import { describePlace, type PatchPlace, patchPlaces } from './patch-places.js';

/** A mesh in figures: lengths, areas and volumes in its own unit; of a mesh in the plane lengths for areas, areas for volumes. */
export interface MeshSummary {
  readonly dimension: 2 | 3;
  readonly cells: number;
  readonly faces: number;
  readonly points: number;
  readonly volume: number;
  readonly boundingBox: { readonly low: readonly number[]; readonly high: readonly number[] };
  readonly patches: readonly ({ readonly name: string; readonly faces: number } & PatchPlace)[];
  readonly regions: readonly { readonly name: string; readonly cells: number; readonly volume: number }[];
  readonly interfaces: readonly { readonly name: string; readonly faces: number }[];
  readonly quality: Omit<MeshQuality, 'summary' | 'cellCount'>;
}

export function meshSummary(mesh: Mesh): MeshSummary {
  const { dimension, points, patches, regionNames = [], cellRegions, interfaces = [] } = mesh;
  const { summary: _, cellCount: cells, ...quality } = meshQuality(mesh);
  const low = Array.from({ length: dimension }, () => Number.POSITIVE_INFINITY);
  const high = low.map((value) => -value);
  for (let i = 0; i < points.length; i++) {
    const axis = i % dimension;
    low[axis] = Math.min(low[axis], points[i]);
    high[axis] = Math.max(high[axis], points[i]);
  }
  return {
    dimension,
    cells,
    faces: mesh.faceCount,
    points: points.length / dimension,
    volume: sum(mesh.cellVolumes),
    boundingBox: { low, high },
    patches: patchPlaces(mesh).map((place, i) => ({
      name: patches[i].name,
      faces: patches[i].size,
      ...place,
    })),
    regions: regionNames.map((name, region) => {
      const inside = mesh.cellVolumes.filter((_, cell) => cellRegions![cell] === region);
      return { name, cells: inside.length, volume: sum(inside) };
    }),
    interfaces: interfaces.map(({ name, faces }) => ({ name, faces: faces.length })),
    quality,
  };
}

/** The same in lines for people. */
export function describeMesh(summary: MeshSummary): string {
  const { dimension, cells, points, volume, boundingBox, patches, regions, interfaces, quality } = summary;
  const sides = boundingBox.high.map((value, axis) => formatNumber(value - boundingBox.low[axis]));
  const [areaName, volumeName] = dimension === 2 ? ['length', 'area'] : ['area', 'volume'];
  const degrees = (value: number) => `${value.toFixed(1)}°`;
  const lines = [
    `${cells} cells, ${points} points in ${dimension}D, ${sides.join(' × ')}, ${volumeName} ${formatNumber(volume)}`,
    `quality   angles ${degrees(quality.minimumAngle)} to ${degrees(quality.maximumAngle)}, non-orthogonality mean ` +
      `${degrees(quality.nonOrthogonality.mean)} largest ${degrees(quality.nonOrthogonality.maximum)}, ` +
      `skewness largest ${quality.skewness.maximum.toFixed(2)}`,
    ...patches.map(
      (each) =>
        `patch     ${each.name}: ${each.faces} faces, ${areaName} ${formatNumber(each.area)}, ${describePlace(each)}`,
    ),
    ...regions.map(
      (each) => `region    ${each.name}: ${each.cells} cells, ${volumeName} ${formatNumber(each.volume)}`,
    ),
    ...interfaces.map(({ name, faces }) => `interface ${name}: ${faces} faces`),
  ];
  return lines.join('\n');
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
