import { FileError, InvalidInputError } from '../../common/errors.js';
import { excerpt } from './excerpt.js';
import { asciiNumber } from './written-arrays.js';
import { escapeXml, parseXml } from './xml-elements.js';

/** One file of a series. */
export interface PvdEntry {
  /** Time, or another parameter that rises, in any unit */
  readonly time: number;
  /** Path of the file, relative to the series */
  readonly file: string;
  readonly part: number;
  readonly group: string;
}

/**
 * Reads a PVD file, ParaView's list of the files of a series.
 * Source: paraview.org wiki, "ParaView/Data formats", PVD.
 *
 * @throws FileError if the bytes are not such a file, or an entry has no file or no finite time
 */
export function readPvd(bytes: Uint8Array): readonly PvdEntry[] {
  const root = parseXml(bytes, 'readPvd').children.find((element) => element.name === 'VTKFile');
  const collection = root?.children.find((element) => element.name === 'Collection');
  if (root?.attributes.type !== 'Collection' || !collection)
    throw new FileError('readPvd: not a PVD file: there is no VTKFile element of type Collection.');
  return collection.children
    .filter((element) => element.name === 'DataSet')
    .map(({ attributes: { file, timestep = '0', part = '0', group = '' } }, i) => {
      const time = timestep.trim() === '' ? 0 : Number(timestep);
      if (!file || !Number.isFinite(time) || !Number.isInteger(Number(part)))
        throw new FileError(
          `readPvd: entry ${i} must have a file, a finite timestep and a whole part, got '${excerpt(file)}', '${excerpt(timestep)}' and '${excerpt(part)}'.`,
        );
      return { time, file, part: Number(part), group };
    });
}

/** A list of files as the bytes of a PVD file. @throws InvalidInputError if a time is not finite */
export function writePvd(
  entries: readonly (Pick<PvdEntry, 'time' | 'file'> & Partial<PvdEntry>)[],
): Uint8Array {
  const lines = entries.map(({ time, file, part = 0, group = '' }, i) => {
    if (!Number.isFinite(time))
      throw new InvalidInputError(`writePvd: entry ${i} must have a finite time, got ${time}.`);
    return `<DataSet timestep="${asciiNumber(time)}" group="${escapeXml(group)}" part="${part}" file="${escapeXml(file)}"/>\n`;
  });
  return new TextEncoder().encode(
    `<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1" byte_order="LittleEndian">\n<Collection>\n${lines.join('')}</Collection>\n</VTKFile>\n`,
  );
}
