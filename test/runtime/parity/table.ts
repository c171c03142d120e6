import { binary } from './binary.js';
import { compositions } from './compositions.js';
import { convolutions } from './convolutions.js';
import { elementwise } from './elementwise.js';
import { encoder } from './encoder.js';
import type { Entry } from './entry.js';
import { gathers } from './gathers.js';
import { images } from './images.js';
import { matrices } from './matrices.js';
import { reductions } from './reductions.js';
import { shapes } from './shapes.js';
import { structures } from './structures.js';

/** Every function that is compared on every device, by kind. A new lowering gets a row in the fitting file. */
export const groups = {
  elementwise,
  binary,
  reductions,
  matrices,
  shapes,
  structures,
  gathers,
  convolutions,
  images,
  compositions,
  encoder,
};

/** The same by one name: `group: row`. */
export const table: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries(groups).flatMap(([group, entries]) =>
    Object.entries(entries).map(([name, entry]) => [`${group}: ${name}`, entry]),
  ),
);
