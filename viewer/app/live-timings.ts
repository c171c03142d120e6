import { median } from '../../common/median.js';
import { formatNumber } from '../numbers.js';
import { create } from './elements.js';

/** Milliseconds of the parts of one move of a slider. */
export interface LiveTiming {
  /** The answer, in its worker */
  readonly model: number;
  /** From there to the page */
  readonly readback: number;
  /** Into the worker of the data and onto the triangles */
  readonly upload: number;
  /** Until the graphics card has drawn it */
  readonly draw: number;
  /** From the slider to the picture */
  readonly total: number;
}

const PARTS = ['model', 'readback', 'upload', 'draw', 'total'] as const;
const TITLES = {
  model: 'Model',
  readback: 'Readback',
  upload: 'Upload',
  draw: 'Draw',
  total: 'In all',
} as const;
/** Moves that medians are of. */
const KEPT = 30;

/** The last moves, and their medians on the page; for measurements `data-samples` of the list holds
 * them, `data-moves` and `data-encodings` count all. */
export class LiveTimings {
  private moves: LiveTiming[] = [];
  private encoding?: number;
  private encodings = 0;
  private count = 0;

  constructor(private readonly list: HTMLElement) {}

  /** Another part, model or mixture of types: times of other answers do not count. */
  restart(encoding: number): void {
    this.encoding = encoding;
    this.encodings++;
    this.moves = [];
    this.show();
  }

  add(move: LiveTiming): void {
    this.moves = [...this.moves, move].slice(-KEPT);
    this.count++;
    this.show();
  }

  private show(): void {
    const entry = (name: string, title: string, ms: number) => {
      const value = create('dd', { textContent: `${formatNumber(Number(ms.toPrecision(2)))} ms` });
      value.dataset.live = name;
      value.dataset.ms = String(ms);
      return create('div', {}, create('dt', { textContent: title }), value);
    };
    this.list.dataset.encodings = String(this.encodings);
    this.list.dataset.moves = String(this.count);
    this.list.dataset.samples = JSON.stringify(this.moves);
    this.list.replaceChildren(
      ...(this.encoding === undefined ? [] : [entry('encode', 'Encode', this.encoding)]),
      ...(this.moves.length === 0
        ? []
        : PARTS.map((part) => entry(part, TITLES[part], median(this.moves.map((move) => move[part]))))),
    );
  }
}
