import { HttpProblem } from './http-problem.js';
import type { FieldEncoding } from './jobs.js';

/** VTK has no registered type of its own. */
export const VTU_TYPE = 'application/x-vtu';

/** Media type of each way in which a field is answered. */
export const FIELD_TYPES: Readonly<Record<FieldEncoding, string>> = {
  json: 'application/json',
  float64: 'application/octet-stream; type=float64',
  float32: 'application/octet-stream; type=float32',
  vtu: VTU_TYPE,
};

/**
 * What a client accepts best of JSON, of little-endian numbers, `application/octet-stream` with `type=float64` (the default)
 * or `type=float32`, and of a VTU file; of equal preference the one named first.
 *
 * @throws HttpProblem 406 where it accepts none of them
 */
export function acceptedEncoding(header: string | undefined): FieldEncoding {
  if (header === undefined || header.trim() === '') return 'json';
  let best: { encoding: FieldEncoding; quality: number } | undefined;
  for (const range of header.split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const encoding = encodingOf(type, parameters);
    const quality = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
    if (encoding && quality > (best?.quality ?? 0)) best = { encoding, quality };
  }
  if (best) return best.encoding;
  throw new HttpProblem(
    406,
    `request: fields are answered as ${Object.values(FIELD_TYPES).join(', or ')}; name one of them in Accept`,
    { kind: 'NotAcceptable' },
  );
}

function encodingOf(type: string, parameters: readonly string[]): FieldEncoding | undefined {
  if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'json';
  if (type === VTU_TYPE) return 'vtu';
  if (type !== 'application/octet-stream') return undefined;
  const number = parameters.find((each) => each.startsWith('type='))?.slice(5) ?? 'float64';
  return number === 'float64' || number === 'float32' ? number : undefined;
}
