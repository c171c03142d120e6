import { InvalidInputError } from '../../common/errors.js';
import type { ConditionSection, HeatSection, Quantity } from './thermal-schema.js';

type AtOneTime<T> = { readonly [K in keyof T]: Exclude<T[K], readonly (readonly [number, number])[]> };

/** Heat and boundary conditions with every quantity a number. */
export type Heat = AtOneTime<HeatSection[number]>;
export type Condition = AtOneTime<ConditionSection>;

/** Whether something changes with time. */
export function changes(...sections: readonly object[]): boolean {
  return sections.some((section) => Object.values(section).some(Array.isArray));
}

/** The times, in s and ascending, at which the courses of sections bend. */
export function breaksOf(...sections: readonly object[]): number[] {
  const courses = sections.flatMap((section) => Object.values(section).filter(Array.isArray));
  return [...new Set(courses.flatMap((course: [number, number][]) => course.map(([time]) => time)))].sort(
    (a, b) => a - b,
  );
}

/** A section at a time, in s; before the first and after the last time that it names its values stay. */
export function atTime<T extends object>(section: T, time: number): AtOneTime<T> {
  return Object.fromEntries(
    Object.entries(section).map(([key, value]) => [
      key,
      Array.isArray(value) ? valueAt(value as Exclude<Quantity, number>, time) : value,
    ]),
  ) as AtOneTime<T>;
}

/** A section whose quantities are numbers. @throws InvalidInputError naming the one that is a course over time */
export function steady<T extends object>(section: T, where: string): AtOneTime<T> {
  for (const [key, value] of Object.entries(section)) {
    if (!Array.isArray(value)) continue;
    throw new InvalidInputError(
      `${where}.${key} changes with time; a steady problem needs one number, heat in time a section time: { end: … }`,
    );
  }
  return section as AtOneTime<T>;
}

/** @throws InvalidInputError where times do not rise */
export function requireRisingTimes(section: object, where: string): void {
  for (const [key, value] of Object.entries(section)) {
    if (!Array.isArray(value)) continue;
    const wrong = value.findIndex(([time], i) => i > 0 && !(time > value[i - 1][0]));
    if (wrong < 0) continue;
    throw new InvalidInputError(
      `${where}.${key}: times must rise, got ${value[wrong][0]} s after ${value[wrong - 1][0]} s; a jump takes two times close to each other`,
    );
  }
}

function valueAt(pairs: readonly (readonly [number, number])[], time: number): number {
  const next = pairs.findIndex(([at]) => at > time);
  if (next === 0) return pairs[0][1];
  if (next < 0) return pairs[pairs.length - 1][1];
  const [[t0, v0], [t1, v1]] = [pairs[next - 1], pairs[next]];
  return v0 + ((v1 - v0) * (time - t0)) / (t1 - t0);
}
