import { ok } from 'node:assert/strict';

const wave = (waves: number) =>
  Float64Array.from({ length: 512 }, (_, i) => Math.cos((2 * Math.PI * waves * i) / 512));
export const direction = wave(2);
export const cotangent = wave(3).map((value, i) => value + direction[i]);

/** ⟨w, J v⟩ = ⟨Jᵀ w, v⟩ */
export function check({ tangent, adjoint }: { tangent: Float64Array; adjoint: Float64Array }) {
  const [one, other] = [dot(cotangent, tangent), dot(adjoint, direction)];
  ok(Math.abs(one - other) < 1e-12 * Math.abs(one), `${one} is not ${other}`);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
