import { cpSync } from 'node:fs';
import { problem as plate } from './plate.js';

cpSync(`${process.env.FIELDSMITH}/pretrained/random-bc`, 'runs/own-part/model', { recursive: true });
export const problem = plate;
export const log: (text: string) => void = () => {};
