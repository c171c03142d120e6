import { FileError } from '../../common/errors.js';
import { indexOfText, lastIndexOfText } from './find-bytes.js';

export interface AppendedRange {
  /** Where the XML before it ends */
  readonly tagStart: number;
  /** What follows the underscore */
  readonly bytes: Uint8Array;
  readonly base64: boolean;
}

/**
 * Finds the AppendedData of a VTK XML file. Its raw bytes make the file invalid XML, so it is cut out by its tags: the first
 * opening one and, as raw data may hold any bytes, the last closing one.
 *
 * @throws FileError if it is not closed, or the file does not end after it
 */
export function appendedRange(bytes: Uint8Array): AppendedRange | undefined {
  const tagStart = indexOfText(bytes, '<AppendedData', 0);
  if (tagStart < 0) return undefined;
  const tagEnd = bytes.indexOf(62, tagStart);
  const underscore = tagEnd < 0 ? -1 : bytes.indexOf(95, tagEnd);
  if (underscore < 0)
    throw new FileError('readVtu: AppendedData has no data after its underscore; the file is truncated.');
  const end = lastIndexOfText(bytes, '</AppendedData', underscore);
  const tail = end < 0 ? '' : new TextDecoder().decode(bytes.subarray(end, end + 4096));
  if (!/^<\/AppendedData\s*>\s*<\/VTKFile\s*>/.test(tail))
    throw new FileError('readVtu: AppendedData is not closed; the file is truncated.');
  const tag = new TextDecoder().decode(bytes.subarray(tagStart, Math.min(tagEnd, tagStart + 4096)));
  return {
    tagStart,
    bytes: bytes.subarray(underscore + 1, end),
    base64: /encoding\s*=\s*["']base64["']/.test(tag),
  };
}
