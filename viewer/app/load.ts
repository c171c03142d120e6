import { FileError } from '../../common/errors.js';
import type { FileArrays } from '../../geometry/formats/mesh-file.js';
import { meshFromFile } from '../../geometry/formats/mesh-from-file.js';
import { readVtu } from '../../geometry/formats/read-vtu.js';
import type { Mesh } from '../../geometry/mesh.js';
import { parseRunIndex, type RunIndex, runIndexPath } from '../run-index.js';
import type { ViewTarget } from '../server.js';
import { type PanelField, panelFieldsOfArrays } from './panel-fields.js';

/** A sample's mesh and one value per cell and panel. */
export interface LoadedSample {
  readonly mesh: Mesh;
  readonly fields: readonly { readonly field: PanelField; readonly values: Float64Array }[];
}

export async function loadTarget(): Promise<ViewTarget> {
  return JSON.parse(new TextDecoder().decode(await fetchBytes('target.json', 'the viewer’s server')));
}

export async function loadRunIndex(): Promise<RunIndex> {
  return parseRunIndex(new TextDecoder().decode(await fetchBytes(runIndexPath, runIndexPath)));
}

/**
 * Reads one VTU file and picks the arrays of `fields`, or all of its scalar cell arrays.
 * @throws FileError if the file is missing, broken, or lacks an array.
 */
export async function loadSample(path: string, fields?: readonly PanelField[]): Promise<LoadedSample> {
  const bytes = await fetchBytes(path.split('/').map(encodeURIComponent).join('/'), path);
  let mesh: Mesh;
  let cellData: FileArrays;
  try {
    ({ mesh, cellData } = meshFromFile(readVtu(bytes)));
  } catch (cause) {
    throw new FileError(`${path} cannot be shown: ${(cause as Error).message}`, { cause });
  }
  const scalars = Object.entries(cellData).filter(([, array]) => array.components === 1);
  if (scalars.length === 0) throw new FileError(`${path} holds no cell array with one number per cell`);
  const wanted = fields ?? panelFieldsOfArrays(scalars.map(([name, { unit = '' }]) => ({ name, unit })));
  return {
    mesh,
    fields: wanted.map((field) => {
      const array = scalars.find(([name]) => name === field.array);
      if (array) return { field, values: Float64Array.from(array[1].values) };
      const names = scalars.map(([name]) => `"${name}"`).join(', ');
      throw new FileError(
        `${path} has no cell array "${field.array}" with one number per cell; it has ${names}`,
      );
    }),
  };
}

async function fetchBytes(url: string, name: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new FileError(`${name} cannot be fetched: is \`fieldsmith view\` still running?`, { cause });
  }
  if (response.status === 404) throw new FileError(`${name} does not exist in the folder that is shown`);
  if (!response.ok) throw new FileError(`${name} cannot be fetched: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
