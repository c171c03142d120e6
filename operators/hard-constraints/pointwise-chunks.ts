import { InvalidInputError } from '../../common/errors.js';
import {
  coloursOf,
  fullReach,
  joinedReach,
  type Reach,
  reachOf,
  type SystemBasis,
  sideBySide,
} from './expert-bases.js';
import type { PointwiseResidual } from './residual.js';
import { setBlockColumns } from './row-blocks.js';
import { type RowChunk, rowChunks } from './row-chunks.js';
import type { SelectedRows } from './row-selection.js';

/** Rows with the numbers they are made of; fields are gone once these exist. */
export interface PointwiseChunk extends RowChunk {
  /** `[row]` */
  readonly points: Int32Array;
  /** s, `[row]` */
  readonly weights: Float64Array;
  /** y, `[row]` */
  readonly target: Float64Array;
  /** Columns of the blocks: N for every expert. */
  readonly width: number;
  /** T_l = D_l V at these rows, `[row][width]`, in the order of the group's terms */
  readonly terms: readonly Float64Array[];
  /** D_l c at these rows */
  readonly offsets: readonly Float64Array[];
}

/** A basis and the rows of its solve. */
export interface SystemRows {
  readonly basis: SystemBasis;
  readonly selected: readonly SelectedRows[];
}

/**
 * Gathers the terms of all systems' rows. Terms are applied one after the other to whole fields, once for all systems that share
 * a basis, so that no more than one of them is held at a time.
 *
 * @throws InvalidInputError for rows that name a term which the residual lacks
 */
export function pointwiseChunks(
  residual: PointwiseResidual,
  lifting: Float64Array,
  systems: readonly SystemRows[],
): PointwiseChunk[][] {
  for (const { name, terms } of residual.rows) {
    const missing = terms.find((term) => !(term in residual.terms));
    if (missing === undefined) continue;
    throw new InvalidInputError(
      `hard constraints: rows '${name}' need a term '${missing}', the residual has ${Object.keys(residual.terms).join(', ')}`,
    );
  }
  const bases = [...new Set(systems.map(({ basis }) => basis))];
  const reaches = new Map(bases.map((basis) => [basis, termReaches(residual, basis)]));
  const chunks = systems.map(({ basis, selected }) => {
    const reach = reaches.get(basis)!;
    const ofGroups = residual.rows.map(({ terms }) => joinedReach(terms.map((term) => reach[term])));
    return rowChunks(selected, ofGroups, (group, row) => residual.rows[group].points[row]).map((chunk) =>
      emptyChunk(residual, chunk, basis.columns),
    );
  });
  for (const [term, operator] of Object.entries(residual.terms)) {
    const offset = operator.apply(lifting, 1);
    forTerm(residual, chunks.flat(), term, (chunk, l) => {
      chunk.points.forEach((point, row) => {
        chunk.offsets[l][row] = offset[point];
      });
    });
    for (const basis of bases) {
      const own = chunks.filter((_, index) => systems[index].basis === basis).flat();
      for (const colour of coloursOf(joinedReach(Object.values(reaches.get(basis)!)))) {
        const fields = operator.apply(sideBySide(basis, colour), basis.columns);
        forTerm(residual, own, term, ({ experts, points, terms, width }, l) => {
          experts.forEach((expert, at) => {
            if (!colour.includes(expert)) return;
            setBlockColumns(terms[l], width, at * basis.columns, fields, basis.columns, points);
          });
        });
      }
    }
  }
  return chunks;
}

function forTerm(
  residual: PointwiseResidual,
  chunks: readonly PointwiseChunk[],
  term: string,
  visit: (chunk: PointwiseChunk, l: number) => void,
): void {
  for (const chunk of chunks) {
    residual.rows[chunk.group].terms.forEach((name, l) => {
      if (name === term) visit(chunk, l);
    });
  }
}

function termReaches(residual: PointwiseResidual, basis: SystemBasis): Record<string, Reach> {
  const { points, experts } = basis;
  return Object.fromEntries(
    Object.entries(residual.terms).map(([name, operator]) => [
      name,
      experts.length === 1
        ? fullReach(1, points)
        : reachOf(basis, (x, columns) => operator.apply(x, columns)),
    ]),
  );
}

function emptyChunk(residual: PointwiseResidual, chunk: RowChunk, columns: number): PointwiseChunk {
  const { points, weights, target, terms } = residual.rows[chunk.group];
  const count = chunk.rows.length;
  const width = columns * chunk.experts.length;
  return {
    ...chunk,
    points: chunk.rows.map((row) => points[row]),
    weights: Float64Array.from(chunk.rows, (row) => (typeof weights === 'number' ? weights : weights[row])),
    target: Float64Array.from(chunk.rows, (row) => target?.[row] ?? 0),
    width,
    terms: terms.map(() => new Float64Array(count * width)),
    offsets: terms.map(() => new Float64Array(count)),
  };
}
